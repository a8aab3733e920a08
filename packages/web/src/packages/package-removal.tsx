// Takes a package out of the catalogue; the hub refuses while a deployment uses it.
import type { AiPackage } from '@bongsu/protocol'
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

export function PackageRemoval({ removed, onRemoved }: { removed: AiPackage; onRemoved: () => void }) {
  const { t } = useTranslation()
  const { client } = useConsole()
  const queries = useQueryClient()
  const notice = useNotice()
  const [asked, setAsked] = useState(false)
  const { submit, isPending, error } = useSubmission<object, void>(
    () => client.remove(path('packages', removed.id), removed.revision),
    () => {
      onRemoved()
      void queries.invalidateQueries({ queryKey: ['package', 'list'] })
      notice(t('packages.deleted', { name: removed.koreanName }))
    },
  )
  return (
    <>
      <Button
        size="xs"
        variant="light"
        color="red"
        leftSection={<Icon name="trash" />}
        onClick={() => setAsked(true)}
        data-testid="package-delete"
      >
        {t('layout.delete')}
      </Button>
      <ConfirmDialog
        opened={asked}
        onClose={() => setAsked(false)}
        title={t('packages.deleteTitle', { name: removed.koreanName })}
        action={t('layout.delete')}
        tone="destructive"
        busy={isPending}
        error={error}
        onConfirm={() => submit({})}
        testId="package-delete-confirm"
      >
        <Text size="sm">{t('packages.deleteHint')}</Text>
      </ConfirmDialog>
    </>
  )
}
