// Takes a device out: revoking shuts it out but keeps its record, deleting takes the record too.
import type { Device } from '@bongsu/protocol'
import { Button, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { path } from '../api/path.ts'
import { useSubmission } from '../api/use-submission.ts'
import { ConfirmDialog } from '../layout/confirm-dialog.tsx'
import { Icon } from '../layout/icon.tsx'
import { useNotice } from '../layout/use-notice.ts'
import { useConsole } from '../session/console-context.ts'

export function DeviceRemoval({ device, onRemoved }: { device: Device; onRemoved: () => void }) {
  const { t } = useTranslation()
  const { client } = useConsole()
  const queries = useQueryClient()
  const notice = useNotice()
  const [asked, setAsked] = useState<'revoke' | 'delete'>()
  const close = () => setAsked(undefined)
  const done = (message: string) => {
    close()
    void queries.invalidateQueries({ queryKey: ['device', 'list'] })
    notice(message)
  }
  const revoking = useSubmission<object, Device>(
    (nothing, key) => client.post(path('devices', device.id, 'revoke'), nothing, key),
    (revoked) => {
      queries.setQueryData(['device', 'item', device.id], revoked)
      done(t('devices.revoked', { name: device.name }))
    },
  )
  const deleting = useSubmission<object, void>(
    () => client.remove(path('devices', device.id), device.revision),
    () => {
      onRemoved()
      done(t('devices.deleted', { name: device.name }))
    },
  )
  return (
    <>
      {device.approval === 'accepted' && (
        <Button size="xs" variant="default" onClick={() => setAsked('revoke')} data-testid="device-revoke">
          {t('devices.revoke')}
        </Button>
      )}
      <Button
        size="xs"
        variant="light"
        color="red"
        leftSection={<Icon name="trash" />}
        onClick={() => setAsked('delete')}
        data-testid="device-delete"
      >
        {t('layout.delete')}
      </Button>
      <ConfirmDialog
        opened={asked === 'revoke'}
        onClose={close}
        title={t('devices.revokeTitle', { name: device.name })}
        action={t('devices.revoke')}
        tone="destructive"
        busy={revoking.isPending}
        error={revoking.error}
        onConfirm={() => revoking.submit({})}
        testId="device-revoke-confirm"
      >
        <Text size="sm">{t('devices.revokeHint')}</Text>
      </ConfirmDialog>
      <ConfirmDialog
        opened={asked === 'delete'}
        onClose={close}
        title={t('devices.deleteTitle', { name: device.name })}
        action={t('layout.delete')}
        tone="destructive"
        busy={deleting.isPending}
        error={deleting.error}
        onConfirm={() => deleting.submit({})}
        testId="device-delete-confirm"
      >
        <Text size="sm">{t('devices.deleteHint')}</Text>
      </ConfirmDialog>
    </>
  )
}
