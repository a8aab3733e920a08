// Korean particles that depend on the word before them, written in the texts as `{{name}}[closed/open]`.
import { josa } from 'es-hangul'

const CHOICE = /(\S+?)\[(\p{Script=Hangul}+)\/(\p{Script=Hangul}+)\]/gu

/** The text with every choice resolved. A word that does not end in Hangul keeps both forms, as in print. */
export const resolveParticles = (text: string): string =>
  text.replace(CHOICE, (_whole, word: string, closed: string, open: string) => {
    const last = word.at(-1) ?? ''
    if (!/\p{Script=Hangul}/u.test(last)) return `${word}${closed}(${open})`
    return `${word}${josa.pick(last, `${closed}/${open}` as Parameters<typeof josa.pick>[1])}`
  })
