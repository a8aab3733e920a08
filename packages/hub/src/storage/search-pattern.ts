// What people type into a search, as a pattern that finds what they mean in Korean text. Pure.
// A lone consonant stands for any syllable that begins with it; blanks between syllables do not count, for people
// part words differently. The text searched is NFC: it is normalised where it enters.
import { canBeChoseong, combineCharacter, disassemble } from 'es-hangul'

/** Syllables of one initial consonant: 21 vowels times 28 endings. Source: Unicode 16, 3.12 "Hangul syllable composition". */
const SYLLABLES_PER_CONSONANT = 588

const SYLLABLE = /^[\uac00-\ud7a3]$/
const CONSONANT = /^[\u3131-\u314e]$/
/** Line breaks too: fields stand on lines of their own, and none is found across them. */
const BLANK = /^\s$/
const SPECIAL = /[\\^$.*+?()[\]{}|]/g

/**
 * A pattern that PCRE, Python and JavaScript read alike.
 * @param typed any text; blanks in it count as one. Consonants that an input method has joined, as at the end of a
 *   syllable, also stand for the two.
 */
export function searchPattern(typed: string): string {
  const letters = Array.from(typed.normalize('NFC'))
  let pattern = ''
  let blanks = ''
  let before = ''
  for (const letter of letters) {
    if (BLANK.test(letter)) {
      blanks = ' +'
      continue
    }
    pattern += (isHangul(before) && isHangul(letter) ? ' *' : blanks) + piece(letter)
    blanks = ''
    before = letter
  }
  return pattern + blanks
}

const isHangul = (letter: string): boolean => SYLLABLE.test(letter) || CONSONANT.test(letter)

function piece(letter: string): string {
  if (!CONSONANT.test(letter)) return letter.replaceAll(SPECIAL, '\\$&')
  // Two initials typed one after the other become one sign in most input methods; a text may hold that sign itself.
  if (!canBeChoseong(letter)) return `(?:${letter}|${Array.from(disassemble(letter)).map(piece).join(' *')})`
  const first = combineCharacter(letter, 'ㅏ')
  const last = String.fromCharCode(first.charCodeAt(0) + SYLLABLES_PER_CONSONANT - 1)
  return `[${letter}${first}-${last}]`
}
