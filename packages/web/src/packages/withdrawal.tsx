// Withdraws a package or one of its versions after asking why, and takes that back.
import type { AiPackage, Withdrawal } from '@bongsu/protocol'
import { Alert, Button, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { path } from '../api/path.ts'
import { useSubmission } from '../api/use-submission.ts'
import { formatKst } from '../format/timestamps.ts'
import { ConfirmDialog } from '../layout/confirm-dialog.tsx'
import { Icon } from '../layout/icon.tsx'
import { useNotice } from '../layout/use-notice.ts'
import { useLanguage } from '../locales/use-language.ts'
import { useConsole } from '../session/console-context.ts'

export interface WithdrawalTarget {
  readonly packageId: string
  /** Absent: the package as a whole. */
  readonly version?: string
  /** As the dialog calls it. */
  readonly name: string
  readonly withdrawn: Withdrawal | undefined
}

const pathOf = ({ packageId, version }: WithdrawalTarget, action: 'withdraw' | 'restore') =>
  path('packages', packageId, ...(version === undefined ? [] : ['versions', version]), action)

export function WithdrawalButton({ target }: { target: WithdrawalTarget }) {
  return target.withdrawn ? <RestoreButton target={target} /> : <WithdrawButton target={target} />
}

function WithdrawButton({ target }: { target: WithdrawalTarget }) {
  const { t } = useTranslation()
  const { client } = useConsole()
  const queries = useQueryClient()
  const notice = useNotice()
  const [asked, setAsked] = useState(false)
  const [reason, setReason] = useState('')
  const { submit, isPending, error } = useSubmission<{ reason?: string }, AiPackage>(
    (request, key) => client.post(pathOf(target, 'withdraw'), request, key),
    () => {
      setAsked(false)
      void queries.invalidateQueries({ queryKey: ['package'] })
      notice(t('withdrawal.done', { name: target.name }))
    },
  )
  const said = reason.trim()
  return (
    <>
      <Button
        size="xs"
        variant="default"
        onClick={() => setAsked(true)}
        data-testid={target.version === undefined ? 'package-withdraw' : 'version-withdraw'}
      >
        {t('withdrawal.withdraw')}
      </Button>
      <ConfirmDialog
        opened={asked}
        onClose={() => setAsked(false)}
        title={t('withdrawal.title', { name: target.name })}
        action={t('withdrawal.withdraw')}
        tone="destructive"
        busy={isPending}
        error={error}
        onConfirm={() => submit(said === '' ? {} : { reason: said })}
        testId="withdraw-confirm"
      >
        <Text size="sm">{t('withdrawal.hint')}</Text>
        <TextInput
          label={t('withdrawal.reason')}
          value={reason}
          maxLength={300}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-testid="withdraw-reason"
        />
      </ConfirmDialog>
    </>
  )
}

function RestoreButton({ target }: { target: WithdrawalTarget }) {
  const { t } = useTranslation()
  const { client } = useConsole()
  const queries = useQueryClient()
  const notice = useNotice()
  const [asked, setAsked] = useState(false)
  const { submit, isPending, error } = useSubmission<object, AiPackage>(
    (nothing, key) => client.post(pathOf(target, 'restore'), nothing, key),
    () => {
      setAsked(false)
      void queries.invalidateQueries({ queryKey: ['package'] })
      notice(t('withdrawal.restored', { name: target.name }))
    },
  )
  return (
    <>
      <Button
        size="xs"
        variant="default"
        onClick={() => setAsked(true)}
        data-testid={target.version === undefined ? 'package-restore' : 'version-restore'}
      >
        {t('withdrawal.restore')}
      </Button>
      <ConfirmDialog
        opened={asked}
        onClose={() => setAsked(false)}
        title={t('withdrawal.restoreTitle', { name: target.name })}
        action={t('withdrawal.restore')}
        tone="constructive"
        busy={isPending}
        error={error}
        onConfirm={() => submit({})}
        testId="restore-confirm"
      >
        <Text size="sm">{t('withdrawal.restoreHint')}</Text>
      </ConfirmDialog>
    </>
  )
}

/** Since when and why something is withdrawn. */
export function WithdrawalNote({ withdrawn }: { withdrawn: Withdrawal }) {
  const { t } = useTranslation()
  const { language } = useLanguage()
  return (
    <Alert
      color="gray"
      icon={<Icon name="stop" />}
      title={t('withdrawal.since', { at: formatKst(withdrawn.at, language) })}
      data-testid="withdrawn"
    >
      {withdrawn.reason}
    </Alert>
  )
}
