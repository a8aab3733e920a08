// Asks before something that cannot simply be taken back, naming what it will do.
import { Button, Group, Modal, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from './error-notice.tsx'

export function ConfirmDialog(props: {
  title: string
  action: string
  tone: 'destructive' | 'constructive'
  opened: boolean
  busy: boolean
  error: Error | null
  onConfirm: () => void
  onClose: () => void
  testId: string
  children: ReactNode
}) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ 'aria-label': t('layout.close') }}
    >
      <Stack>
        {props.children}
        {props.error && <ErrorNotice error={props.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            {t('layout.cancel')}
          </Button>
          <Button
            color={props.tone === 'destructive' ? 'red' : 'indigo'}
            loading={props.busy}
            onClick={props.onConfirm}
            data-testid={props.testId}
          >
            {props.action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
