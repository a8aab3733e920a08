// The secrets that launches are handed: entered, replaced, deleted, and never shown.
import type { Device, Secret } from '@bongsu/protocol'
import {
  ActionIcon,
  Button,
  Group,
  Modal,
  PasswordInput,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { queryKeys } from '../api/affected-queries.ts'
import { path, withQuery } from '../api/path.ts'
import { problemMessages } from '../api/problem.ts'
import { useSubmission } from '../api/use-submission.ts'
import { useDevices } from '../devices/device-queries.ts'
import { Age } from '../layout/age.tsx'
import { EntryForm } from '../layout/entry-form.tsx'
import { ErrorNotice } from '../layout/error-notice.tsx'
import { Icon } from '../layout/icon.tsx'
import { RecordRow, RecordTable } from '../layout/record-table.tsx'
import { useConsole } from '../session/console-context.ts'

interface Entered {
  readonly name: string
  readonly deviceId: string | undefined
  readonly value: string
}

const placeOf = ({ name, deviceId }: Pick<Secret, 'name' | 'deviceId'>): string =>
  withQuery(path('secrets', name), { deviceId })

export function SecretsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('secrets.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('layout.close') }}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          {t('secrets.hint')}
        </Text>
        <SecretList />
        <SecretForm />
      </Stack>
    </Modal>
  )
}

function SecretList() {
  const { t } = useTranslation()
  const { client } = useConsole()
  const queries = useQueryClient()
  const devices = useDevices('')
  const list = useQuery({
    queryKey: queryKeys.secrets,
    queryFn: async ({ signal }) => (await client.get<{ items: Secret[] }>('/secrets', signal)).items,
  })
  const deleting = useSubmission<Secret, void>(
    (secret) => client.remove(placeOf(secret)),
    () => void queries.invalidateQueries({ queryKey: queryKeys.secrets }),
  )
  const deviceName = (id: string | undefined) =>
    id === undefined ? t('secrets.everyDevice') : nameOf(devices.items, id)
  if (list.error) return <ErrorNotice error={list.error} />
  return (
    <>
      {list.data && list.data.length > 0 && (
        <RecordTable
          label={t('secrets.title')}
          headings={[t('secrets.name'), t('secrets.device'), t('secrets.changed'), '']}
        >
          {list.data.map((secret) => (
            <RecordRow key={placeOf(secret)} data-testid="secret-row">
              <Text size="sm" ff="monospace">
                {secret.name}
              </Text>
              <Text size="sm">{deviceName(secret.deviceId)}</Text>
              <Age of={secret.changedAt} />
              <ActionIcon
                variant="subtle"
                color="red"
                aria-label={t('secrets.delete', { name: secret.name })}
                onClick={() => deleting.submit(secret)}
                data-testid="secret-delete"
              >
                <Icon name="trash" />
              </ActionIcon>
            </RecordRow>
          ))}
        </RecordTable>
      )}
      {deleting.error && <ErrorNotice error={deleting.error} />}
    </>
  )
}

const nameOf = (devices: readonly Device[] | undefined, id: string): string =>
  devices?.find((device) => device.id === id)?.name ?? id

function SecretForm() {
  const { t } = useTranslation()
  const { client } = useConsole()
  const queries = useQueryClient()
  const devices = useDevices('')
  const [name, setName] = useState('')
  const [deviceId, setDeviceId] = useState<string | null>(null)
  const [value, setValue] = useState('')
  const entering = useSubmission<Entered, Secret>(
    ({ value: entered, ...place }) =>
      client.put(placeOf({ name: place.name, ...deviceIn(place) }), { value: entered }),
    () => {
      setName('')
      setValue('')
      void queries.invalidateQueries({ queryKey: queryKeys.secrets })
    },
  )
  const submit = () => {
    if (name !== '' && value !== '') entering.submit({ name, deviceId: deviceId ?? undefined, value })
  }
  return (
    <EntryForm label={t('secrets.enter')} testId="secret-form" onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t('secrets.name')}
          description={t('secrets.nameHint')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={64}
          autoComplete="off"
          data-testid="secret-name"
        />
        <Select
          label={t('secrets.device')}
          placeholder={t('secrets.everyDevice')}
          data={(devices.items ?? []).map((device) => ({ value: device.id, label: device.name }))}
          value={deviceId}
          onChange={setDeviceId}
          clearable
          searchable
          data-testid="secret-device"
        />
        <PasswordInput
          label={t('secrets.value')}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
          maxLength={8192}
          autoComplete="new-password"
          data-testid="secret-value"
        />
        {entering.error && <ErrorNotice error={entering.error} rest={problemMessages(entering.error)} />}
        <Group justify="flex-end">
          <Button type="submit" loading={entering.isPending} data-testid="secret-submit">
            {t('secrets.enter')}
          </Button>
        </Group>
      </Stack>
    </EntryForm>
  )
}

const deviceIn = ({ deviceId }: Pick<Entered, 'deviceId'>) => (deviceId === undefined ? {} : { deviceId })
