// Takes one version out of the catalogue; the hub refuses while a deployment uses it, naming the deployment.
import type { PackageVersion } from '@bongsu/protocol'
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

export function VersionRemoval({ removed }: { removed: PackageVersion }) {
  const { t } = useTranslation()
  const { client } = useConsole()
  const queries = useQueryClient()
  const notice = useNotice()
  const [asked, setAsked] = useState(false)
  const name = removed.version
  const { submit, isPending, error } = useSubmission<object, void>(
    () => client.remove(path('packages', removed.packageId, 'versions', removed.version), removed.revision),
    () => {
      setAsked(false)
      void queries.invalidateQueries({ queryKey: ['package'] })
      notice(t('packages.deleted', { name }))
    },
  )
  return (
    <>
      <Button
        size="xs"
        variant="subtle"
        color="red"
        leftSection={<Icon name="trash" />}
        onClick={() => setAsked(true)}
        data-testid="version-delete"
      >
        {t('layout.delete')}
      </Button>
      <ConfirmDialog
        opened={asked}
        onClose={() => setAsked(false)}
        title={t('packages.deleteTitle', { name })}
        action={t('layout.delete')}
        tone="destructive"
        busy={isPending}
        error={error}
        onConfirm={() => submit({})}
        testId="version-delete-confirm"
      >
        <Text size="sm">{t('version.deleteHint')}</Text>
      </ConfirmDialog>
    </>
  )
}
