// Turns a pasted `docker run` line or a Kubernetes manifest into a launch profile, and says what became of every part.
import type {
  ImportNote,
  ImportSeverity,
  LaunchProfile,
  ProfileImport,
  ProfileImportRequest,
} from '@bongsu/protocol'
import { Alert, Button, Code, Group, Stack, Table, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { problemMessages } from '../api/problem.ts'
import { useSubmission } from '../api/use-submission.ts'
import { ErrorNotice } from '../layout/error-notice.tsx'
import { Icon } from '../layout/icon.tsx'
import { type Status, StatusBadge } from '../layout/status-badge.tsx'
import { useLanguage } from '../locales/use-language.ts'
import { useConsole } from '../session/console-context.ts'
import { gravestFirst } from './import-notes.ts'

const SEVERITY_STATUS: Readonly<Record<ImportSeverity, Status>> = {
  refused: { tone: 'bad', icon: 'cross', text: 'import.refused' },
  warned: { tone: 'warning', icon: 'alert', text: 'import.warned' },
  mapped: { tone: 'good', icon: 'check', text: 'import.mapped' },
  provided: { tone: 'good', icon: 'device', text: 'import.provided' },
  ignored: { tone: 'neutral', icon: 'question', text: 'import.ignored' },
}

export function ProfileImportFields({ onProfile }: { onProfile: (profile: LaunchProfile) => void }) {
  const { t } = useTranslation()
  const { client } = useConsole()
  const [text, setText] = useState('')
  const [imported, setImported] = useState<ProfileImport>()
  const submission = useSubmission<ProfileImportRequest, ProfileImport>(
    (request, key) => client.post('/launch-profiles/import', request, key),
    (result) => {
      setImported(result)
      onProfile(result.profile)
    },
  )
  return (
    <Stack gap="xs">
      <Textarea
        label={t('import.text')}
        description={t('import.hint')}
        placeholder="docker run --device /dev/dri -e DISPLAY=unix$DISPLAY …"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        autosize
        minRows={3}
        maxRows={14}
        maxLength={65_536}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        data-testid="import-text"
      />
      {submission.error && <ErrorNotice error={submission.error} rest={problemMessages(submission.error)} />}
      <Group justify="flex-end">
        <Button
          variant="default"
          loading={submission.isPending}
          disabled={text.trim() === ''}
          onClick={() => submission.submit({ text })}
          data-testid="import-read"
        >
          {t('import.read')}
        </Button>
      </Group>
      {imported && <ImportResult imported={imported} />}
    </Stack>
  )
}

function ImportResult({ imported }: { imported: ProfileImport }) {
  const { t } = useTranslation()
  return (
    <Stack gap="xs" data-testid="import-result" data-acceptable={imported.acceptable}>
      <Alert
        color={imported.acceptable ? 'green' : 'red'}
        icon={<Icon name={imported.acceptable ? 'check' : 'alert'} />}
      >
        {t(imported.acceptable ? 'import.acceptable' : 'import.notAcceptable')}
      </Alert>
      <Text size="sm">
        {t('import.image')} <Code>{imported.image}</Code>
      </Text>
      <Table withTableBorder aria-label={t('import.notes')}>
        <Table.Tbody>
          {gravestFirst(imported.notes).map((note) => (
            <NoteRow key={`${note.code} ${note.source}`} note={note} />
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  )
}

function NoteRow({ note }: { note: ImportNote }) {
  const { language } = useLanguage()
  return (
    <Table.Tr data-testid="import-note" data-severity={note.severity} data-code={note.code}>
      <Table.Td>
        <StatusBadge status={SEVERITY_STATUS[note.severity]} />
      </Table.Td>
      <Table.Td>
        <Code style={{ overflowWrap: 'anywhere' }}>{note.source}</Code>
        <Text size="sm">{note.explanation[language]}</Text>
      </Table.Td>
    </Table.Tr>
  )
}
