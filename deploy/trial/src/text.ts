// Text for people, in both languages the product speaks. Which one is shown is decided once, in main.ts.

export type Language = 'ko' | 'en'

/** One piece of text in Korean and English. */
export interface Text {
  readonly ko: string
  readonly en: string
}

/** The same words in both languages: names, commands, numbers. */
export const same = (words: string): Text => ({ ko: words, en: words })

/** Korean for a Korean locale, English for every other; reads what POSIX says decides messages. */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): Language {
  const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || ''
  return /^ko([_.@-]|$)/i.test(locale) ? 'ko' : 'en'
}
