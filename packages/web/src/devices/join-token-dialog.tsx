// Makes a join token and shows, once, how a new device uses it.
import type { JoinTokenRecord, JoinTokenRequest } from '@bongsu/protocol'
import {
  Alert,
  Button,
  Code,
  CopyButton,
  Group,
  Modal,
  NumberInput,
  Radio,
  Stack,
  Text,
  TextInput,
} from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSubmission } from '../api/use-submission.ts'
import { formatKst } from '../format/timestamps.ts'
import { EntryForm } from '../layout/entry-form.tsx'
import { ErrorNotice } from '../layout/error-notice.tsx'
import { Icon } from '../layout/icon.tsx'
import { useLanguage } from '../locales/use-language.ts'
import { useConsole } from '../session/console-context.ts'
import { agentSettings } from './agent-settings.ts'

export function JoinTokenDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const { client } = useConsole()
  const [made, setMade] = useState<JoinTokenRecord>()
  const submission = useSubmission<JoinTokenRequest, JoinTokenRecord>(
    (request, key) => client.post('/join-tokens', request, key),
    setMade,
  )
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('join.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('layout.close') }}
    >
      {made ? (
        <MadeToken record={made} onClose={onClose} />
      ) : (
        <TokenForm
          busy={submission.isPending}
          error={submission.error}
          onSubmit={submission.submit}
          onClose={onClose}
        />
      )}
    </Modal>
  )
}

function TokenForm(props: {
  busy: boolean
  error: Error | null
  onSubmit: (request: JoinTokenRequest) => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const [description, setDescription] = useState('')
  const [uses, setUses] = useState(1)
  const [approval, setApproval] = useState<'automatic' | 'operator'>('automatic')
  const submit = () => {
    const note = description.normalize('NFC').trim()
    props.onSubmit({ ...(note === '' ? {} : { description: note }), uses, approval })
  }
  return (
    <EntryForm label={t('join.title')} testId="join-token-form" onSubmit={submit}>
      <Stack>
        <Text size="sm">{t('join.hint')}</Text>
        <TextInput
          label={t('join.description')}
          placeholder={t('join.descriptionExample')}
          maxLength={200}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
          data-autofocus
        />
        <NumberInput
          label={t('join.uses')}
          min={1}
          max={10_000}
          clampBehavior="strict"
          allowDecimal={false}
          value={uses}
          onChange={(value) => setUses(Number(value) || 1)}
        />
        <Radio.Group
          label={t('join.approval')}
          value={approval}
          onChange={(value) => setApproval(value === 'operator' ? 'operator' : 'automatic')}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="automatic" label={t('join.automatic')} />
            <Radio value="operator" label={t('join.operator')} />
          </Stack>
        </Radio.Group>
        {props.error && <ErrorNotice error={props.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            {t('layout.cancel')}
          </Button>
          <Button type="submit" loading={props.busy} data-testid="join-token-submit">
            {t('join.create')}
          </Button>
        </Group>
      </Stack>
    </EntryForm>
  )
}

function MadeToken({ record, onClose }: { record: JoinTokenRecord; onClose: () => void }) {
  const { t } = useTranslation()
  const { language } = useLanguage()
  const settings = agentSettings(globalThis.location.origin, record.token ?? '')
  return (
    <Stack>
      <Alert color="orange" icon={<Icon name="alert" />} title={t('join.once')}>
        {t('join.valid', { uses: record.usesLeft, until: formatKst(record.expiresAt, language) })}
      </Alert>
      <Text size="sm">{t('join.settings')}</Text>
      <Code block data-testid="join-token" style={{ whiteSpace: 'pre-wrap' }}>
        {settings}
      </Code>
      <Group justify="flex-end">
        <CopyButton value={settings}>
          {({ copied, copy }) => (
            <Button variant="default" leftSection={<Icon name={copied ? 'check' : 'copy'} />} onClick={copy}>
              {copied ? t('layout.copied') : t('layout.copy')}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onClose}>{t('layout.done')}</Button>
      </Group>
    </Stack>
  )
}
