// Stops one launch, or the whole deployment it belongs to, after saying on how many devices that ends it.
import type { Launch } from '@bongsu/protocol'
import { List, SegmentedControl, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { path } from '../api/path.ts'
import { useSubmission } from '../api/use-submission.ts'
import { DeviceName } from '../devices/device-name.tsx'
import { ConfirmDialog } from '../layout/confirm-dialog.tsx'
import { useNotice } from '../layout/use-notice.ts'
import { useConsole } from '../session/console-context.ts'
import { useLaunches } from './launch-queries.ts'
import { isStoppable } from './launch-status.ts'

type Extent = 'launch' | 'deployment'

function useStopping(launch: Launch, extent: Extent, onClose: () => void) {
  const { t } = useTranslation()
  const { client } = useConsole()
  const queries = useQueryClient()
  const notice = useNotice()
  const target =
    extent === 'launch'
      ? path('launches', launch.id, 'stop')
      : path('deployments', launch.deploymentId, 'stop')
  return useSubmission<object, unknown>(
    (nothing, key) => client.post(target, nothing, key),
    () => {
      void queries.invalidateQueries({ queryKey: ['launch'] })
      notice(t(extent === 'launch' ? 'launches.launchStopped' : 'launches.stopped'))
      onClose()
    },
  )
}

export function StopDialog({ launch, onClose }: { launch: Launch; onClose: () => void }) {
  const { t } = useTranslation()
  const [extent, setExtent] = useState<Extent>('launch')
  const { items } = useLaunches({ deploymentId: launch.deploymentId })
  const { submit, isPending, error } = useStopping(launch, extent, onClose)
  const ended = extent === 'launch' ? [launch] : (items ?? [launch]).filter(isStoppable)
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
      <SegmentedControl
        aria-label={t('launches.stopExtent')}
        value={extent}
        onChange={(value) => setExtent(value === 'deployment' ? 'deployment' : 'launch')}
        data={[
          { value: 'launch', label: t('launches.stopLaunch') },
          { value: 'deployment', label: t('launches.stopDeployment') },
        ]}
        data-testid="launch-stop-extent"
      />
      <Text size="sm">
        {extent === 'launch' ? t('launches.stopLaunchHint') : t('launches.stopHint', { count: ended.length })}
      </Text>
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
