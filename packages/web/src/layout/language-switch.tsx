// The switch between Korean and English, each under its own name.
import { SegmentedControl } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { LANGUAGES, ownNameOf } from '../locales/language.ts'
import { useLanguage } from '../locales/use-language.ts'

export function LanguageSwitch() {
  const { t } = useTranslation()
  const { language, switchTo } = useLanguage()
  return (
    <SegmentedControl
      data-testid="language-switch"
      aria-label={t('layout.language')}
      size="xs"
      value={language}
      onChange={(chosen) => switchTo(chosen === 'en' ? 'en' : 'ko')}
      data={LANGUAGES.map((value) => ({ value, label: <span lang={value}>{ownNameOf(value)}</span> }))}
    />
  )
}
