// What becomes of limits, user, working directory, ports and names, whichever text they come from.
import type { Resources } from '@bongsu/protocol'
import { addNote, knownText, type Target } from './profile-draft.ts'
import type { Word } from './shell-words.ts'

const LEAST: Readonly<Record<keyof Resources, number>> = {
  memoryBytes: 16 * 2 ** 20,
  sharedMemoryBytes: 2 ** 20,
  cpus: 0,
  pids: 1,
}
const MAX_PIDS = 65_536

/** @param amount undefined when the text was no amount */
export function applyResource(target: Target, field: keyof Resources, amount: number | undefined): undefined {
  const isTooLarge = field === 'pids' && amount !== undefined && amount > MAX_PIDS
  if (amount === undefined || amount < LEAST[field] || isTooLarge) return addNote(target, 'invalid-value')
  target.container.resources[field] = amount
  addNote(target, 'field-set', `resources.${field}`)
}

/** `--user`, `runAsUser`: a profile knows the session's user and the image's own. */
export function applyUser(target: Target, word: Word): undefined {
  const { container } = target
  const [user = ''] = word.text.split(':')
  if (word.unresolved.length > 0) return addNote(target, 'unresolved-expansion', word.unresolved[0])
  const isSession = word.symbols.includes('UID') || word.symbols.includes('USER')
  container.runAs = isSession || /^(\d+|root)$/.test(user) ? 'session' : 'image'
  if (container.runAs === 'image') addNote(target, 'user-other')
  else addNote(target, !isSession && /^(0+|root)$/.test(user) ? 'user-root' : 'user-provided')
}

/** Folders of the caller's machine are dropped; a folder of the image is kept with a warning. */
export function applyWorkingDirectory(target: Target, word: Word): undefined {
  if (word.unresolved.length > 0) return addNote(target, 'unresolved-expansion', word.unresolved[0])
  const isOfCaller = word.symbols.length > 0 || /^(\/home(\/|$)|\/root(\/|$))/.test(word.text)
  if (isOfCaller) return addNote(target, 'working-directory-dropped')
  if (!word.text.startsWith('/') || word.text.includes('\0')) return addNote(target, 'invalid-value')
  target.container.workingDirectory = word.text
  addNote(target, 'working-directory-kept')
}

const PORT = /^(?:(\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:]{0,45}\]):)?(?:(\d{1,5})?:)?(\d{1,5})(?:\/(tcp|udp))?$/i

/** `[address:][hostPort:]containerPort[/protocol]` */
export function applyPort(target: Target, word: Word): undefined {
  const text = knownText(target, word)
  if (text === undefined) return
  const [, address, hostPort, containerPort, protocol] = PORT.exec(text) ?? []
  addPort(target, {
    containerPort: Number(containerPort),
    hostPort: hostPort === undefined ? undefined : Number(hostPort),
    protocol: protocol?.toLowerCase() === 'udp' ? 'udp' : undefined,
  })
  if (address !== undefined && !/^(0\.0\.0\.0|\[::\])$/.test(address))
    addNote(target, 'port-address', address)
}

export interface PortRequest {
  readonly containerPort: number
  readonly hostPort: number | undefined
  readonly protocol: 'tcp' | 'udp' | undefined
}

const isPort = (value: number) => Number.isInteger(value) && value >= 1 && value <= 65_535

export function addPort(target: Target, { containerPort, hostPort, protocol }: PortRequest): undefined {
  if (!isPort(containerPort) || (hostPort !== undefined && !isPort(hostPort))) {
    return addNote(target, 'invalid-value')
  }
  target.container.ports.push({
    containerPort,
    ...(hostPort !== undefined && { hostPort }),
    ...(protocol && { protocol }),
  })
  addNote(target, 'field-set', 'ports')
}

/** Program and arguments, each of which must be known now. */
export function applyArguments(
  target: Target,
  field: 'entrypoint' | 'command',
  words: readonly Word[],
): undefined {
  if (words.length === 0) return
  // What cannot be known stays in its place as written, so that the others keep theirs; the note refuses it.
  target.container[field] = words.map(
    (word) => knownText({ ...target, source: word.source }, word) ?? word.text,
  )
  addNote(target, 'field-set', field)
}
