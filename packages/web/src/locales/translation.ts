// The texts of the console: both languages are in the bundle, so that switching needs no request.
import type { Language } from '@bongsu/protocol'
import { createInstance, type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import en from './en.json' with { type: 'json' }
import ko from './ko.json' with { type: 'json' }
import { resolveParticles } from './particles.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof ko }
  }
}

type Leaves<Tree> = {
  [Key in keyof Tree & string]: Tree[Key] extends string ? Key : `${Key}.${Leaves<Tree[Key]>}`
}[keyof Tree & string]

/** Every key of the texts, `launch.phase.running`. Keys are written whole, so that a test can find unused ones. */
export type TextKey = Leaves<typeof ko>

export function createTranslation(language: Language): i18n {
  const instance = createInstance()
  instance.use(initReactI18next).use({
    type: 'postProcessor',
    name: 'particles',
    process: (text: string) => resolveParticles(text),
  })
  void instance.init({
    lng: language,
    fallbackLng: 'ko',
    resources: { ko: { translation: ko }, en: { translation: en } },
    postProcess: ['particles'],
    // React escapes.
    interpolation: { escapeValue: false },
    initAsync: false,
    returnNull: false,
  })
  return instance
}
