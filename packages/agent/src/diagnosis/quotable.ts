// Makes log text fit to be searched and quoted: no escapes, no control characters, no secrets, bounded length.

const MAX_LINES = 300
const MAX_LINE_LENGTH = 2000
const MAX_QUOTE_LENGTH = 300
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
const ESCAPES = /\u001b(?:\[[0-9;?]{0,20}[ -/]?[@-~]|\][^\u0007\u001b]{0,200}(?:\u0007|\u001b\\)?)/g
// The direction marks could make a quoted line read as another one.
const CONTROLS = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu
const URL_PASSWORD = /(:\/\/)[^\s/@:]{0,100}:[^\s/]{1,200}@/g
const NAMED_SECRET =
  /((?:password|passwd|secret|token|api[_-]?key|access[_-]?key)["']?\s{0,3}[=:]\s{0,3}["']?)[^\s"'&,;]{1,500}/gi
const BEARER = /(authorization:\s{0,3}(?:bearer|basic)\s{1,3}|\bbearer\s{1,3})[^\s"']{1,500}/gi

/** The last 300 lines, each of at most 2000 characters; a progress bar's returns end lines as well. */
export function searchableLines(text: string): string[] {
  return text
    .slice(-MAX_LINES * MAX_LINE_LENGTH)
    .replace(ESCAPES, '')
    .split(/\r\n|\r|\n/)
    .slice(-MAX_LINES)
    .map((line) => line.slice(0, MAX_LINE_LENGTH).replace(CONTROLS, ' '))
}

/** One line for a person to read, at most 300 characters. */
export function quotable(line: string): string {
  const safe = line
    .replace(ESCAPES, '')
    .replace(CONTROLS, ' ')
    .replace(URL_PASSWORD, '$1***@')
    .replace(BEARER, '$1***')
    .replace(NAMED_SECRET, '$1***')
    .trim()
  if (safe.length <= MAX_QUOTE_LENGTH) return safe.toWellFormed()
  return `${safe.slice(0, MAX_QUOTE_LENGTH - 1).replace(/[\ud800-\udbff]$/, '')}…`.toWellFormed()
}
