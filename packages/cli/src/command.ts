// What every command is made of: how it is called, what it says in both languages, and what it is given. Types only.
import type { Language } from '@bongsu/protocol'

export type Words = Readonly<Record<Language, string>>

/** The world of a command, so that a test can be one. */
export interface Terminal {
  readonly language: Language
  readonly environment: Readonly<Record<string, string | undefined>>
  /** A line of what was asked for. */
  print(line: string): void
  /** A line about what goes on: not part of the result. */
  tell(line: string): void
  /** Asks without showing what is typed; `undefined` where nobody sits. */
  readSecret(question: string): Promise<string | undefined>
  /** Asks for yes or no; `undefined` where nobody sits. */
  confirm(question: string): Promise<boolean | undefined>
}

export interface Command {
  /** `package sign` */
  readonly name: string
  readonly summary: Words
  /** Everything after `bongsu NAME`, several lines. */
  readonly usage: Words
  /**
   * @throws UsageError when it is called wrongly, CodedError for what went wrong
   */
  run(parameters: readonly string[], terminal: Terminal): Promise<void>
}

/** Called wrongly: the words say what is missing; the command's usage follows. */
export class UsageError extends Error {
  readonly words: Words

  constructor(words: Words) {
    super(words.en)
    this.words = words
  }
}
