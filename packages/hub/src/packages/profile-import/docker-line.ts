// Reads the docker run command out of pasted shell text into a profile draft.
import { CodedError } from '@bongsu/foundation'
import { applyFlag, isFlag, readFlags } from './flag-reader.ts'
import { importNote, type NoteCode } from './import-notes.ts'
import { imageName, newContainer, newDraft, type ProfileDraft } from './profile-draft.ts'
import { applyArguments } from './setting-rules.ts'
import { type ShellCommand, splitShell, type Word } from './shell-words.ts'
import { takeStrayFlags } from './stray-flags.ts'

const ENGINE = /^(?:.*\/)?(docker|nvidia-docker|podman|nerdctl)$/
/** What may stand before the engine's name: a prompt, sudo with its flags, variables for this command alone. */
const BEFORE = /^(\$|%|sudo|exec|time|nohup|-[A-Za-z]+|[A-Za-z_]\w*=.*)$/s

/** Where the arguments of `docker run` begin in a command; undefined when it is another command. */
function findRun({ words }: ShellCommand): number | undefined {
  let at = 0
  while (at < words.length && BEFORE.test(words[at]?.text ?? '')) at += 1
  if (!ENGINE.test(words[at]?.text ?? '')) return undefined
  if (words[at + 1]?.text === 'container') at += 1
  return /^(run|create)$/.test(words[at + 1]?.text ?? '') ? at + 2 : undefined
}

const commandSource = ({ words }: ShellCommand) => words.map(({ source }) => source).join(' ')

/**
 * @throws CodedError HUB_IMPORT_TOO_LARGE, HUB_IMPORT_UNTERMINATED, HUB_IMPORT_UNRECOGNISED (no docker run in it),
 * HUB_IMPORT_SEVERAL_PROGRAMS, HUB_IMPORT_NO_IMAGE, HUB_IMPORT_FLAG_WITHOUT_VALUE
 */
export function readDockerLine(text: string): ProfileDraft {
  const commands = splitShell(text)
  const runs = commands.flatMap((command) => {
    const start = findRun(command)
    return start === undefined ? [] : [{ command, words: command.words.slice(start) }]
  })
  const [run] = runs
  if (!run) throw new CodedError('HUB_IMPORT_UNRECOGNISED')
  if (runs.length > 1) {
    throw new CodedError('HUB_IMPORT_SEVERAL_PROGRAMS', { parameters: { count: runs.length } })
  }
  const draft = newDraft()
  for (const command of commands) if (command !== run.command) noteOther(draft, command)
  readRun(draft, run.words)
  for (const file of run.command.redirections) draft.notes.push(importNote('other-command', `> ${file}`))
  return draft
}

function noteOther(draft: ProfileDraft, command: ShellCommand): void {
  const isXhost = command.words.slice(0, 2).some(({ text }) => text === 'xhost')
  const code: NoteCode = isXhost ? 'xhost-provided' : 'other-command'
  draft.notes.push(importNote(code, commandSource(command)))
}

function readRun(draft: ProfileDraft, words: readonly Word[]): void {
  const readings = []
  let at = 0
  for (let word = words[at]; word && isFlag(word); word = words[at]) {
    const reading = readFlags(words, at)
    readings.push(reading)
    at = reading.next
  }
  if (words[at]?.text === '--') at += 1
  const container = newContainer('app', '')
  const target = { draft, container }
  const flags = readings.flatMap((reading) => reading.flags)
  for (const flag of flags) applyFlag(target, flag)
  const image = words[at]
  if (!image || image.text === '') throw new CodedError('HUB_IMPORT_NO_IMAGE')
  const isNamed = flags.some(({ name }) => name === '--name')
  draft.containers.push({
    ...container,
    image: image.text,
    name: isNamed ? container.name : imageName(image.text),
  })
  const lead = draft.containers[0]
  if (!lead) return
  for (const expansion of image.unresolved) {
    draft.notes.push(importNote('unresolved-expansion', image.source, expansion))
  }
  const own = takeStrayFlags({ draft, container: lead }, words.slice(at + 1))
  applyArguments(
    { draft, container: lead, source: own.map(({ source }) => source).join(' ') },
    'command',
    own,
  )
}
