// Splits pasted shell text into commands and words by the POSIX quoting rules (XCU 2.2, 2.3), running nothing.
// What the device alone can know stays a symbol; what flags mean is said in docker-flags.ts.
import { CodedError } from '@bongsu/foundation'
import { readExpansion, type ShellSymbol } from './shell-expansion.ts'

/** Longest text that is read, in bytes of UTF-8. */
export const MAX_IMPORT_BYTES = 64 * 1024

export interface Word {
  /** Quotes removed; symbols stand in their plain form, such as `$DISPLAY` or `$(id -u)`. */
  readonly text: string
  /** As it was written. */
  readonly source: string
  readonly symbols: readonly ShellSymbol[]
  /** Expansions that nobody can resolve here, as written. */
  readonly unresolved: readonly string[]
}

/** One simple command; the targets of its redirections are kept apart. */
export interface ShellCommand {
  readonly words: readonly Word[]
  readonly redirections: readonly string[]
}

interface Draft {
  readonly start: number
  readonly pieces: string[]
  readonly symbols: ShellSymbol[]
  readonly unresolved: string[]
}

/** @throws CodedError HUB_IMPORT_TOO_LARGE */
export function requireImportSize(text: string): void {
  const bytes = Buffer.byteLength(text)
  if (bytes <= MAX_IMPORT_BYTES) return
  throw new CodedError('HUB_IMPORT_TOO_LARGE', { parameters: { bytes, maximum: MAX_IMPORT_BYTES } })
}

/**
 * The commands of a shell text in order; comments are dropped. Takes time linear in the text.
 * @throws CodedError HUB_IMPORT_TOO_LARGE, HUB_IMPORT_UNTERMINATED for an open quote or substitution
 */
export function splitShell(text: string): ShellCommand[] {
  requireImportSize(text)
  return new Splitter(text.replaceAll('\r\n', '\n')).run()
}

/** One word from a text that no shell has split, such as an item of a manifest: only expansions are read. */
export function wordOf(text: string): Word {
  const draft: Draft = { start: 0, pieces: [], symbols: [], unresolved: [] }
  let at = 0
  for (let next = text.indexOf('$'); next >= 0; next = text.indexOf('$', at)) {
    draft.pieces.push(text.slice(at, next))
    at = expandInto(draft, text, next, { whenOpen: 'literal' })
  }
  draft.pieces.push(text.slice(at))
  return finish(draft, text)
}

/** A word in which nothing is expanded. */
export const literalWord = (text: string): Word => ({ text, source: text, symbols: [], unresolved: [] })

const finish = (draft: Draft, source: string): Word => ({
  text: draft.pieces.join(''),
  source,
  symbols: draft.symbols,
  unresolved: draft.unresolved,
})

/** Reads the expansion at `at` into the draft and answers where it ends. */
function expandInto(draft: Draft, text: string, at: number, rule: { whenOpen: 'literal' | 'error' }): number {
  const expansion = readExpansion(text, at)
  if (expansion.kind === 'open' && rule.whenOpen === 'error') throw unterminated(text, at)
  if (expansion.kind === 'open' || expansion.kind === 'literal') {
    draft.pieces.push(text.charAt(at))
    return at + 1
  }
  if (expansion.kind === 'symbol') draft.symbols.push(expansion.symbol)
  else draft.unresolved.push(text.slice(at, expansion.end))
  draft.pieces.push(expansion.text)
  return expansion.end
}

const unterminated = (text: string, at: number) =>
  new CodedError('HUB_IMPORT_UNTERMINATED', {
    parameters: { line: text.slice(0, at).split('\n').length },
    quote: text.slice(at, at + 80),
  })

