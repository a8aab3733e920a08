// CP949, in which Korean Excel saves "CSV". Pure.
// The platform's decoder knows KS X 1001 alone; CP949 adds the 8,822 syllables that are not in it, in the order of
// Unicode over the free codes, and two signs. Source: encoding.spec.whatwg.org, "index EUC-KR" (windows-949).

const FIRST_SYLLABLE = 0xac00
const LAST_SYLLABLE = 0xd7a3
/** Signs that were added to KS X 1001 in 1998. */
const ADDED: ReadonlyMap<number, string> = new Map([
  [0xa2e6, '€'],
  [0xa2e7, '®'],
])

/** The text; `undefined` when the bytes are no CP949. */
export function decodeCp949(bytes: Uint8Array): string | undefined {
  const table = cp949Letters()
  const pieces: string[] = []
  for (let at = 0; at < bytes.length; at += 1) {
    const lead = bytes[at] ?? 0
    if (lead < 0x80) {
      pieces.push(String.fromCharCode(lead))
      continue
    }
    at += 1
    const letter = table.get(lead * 256 + (bytes[at] ?? 0))
    if (letter === undefined) return undefined
    pieces.push(letter)
  }
  return pieces.join('')
}

/** Letters by their two bytes, the first times 256. */
export function cp949Letters(): ReadonlyMap<number, string> {
  const standard = standardLetters()
  const present = new Set(standard.values())
  const table = new Map([...standard, ...ADDED])
  const codes = freeCodes()
  for (let syllable = FIRST_SYLLABLE; syllable <= LAST_SYLLABLE; syllable += 1) {
    const letter = String.fromCharCode(syllable)
    if (present.has(letter)) continue
    const { value } = codes.next()
    if (value !== undefined) table.set(value, letter)
  }
  return table
}

/** KS X 1001: both bytes from 0xA1 to 0xFE. What the platform puts into Unicode's private area is no letter. */
function standardLetters(): Map<number, string> {
  const codes: number[] = []
  for (let lead = 0xa1; lead <= 0xfe; lead += 1) {
    for (let trail = 0xa1; trail <= 0xfe; trail += 1) codes.push(lead * 256 + trail)
  }
  // All at once, parted by line feeds.
  const bytes = Uint8Array.from(codes.flatMap((code) => [code >> 8, code & 0xff, 0x0a]))
  const letters = new TextDecoder('euc-kr').decode(bytes).split('\n')
  const pairs = codes.map((code, index) => [code, letters[index] ?? ''] as const)
  return new Map(pairs.filter(([, letter]) => /^[^\ufffd\ue000-\uf8ff]$/u.test(letter)))
}

/** Codes beside KS X 1001, in the order in which they are given out. */
function* freeCodes(): Generator<number, undefined> {
  for (let lead = 0x81; lead <= 0xc6; lead += 1) {
    for (let trail = 0x41; trail <= (lead <= 0xa0 ? 0xfe : 0xa0); trail += 1) {
      const isLetter = trail <= 0x5a || (trail >= 0x61 && trail <= 0x7a) || trail >= 0x81
      if (isLetter) yield lead * 256 + trail
    }
  }
}
