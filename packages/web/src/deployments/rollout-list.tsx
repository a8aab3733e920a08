// Roll-outs that are under way or wait for somebody: which wave, how it goes, and what can be done about it.
import type { Deployment, Rollout } from '@bongsu/protocol'
import { Button, Group, Paper, Progress, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { path } from '../api/path.ts'
import { useSubmission } from '../api/use-submission.ts'
import { ConfirmDialog } from '../layout/confirm-dialog.tsx'
import { ErrorNotice } from '../layout/error-notice.tsx'
import { StatusBadge } from '../layout/status-badge.tsx'
import { useNow } from '../layout/use-now.ts'
import { PackageName } from '../packages/package-name.tsx'
import { useConsole, useMayOperate } from '../session/console-context.ts'
import { useDeployments } from './launch-queries.ts'
import { ReasonNote } from './reason-note.tsx'
import { ACTION_TEXT, actionsOf, isOfConcern, ROLLOUT_STATUS, type RolloutAction } from './rollout-status.ts'

export function RolloutList() {
  const now = useNow()
  const { items = [] } = useDeployments()
  const shown = items.filter((deployment) => isOfConcern(deployment, new Date(now)))
  return (
    <Stack gap="xs">
      {shown.map((deployment) =>
        deployment.rollout ? (
          <RolloutCard key={deployment.id} deployment={deployment} rollout={deployment.rollout} />
        ) : null,
      )}
    </Stack>
  )
}

function RolloutCard({ deployment, rollout }: { deployment: Deployment; rollout: Rollout }) {
  const { t } = useTranslation()
  const mayOperate = useMayOperate()
  const { counts, waves, started } = rollout
  const total = waves.at(-1) ?? 1
  const share = (count: number) => (100 * count) / total
  return (
    <Paper
      withBorder
      p="sm"
      data-testid="rollout"
      data-deployment-id={deployment.id}
      data-state={rollout.state}
    >
      <Stack gap="xs">
        <Group justify="space-between">
          <Group gap="sm">
            <Text fw={600} size="sm">
              <PackageName id={deployment.packageId} /> {deployment.version}
            </Text>
            <StatusBadge status={ROLLOUT_STATUS[rollout.state]} testId="rollout-state" />
            <Text size="sm">
              {t('rollout.wave', { started, waves: waves.length, devices: waves[started - 1] ?? 0 })}
            </Text>
          </Group>
          {mayOperate && (
            <Group gap="xs">
              {actionsOf(rollout).map((action) => (
                <RolloutButton key={action} deploymentId={deployment.id} action={action} />
              ))}
            </Group>
          )}
        </Group>
        <Progress.Root size="lg" aria-label={t('rollout.progress')}>
          <Progress.Section value={share(counts.proven)} color="green" />
          <Progress.Section value={share(counts.failed)} color="red" />
          <Progress.Section value={share(counts.open)} color="blue" />
          <Progress.Section value={share(counts.away)} color="gray" />
        </Progress.Root>
        <Text size="xs" c="dimmed" data-testid="rollout-counts">
          {t('rollout.counts', counts)}
        </Text>
        {rollout.reason && rollout.state === 'halted' && (
          <ReasonNote reason={rollout.reason} testId="rollout-reason" />
        )}
      </Stack>
    </Paper>
  )
}

function RolloutButton({ deploymentId, action }: { deploymentId: string; action: RolloutAction }) {
  const { t } = useTranslation()
  const { client } = useConsole()
  const queries = useQueryClient()
  const [dialog, setDialog] = useState<'open' | 'shut'>('shut')
  const { submit, isPending, error } = useSubmission<object, Deployment>(
    (nothing, key) => client.post(path('deployments', deploymentId, action), nothing, key),
    () => {
      void queries.invalidateQueries({ queryKey: ['launch'] })
      setDialog('shut')
    },
  )
  return (
    <>
      {error && action !== 'undo' && <ErrorNotice error={error} />}
      <Button
        size="xs"
        variant="default"
        loading={isPending}
        onClick={() => (action === 'undo' ? setDialog('open') : submit({}))}
        data-testid={`rollout-${action}`}
      >
        {t(ACTION_TEXT[action])}
      </Button>
      <ConfirmDialog
        opened={dialog === 'open'}
        onClose={() => setDialog('shut')}
        title={t('rollout.undoTitle')}
        action={t('rollout.action.undo')}
        tone="destructive"
        busy={isPending}
        error={error}
        onConfirm={() => submit({})}
        testId="rollout-undo-confirm"
      >
        <Text size="sm">{t('rollout.undoHint')}</Text>
      </ConfirmDialog>
    </>
  )
}
