// Which language the console speaks: what was chosen before, else the browser's, else Korean.
import type { Language } from '@bongsu/protocol'

export const LANGUAGES: readonly Language[] = ['ko', 'en']

const STORAGE_KEY = 'bongsu-language'

const isLanguage = (value: unknown): value is Language => value === 'ko' || value === 'en'

/**
 * @param remembered what an earlier visit stored
 * @param preferred the browser's languages, most wanted first, such as `en-GB`
 */
export function chooseLanguage(remembered: string | null, preferred: readonly string[]): Language {
  if (isLanguage(remembered)) return remembered
  return preferred.map((tag) => tag.split('-')[0]).find(isLanguage) ?? 'ko'
}

export const rememberedLanguage = (storage: Storage): string | null => storage.getItem(STORAGE_KEY)

export const rememberLanguage = (storage: Storage, language: Language): void =>
  storage.setItem(STORAGE_KEY, language)

/** A language by its own name, so that whoever reads only that one finds it. */
export const ownNameOf = (language: Language): string =>
  new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? language
