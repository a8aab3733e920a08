// Cells as a spreadsheet may safely show them, and back. Pure.
// A cell that begins like a formula would be run by whoever opens the file (OWASP, "CSV Injection"): it gets an
// apostrophe before it. One that has apostrophes before such a sign gets one more, so that every text comes back.
const LIKE_A_FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/
const GUARDED = /^'+[=+\-@\t\r\n＝＋－＠]/

export const guardCell = (text: string): string => (LIKE_A_FORMULA.test(text) ? `'${text}` : text)

/** What {@link guardCell} was given, with line breaks as they are kept: composed, without outer blanks. */
export function readCell(cell: string): string {
  const text = cell.replaceAll(/\r\n?/g, '\n')
  return (GUARDED.test(text) ? text.slice(1) : text).normalize('NFC').trim()
}
