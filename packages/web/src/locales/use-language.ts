// The language in force, and the switch: remembered, told to the document and to the hub.
import type { Language } from '@bongsu/protocol'
import { useTranslation } from 'react-i18next'
import { rememberLanguage } from './language.ts'

export function useLanguage(): { language: Language; switchTo: (language: Language) => void } {
  const { i18n } = useTranslation()
  const switchTo = (language: Language) => {
    rememberLanguage(localStorage, language)
    void i18n.changeLanguage(language)
  }
  return { language: i18n.language === 'en' ? 'en' : 'ko', switchTo }
}
