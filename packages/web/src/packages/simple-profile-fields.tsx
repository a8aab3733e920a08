// The choices that suffice for a program with one window.
import { Stack, Switch, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { TextKey } from '../locales/translation.ts'
import type { SimpleProfile } from './version-form-model.ts'

export function SimpleProfileFields(props: {
  value: SimpleProfile
  onChange: (value: SimpleProfile) => void
  fault: TextKey | undefined
}) {
  const { t } = useTranslation()
  const { value, onChange, fault } = props
  return (
    <Stack gap="sm">
      <Switch
        label={t('version.displayRequired')}
        description={t('version.displayRequiredHint')}
        checked={value.displayRequired}
        onChange={(event) => onChange({ ...value, displayRequired: event.currentTarget.checked })}
        data-testid="version-display-required"
      />
      <Switch
        label={t('version.animates')}
        description={t('version.animatesHint')}
        checked={value.animates && value.displayRequired}
        disabled={!value.displayRequired}
        onChange={(event) => onChange({ ...value, animates: event.currentTarget.checked })}
        data-testid="version-animates"
      />
      <Switch
        label={t('version.network')}
        description={t('version.networkHint')}
        checked={value.network === 'bridge'}
        onChange={(event) => onChange({ ...value, network: event.currentTarget.checked ? 'bridge' : 'none' })}
        data-testid="version-network"
      />
      <TextInput
        label={t('version.memory')}
        placeholder={t('version.noLimit')}
        inputMode="numeric"
        maxLength={9}
        value={value.memoryMebibytes}
        onChange={(event) => onChange({ ...value, memoryMebibytes: event.currentTarget.value })}
        error={fault && t(fault)}
      />
    </Stack>
  )
}
