// Lets a waiting device in: whoever accepts compares the key's fingerprint with the device's own log.
import type { Device } from '@bongsu/protocol'
import { Code, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { path } from '../api/path.ts'
import { useSubmission } from '../api/use-submission.ts'
import { ConfirmDialog } from '../layout/confirm-dialog.tsx'
import { useNotice } from '../layout/use-notice.ts'
import { useConsole } from '../session/console-context.ts'

export function AcceptDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const { t } = useTranslation()
  const { client } = useConsole()
  const queries = useQueryClient()
  const notice = useNotice()
  const { submit, isPending, error } = useSubmission<object, Device>(
    (nothing, key) => client.post(path('devices', device.id, 'accept'), nothing, key),
    () => {
      void queries.invalidateQueries({ queryKey: ['device'] })
      notice(t('devices.accepted', { name: device.name }))
      onClose()
    },
  )
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('devices.acceptTitle', { name: device.name })}
      action={t('devices.accept')}
      tone="constructive"
      busy={isPending}
      error={error}
      onConfirm={() => submit({})}
      testId="device-accept-confirm"
    >
      <Text size="sm">{t('devices.acceptHint')}</Text>
      <Stack gap={4}>
        {device.keyFingerprints.map((fingerprint) => (
          <Code key={fingerprint} block>
            {fingerprint}
          </Code>
        ))}
        {device.keyFingerprints.length === 0 && (
          <Text size="sm" c="dimmed">
            {t('devices.noKey')}
          </Text>
        )}
      </Stack>
    </ConfirmDialog>
  )
}
