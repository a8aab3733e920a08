// The switch between Korean and English: one button that carries the other language's own name.
import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { LANGUAGES, ownNameOf } from '../locales/language.ts'
import { useLanguage } from '../locales/use-language.ts'
import { Icon } from './icon.tsx'

export function LanguageSwitch() {
  const { t } = useTranslation()
  const { language, switchTo } = useLanguage()
  const other = LANGUAGES.find((candidate) => candidate !== language) ?? language
  return (
    <Button
      variant="default"
      px="sm"
      leftSection={<Icon name="globe" />}
      title={t('layout.language')}
      lang={other}
      onClick={() => switchTo(other)}
      data-testid="language-switch"
    >
      {ownNameOf(other)}
    </Button>
  )
}
