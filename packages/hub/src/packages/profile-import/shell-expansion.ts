// Recognises the shell expansions whose values the agent finds on the device; nothing is ever run or looked up.

/** A value that only the device knows. */
export type ShellSymbol =
  | 'DISPLAY'
  | 'XAUTHORITY'
  | 'USER'
  | 'HOME'
  | 'PWD'
  | 'UID'
  | 'GID'
  | 'XDG_RUNTIME_DIR'

export type Expansion =
  | { readonly kind: 'symbol'; readonly symbol: ShellSymbol; readonly text: string; readonly end: number }
  | { readonly kind: 'unresolved'; readonly text: string; readonly end: number }
  /** A dollar sign that begins no expansion. */
  | { readonly kind: 'literal' }
  /** A substitution without its end. */
  | { readonly kind: 'open' }

/** Longest expansion that is read; the bound keeps a text of many unclosed ones linear. */
const MAX_EXPANSION_LENGTH = 512

const SYMBOL_TEXTS: Readonly<Record<ShellSymbol, string>> = {
  DISPLAY: '$DISPLAY',
  XAUTHORITY: '$XAUTHORITY',
  USER: '$USER',
  HOME: '$HOME',
  PWD: '$PWD',
  UID: '$(id -u)',
  GID: '$(id -g)',
  XDG_RUNTIME_DIR: '$XDG_RUNTIME_DIR',
}
const VARIABLES = new Map<string, ShellSymbol>([
  ['DISPLAY', 'DISPLAY'],
  ['XAUTHORITY', 'XAUTHORITY'],
  ['XAUTH', 'XAUTHORITY'],
  ['USER', 'USER'],
  ['LOGNAME', 'USER'],
  ['HOME', 'HOME'],
  ['PWD', 'PWD'],
  ['UID', 'UID'],
  ['EUID', 'UID'],
  ['GID', 'GID'],
  ['XDG_RUNTIME_DIR', 'XDG_RUNTIME_DIR'],
])
const COMMANDS = new Map<string, ShellSymbol>([
  ['id -u', 'UID'],
  ['id -g', 'GID'],
  ['id -un', 'USER'],
  ['id -u -n', 'USER'],
  ['whoami', 'USER'],
  ['pwd', 'PWD'],
])

const named = (symbol: ShellSymbol | undefined, text: string, end: number): Expansion =>
  symbol ? { kind: 'symbol', symbol, text: SYMBOL_TEXTS[symbol], end } : { kind: 'unresolved', text, end }

/** The expansion that begins at `at`, where `$` or a backtick stands. */
export function readExpansion(text: string, at: number): Expansion {
  if (text.charAt(at) === '`') return readSubstitution(text, at, at + 1, text.indexOf('`', at + 1))
  const next = text.charAt(at + 1)
  if (next === '(') return readSubstitution(text, at, at + 2, closingParenthesis(text, at + 2))
  if (next === '{') return readBraces(text, at)
  if (/[0-9@*#?!-]/.test(next)) return { kind: 'unresolved', text: text.slice(at, at + 2), end: at + 2 }
  if (!/[A-Za-z_]/.test(next)) return { kind: 'literal' }
  let end = at + 2
  while (/\w/.test(text.charAt(end))) end += 1
  return named(VARIABLES.get(text.slice(at + 1, end)), text.slice(at, end), end)
}

function readSubstitution(text: string, at: number, from: number, close: number): Expansion {
  if (close < 0) return { kind: 'open' }
  const command = text.slice(from, close).trim().split(/\s+/).join(' ')
  return named(COMMANDS.get(command), text.slice(at, close + 1), close + 1)
}

/** `${NAME}`, and `${NAME:-default}`, whose default the device has no need of. */
function readBraces(text: string, at: number): Expansion {
  const from = at + 2
  const length = text.slice(from, from + MAX_EXPANSION_LENGTH).indexOf('}')
  if (length < 0) return { kind: 'open' }
  const name = /^(\w+)(?::?[-=].*)?$/s.exec(text.slice(from, from + length))?.[1]
  const end = from + length + 1
  return named(name === undefined ? undefined : VARIABLES.get(name), text.slice(at, end), end)
}

/** Where the substitution ends, minding nested parentheses and quotes; -1 when it does not. */
function closingParenthesis(text: string, from: number): number {
  const limit = Math.min(text.length, from + MAX_EXPANSION_LENGTH)
  let depth = 1
  let quote = ''
  for (let at = from; at < limit; at += 1) {
    const character = text.charAt(at)
    if (quote) {
      if (character === quote) quote = ''
    } else if (character === "'" || character === '"') quote = character
    else if (character === '(') depth += 1
    else if (character === ')') {
      depth -= 1
      if (depth === 0) return at
    }
  }
  return -1
}
