// Registers a new version: its name, how it runs, and the image archive to send right after.
import type { PackageVersion, VersionRegistration } from '@bongsu/protocol'
import {
  Button,
  Card,
  FileInput,
  Group,
  SegmentedControl,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { path } from '../api/path.ts'
import { problemMessages } from '../api/problem.ts'
import { useSubmission } from '../api/use-submission.ts'
import { EntryForm } from '../layout/entry-form.tsx'
import { ErrorNotice } from '../layout/error-notice.tsx'
import { Icon } from '../layout/icon.tsx'
import type { TextKey } from '../locales/translation.ts'
import { useConsole } from '../session/console-context.ts'
import { useArchiveUploads } from './archive-uploads.tsx'
import { ProfileImportFields } from './profile-import.tsx'
import { SimpleProfileFields } from './simple-profile-fields.tsx'
import {
  isMemoryLimit,
  isVersionName,
  readProfile,
  type SimpleProfile,
  toLaunchProfile,
  USUAL_PROFILE,
  writeProfile,
} from './version-form-model.ts'

/** What is being filled in; `json` is absent while the simple choices count. */
interface Draft {
  readonly version: string
  readonly form: 'simple' | 'import' | 'json'
  readonly simple: SimpleProfile
  readonly json: string | undefined
}

/** An import begins with what stands there; pasted lines replace it. */
function inForm(draft: Draft, form: string): Draft {
  if (form === 'simple') return { ...draft, form, json: undefined }
  const json = draft.json ?? writeProfile(toLaunchProfile(draft.simple))
  return { ...draft, form: form === 'import' ? 'import' : 'json', json }
}

type Faults = Partial<Record<'version' | 'profile', TextKey>>

function toRegistration({ version, simple, json }: Draft): {
  registration?: VersionRegistration
  faults: Faults
} {
  const faults: Faults = {}
  const name = version.trim()
  if (!isVersionName(name)) faults.version = name === '' ? 'form.required' : 'form.versionName'
  if (json === undefined) {
    if (!isMemoryLimit(simple.memoryMebibytes)) faults.profile = 'form.memory'
    return { registration: { version: name, profile: toLaunchProfile(simple) }, faults }
  }
  const read = readProfile(json)
  if ('profile' in read) return { registration: { version: name, profile: read.profile }, faults }
  return { faults: { ...faults, profile: read.fault } }
}

export function VersionForm(props: { packageId: string; onClose: () => void; closable: 'yes' | 'no' }) {
  const { t } = useTranslation()
  const { client } = useConsole()
  const queries = useQueryClient()
  const uploads = useArchiveUploads()
  const [draft, setDraft] = useState<Draft>({
    version: '',
    form: 'simple',
    simple: USUAL_PROFILE,
    json: undefined,
  })
  const [file, setFile] = useState<File | null>(null)
  const [faults, setFaults] = useState<Faults>({})
  const submission = useSubmission<VersionRegistration, PackageVersion>(
    (registration, key) => client.post(path('packages', props.packageId, 'versions'), registration, key),
    (made) => {
      void queries.invalidateQueries({ queryKey: ['package'] })
      if (file) uploads.start(made, file)
      props.onClose()
    },
  )
  const submit = () => {
    const { registration, faults: found } = toRegistration(draft)
    setFaults(found)
    if (registration && Object.keys(found).length === 0) submission.submit(registration)
  }
  return (
    <Card withBorder>
      <EntryForm label={t('packages.addVersion')} testId="version-form" onSubmit={submit}>
        <Stack>
          <TextInput
            label={t('version.name')}
            placeholder="1.0.0"
            required
            maxLength={63}
            value={draft.version}
            onChange={(event) => setDraft({ ...draft, version: event.currentTarget.value })}
            error={faults.version && t(faults.version)}
            autoComplete="off"
            data-testid="version-name"
          />
          <ProfileFields draft={draft} onChange={setDraft} fault={faults.profile} />
          <FileInput
            label={t('version.archive')}
            description={t('version.archiveHint')}
            placeholder={t('version.chooseFile')}
            leftSection={<Icon name="upload" />}
            clearable
            clearButtonProps={{ 'aria-label': t('version.removeFile') }}
            value={file}
            onChange={setFile}
            data-testid="version-archive"
          />
          {submission.error && (
            <ErrorNotice error={submission.error} rest={problemMessages(submission.error)} />
          )}
          <Group justify="flex-end">
            {props.closable === 'yes' && (
              <Button variant="default" onClick={props.onClose}>
                {t('layout.cancel')}
              </Button>
            )}
            <Button type="submit" loading={submission.isPending} data-testid="version-submit">
              {file ? t('version.submitWithArchive') : t('version.submit')}
            </Button>
          </Group>
        </Stack>
      </EntryForm>
    </Card>
  )
}

function ProfileFields(props: {
  draft: Draft
  onChange: (draft: Draft) => void
  fault: TextKey | undefined
}) {
  const { t } = useTranslation()
  const { draft, onChange, fault } = props
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text size="sm" fw={500}>
          {t('version.profile')}
        </Text>
        <SegmentedControl
          size="xs"
          aria-label={t('version.profile')}
          value={draft.form}
          onChange={(form) => onChange(inForm(draft, form))}
          data={[
            { value: 'simple', label: t('version.simple') },
            { value: 'import', label: t('version.import') },
            { value: 'json', label: t('version.json') },
          ]}
        />
      </Group>
      {draft.form === 'import' && (
        <ProfileImportFields onProfile={(profile) => onChange({ ...draft, json: writeProfile(profile) })} />
      )}
      {draft.json === undefined ? (
        <SimpleProfileFields
          value={draft.simple}
          onChange={(simple) => onChange({ ...draft, simple })}
          fault={fault}
        />
      ) : (
        <Textarea
          aria-label={t('version.profile')}
          value={draft.json}
          onChange={(event) => onChange({ ...draft, json: event.currentTarget.value })}
          error={fault && t(fault)}
          autosize
          minRows={6}
          maxRows={20}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          data-testid="version-profile-json"
        />
      )}
    </Stack>
  )
}
