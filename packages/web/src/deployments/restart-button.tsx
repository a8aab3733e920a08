// Asks that a launch runs anew. What shows now goes for a moment, so it asks before.
import type { Launch } from '@bongsu/protocol'
import { Button, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { path } from '../api/path.ts'
import { useSubmission } from '../api/use-submission.ts'
import { ConfirmDialog } from '../layout/confirm-dialog.tsx'
import { useNotice } from '../layout/use-notice.ts'
import { useConsole } from '../session/console-context.ts'

export function RestartButton({ launch }: { launch: Launch }) {
  const { t } = useTranslation()
  const { client } = useConsole()
  const queries = useQueryClient()
  const notice = useNotice()
  const [dialog, setDialog] = useState<'open' | 'shut'>('shut')
  const { submit, isPending, error } = useSubmission<object, Launch>(
    (nothing, key) => client.post(path('launches', launch.id, 'restart'), nothing, key),
    () => {
      void queries.invalidateQueries({ queryKey: ['launch'] })
      notice(t('launches.restarted'))
      setDialog('shut')
    },
  )
  return (
    <>
      <Button
        size="sm"
        px="sm"
        variant="default"
        onClick={() => setDialog('open')}
        data-testid="launch-restart"
      >
        {t('launches.restart')}
      </Button>
      <ConfirmDialog
        opened={dialog === 'open'}
        onClose={() => setDialog('shut')}
        title={t('launches.restartTitle')}
        action={t('launches.restart')}
        tone="constructive"
        busy={isPending}
        error={error}
        onConfirm={() => submit({})}
        testId="launch-restart-confirm"
      >
        <Text size="sm">{t('launches.restartHint')}</Text>
      </ConfirmDialog>
    </>
  )
}
