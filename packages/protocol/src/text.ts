// Text that people enter: length-capped, without control characters, NFC-normalised.
// macOS sends Hangul decomposed; what is not normalised on entry is not found by a search later.
import Type from 'typebox'

// One line: everything but C0/C1 controls. Several lines: tab and line feed too.
const ONE_LINE = '^[^\\u0000-\\u001f\\u007f-\\u009f]*$'
const MANY_LINES = '^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]*$'

/** One line of text, 1 to `maxLength` characters. */
export const line = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: ONE_LINE })

/** Free text, possibly empty, possibly of several lines. */
export const paragraph = (maxLength: number) => Type.String({ maxLength, pattern: MANY_LINES })

/**
 * The same JSON value with every string, and every key, in Unicode NFC and each string trimmed of outer blanks.
 * Plain JSON only; objects keep their own prototype-less shape so that `__proto__` stays an ordinary key.
 */
export function normaliseText(value: unknown): unknown {
  if (typeof value === 'string') return value.normalize('NFC').trim()
  if (Array.isArray(value)) return value.map(normaliseText)
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).map(([key, item]) => [key.normalize('NFC'), normaliseText(item)])
    return Object.fromEntries(entries)
  }
  return value
}
