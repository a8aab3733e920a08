// Reads flags by the rules of docker's command line: `--flag value`, `--flag=value`, `-it`, `-v/a:/b`, `-eA=b`.
import { CodedError } from '@bongsu/foundation'
import { DOCKER_FLAGS, type DockerFlag } from './docker-flags.ts'
import { partOf } from './mount-rules.ts'
import { addNote, type Target } from './profile-draft.ts'
import type { Word } from './shell-words.ts'

export interface ReadFlag {
  /** As it stands in the table; unknown ones as written. */
  readonly name: string
  /** Absent when the flag is not known. */
  readonly flag: DockerFlag | undefined
  readonly value: Word
  /** Whether a value is wanted and none follows. */
  readonly lacksValue: boolean
  /** The flag with its value, as written. */
  readonly source: string
}

export interface FlagReading {
  readonly flags: readonly ReadFlag[]
  /** Index of the first word after them. */
  readonly next: number
}

const EMPTY: Word = { text: '', source: '', symbols: [], unresolved: [] }

/** Whether a word is written as a flag. */
export const isFlag = ({ text }: Word): boolean => /^-./.test(text) && text !== '--'

/** The flags of the word at `at`: several when short ones are combined. */
export function readFlags(words: readonly Word[], at: number): FlagReading {
  const word = words[at] ?? EMPTY
  return word.text.startsWith('--') ? readLong(words, at, word) : readShort(words, at, word)
}

function readLong(words: readonly Word[], at: number, word: Word): FlagReading {
  const equals = word.text.indexOf('=')
  const name = equals < 0 ? word.text : word.text.slice(0, equals)
  const flag = DOCKER_FLAGS.get(name)
  if (equals >= 0) {
    const value = partOf(word, word.text.slice(equals + 1))
    return { flags: [{ name, flag, value, lacksValue: false, source: word.source }], next: at + 1 }
  }
  return flag?.takesValue
    ? withNext(words, at, { name, flag })
    : alone(at, { name, flag, source: word.source })
}

function readShort(words: readonly Word[], at: number, word: Word): FlagReading {
  const flags: ReadFlag[] = []
  for (let index = 1; index < word.text.length; index += 1) {
    const name = `-${word.text.charAt(index)}`
    const flag = DOCKER_FLAGS.get(name)
    const rest = word.text.slice(index + 1)
    if (flag?.takesValue && rest === '') {
      const last = withNext(words, at, { name, flag })
      return { flags: [...flags, ...last.flags], next: last.next }
    }
    if (flag?.takesValue) {
      const value = partOf(word, rest.startsWith('=') ? rest.slice(1) : rest)
      return {
        flags: [...flags, { name, flag, value, lacksValue: false, source: word.source }],
        next: at + 1,
      }
    }
    // One unknown letter makes the whole word unknown.
    if (!flag) return alone(at, { name: word.text, flag, source: word.source })
    flags.push({ name, flag, value: EMPTY, lacksValue: false, source: index === 1 ? word.source : name })
  }
  return { flags: combined(flags, word), next: at + 1 }
}

/** `-it` is one thing to say, not two. */
function combined(flags: readonly ReadFlag[], word: Word): ReadFlag[] {
  const seen = new Set<DockerFlag['apply'] | undefined>()
  return flags
    .filter(({ flag }) => !seen.has(flag?.apply) && seen.add(flag?.apply))
    .map((flag) => ({ ...flag, source: word.source }))
}

const alone = (at: number, flag: Pick<ReadFlag, 'name' | 'flag' | 'source'>): FlagReading => ({
  flags: [{ ...flag, value: EMPTY, lacksValue: false }],
  next: at + 1,
})

function withNext(words: readonly Word[], at: number, flag: Pick<ReadFlag, 'name' | 'flag'>): FlagReading {
  const word = words[at] ?? EMPTY
  const value = words[at + 1]
  const source = value ? `${word.source} ${value.source}` : word.source
  return {
    flags: [{ ...flag, value: value ?? EMPTY, lacksValue: !value, source }],
    next: Math.min(at + 2, words.length),
  }
}

/**
 * Writes what a flag means into the profile, with its note.
 * @throws CodedError HUB_IMPORT_FLAG_WITHOUT_VALUE
 */
export function applyFlag(target: Omit<Target, 'source'>, read: ReadFlag): undefined {
  const here: Target = { ...target, source: read.source }
  if (!read.flag) return addNote(here, 'unknown-flag')
  if (read.lacksValue) {
    throw new CodedError('HUB_IMPORT_FLAG_WITHOUT_VALUE', { parameters: { flag: read.name.slice(0, 100) } })
  }
  if (!read.flag.takesValue && /^(false|0|f)$/i.test(read.value.text)) return addNote(here, 'switched-off')
  read.flag.apply(here, read.value)
}
