// Stops the deployment a launch belongs to, after saying on how many devices that ends it.
import type { Deployment, Launch } from '@bongsu/protocol'
import { List, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { path } from '../api/path.ts'
import { useSubmission } from '../api/use-submission.ts'
import { DeviceName } from '../devices/device-name.tsx'
import { ConfirmDialog } from '../layout/confirm-dialog.tsx'
import { useNotice } from '../layout/use-notice.ts'
import { useConsole } from '../session/console-context.ts'
import { useLaunches } from './launch-queries.ts'
import { isStoppable } from './launch-status.ts'

export function StopDialog({ launch, onClose }: { launch: Launch; onClose: () => void }) {
  const { t } = useTranslation()
  const { client } = useConsole()
  const queries = useQueryClient()
  const notice = useNotice()
  const { items } = useLaunches({ deploymentId: launch.deploymentId })
  const { submit, isPending, error } = useSubmission<object, Deployment>(
    (nothing, key) => client.post(path('deployments', launch.deploymentId, 'stop'), nothing, key),
    () => {
      void queries.invalidateQueries({ queryKey: ['launch'] })
      notice(t('launches.stopped'))
      onClose()
    },
  )
  const ended = (items ?? [launch]).filter(isStoppable)
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('launches.stopTitle')}
      action={t('launches.stop')}
      tone="destructive"
      busy={isPending}
      error={error}
      onConfirm={() => submit({})}
      testId="launch-stop-confirm"
    >
      <Text size="sm">{t('launches.stopHint', { count: ended.length })}</Text>
      <List size="sm" mah={200} style={{ overflow: 'auto' }}>
        {ended.map(({ id, deviceId }) => (
          <List.Item key={id}>
            <DeviceName id={deviceId} />
          </List.Item>
        ))}
      </List>
    </ConfirmDialog>
  )
}