const OPERATORS = new Set(['\n', ';', '&', '|', '(', ')'])
const ENDS_PLAIN = /[\s'"\\$`;&|()<>]/

class Splitter {
  readonly #text: string
  readonly #commands: ShellCommand[] = []
  #words: Word[] = []
  #redirections: string[] = []
  #draft: Draft | undefined
  #isRedirecting = false
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  run(): ShellCommand[] {
    while (this.#at < this.#text.length) this.#step(this.#text.charAt(this.#at))
    this.#endCommand()
    return this.#commands
  }

  #step(character: string): void {
    if (character === "'") this.#singleQuoted()
    else if (character === '"') this.#doubleQuoted()
    else if (character === '\\') this.#escaped()
    else if (character === '$' || character === '`') this.#expand()
    else if (OPERATORS.has(character)) this.#operator()
    else if (/\s/.test(character)) this.#blank()
    else if (character === '<' || character === '>') this.#redirection()
    else if (character === '#' && !this.#draft) this.#comment()
    else if (character === '~' && !this.#draft) this.#tilde()
    else this.#plain()
  }

  #open(): Draft {
    this.#draft ??= { start: this.#at, pieces: [], symbols: [], unresolved: [] }
    return this.#draft
  }

  #plain(): void {
    const draft = this.#open()
    const start = this.#at
    do this.#at += 1
    while (this.#at < this.#text.length && !ENDS_PLAIN.test(this.#text.charAt(this.#at)))
    draft.pieces.push(this.#text.slice(start, this.#at))
  }

  #singleQuoted(): void {
    const draft = this.#open()
    const end = this.#text.indexOf("'", this.#at + 1)
    if (end < 0) throw unterminated(this.#text, this.#at)
    draft.pieces.push(this.#text.slice(this.#at + 1, end))
    this.#at = end + 1
  }

  #doubleQuoted(): void {
    const draft = this.#open()
    const start = this.#at
    this.#at += 1
    let plainFrom = this.#at
    const flush = () => draft.pieces.push(this.#text.slice(plainFrom, this.#at))
    for (;;) {
      const character = this.#text.charAt(this.#at)
      const next = this.#text.charAt(this.#at + 1)
      if (character === '') throw unterminated(this.#text, start)
      if (character === '"') break
      if (character === '$' || character === '`') {
        flush()
        this.#expand()
        plainFrom = this.#at
      } else if (character === '\\' && next !== '' && '$`"\\\n'.includes(next)) {
        flush()
        this.#at += 2
        plainFrom = next === '\n' ? this.#at : this.#at - 1
      } else this.#at += 1
    }
    flush()
    this.#at += 1
  }

  #escaped(): void {
    // A backslash before the end of a line joins the lines; blanks between the two are a slip of copying.
    const joined = /^\\[ \t]*(?:\n|$)/.exec(this.#text.slice(this.#at, this.#at + 32))
    if (joined) this.#at += joined[0].length
    else {
      this.#open().pieces.push(this.#text.charAt(this.#at + 1))
      this.#at += 2
    }
  }

  #expand(): void {
    this.#at = expandInto(this.#open(), this.#text, this.#at, { whenOpen: 'error' })
  }

  #tilde(): void {
    if (/[\w-]/.test(this.#text.charAt(this.#at + 1))) {
      this.#plain()
      return
    }
    const draft = this.#open()
    draft.symbols.push('HOME')
    draft.pieces.push('$HOME')
    this.#at += 1
  }

  #blank(): void {
    this.#endWord()
    this.#at += 1
  }

  #comment(): void {
    const end = this.#text.indexOf('\n', this.#at)
    this.#at = end < 0 ? this.#text.length : end
  }

  #operator(): void {
    this.#endCommand()
    this.#at += 1
  }

  #redirection(): void {
    // `2>file`: the number belongs to the redirection.
    if (/^\d$/.test(this.#draft?.pieces.join('') ?? '')) this.#draft = undefined
    this.#endWord()
    while (/[<>&]/.test(this.#text.charAt(this.#at))) this.#at += 1
    this.#isRedirecting = true
  }

  #endWord(): void {
    const draft = this.#draft
    if (!draft) return
    this.#draft = undefined
    const word = finish(draft, this.#text.slice(draft.start, this.#at))
    // `2>&1` joins two streams and names no file.
    const isStream = /^(\d+|-)$/.test(word.text)
    if (!this.#isRedirecting) this.#words.push(word)
    else if (!isStream) this.#redirections.push(word.text)
    this.#isRedirecting = false
  }

  #endCommand(): void {
    this.#endWord()
    this.#isRedirecting = false
    if (this.#words.length > 0) {
      this.#commands.push({ words: this.#words, redirections: this.#redirections })
    }
    this.#words = []
    this.#redirections = []
  }
}
