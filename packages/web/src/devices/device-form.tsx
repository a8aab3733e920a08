// Registers a device by hand or edits what was entered; beside each entry stands what the agent observed.
import type { Device, DeviceEntry } from '@bongsu/protocol'
import { Button, Group, Modal, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { path } from '../api/path.ts'
import { fieldErrors, ProblemError } from '../api/problem.ts'
import { useSubmission } from '../api/use-submission.ts'
import { EntryForm } from '../layout/entry-form.tsx'
import { ErrorNotice } from '../layout/error-notice.tsx'
import { Icon } from '../layout/icon.tsx'
import { useNotice } from '../layout/use-notice.ts'
import { useConsole } from '../session/console-context.ts'
import { DeviceFields } from './device-fields.tsx'
import {
  type DeviceFormValues,
  deviceFieldOf,
  findFaults,
  suggestedCoordinates,
  toDeviceEntry,
  toFormValues,
} from './device-form-model.ts'

/** @param props.device the one to edit; absent to register a new one */
export function DeviceForm(props: { device: Device | undefined; onClose: () => void }) {
  const { t } = useTranslation()
  const { device, onClose } = props
  const title = device ? t('devices.editTitle', { name: device.name }) : t('devices.register')
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={device ? 'xl' : 'lg'}
      closeButtonProps={{ 'aria-label': t('layout.close') }}
    >
      <DeviceEntryForm device={device} title={title} onClose={onClose} />
    </Modal>
  )
}

function useDeviceForm(device: Device | undefined, onDone: (name: string) => void) {
  const { t } = useTranslation()
  const { client } = useConsole()
  const queries = useQueryClient()
  const form = useForm<DeviceFormValues>({ initialValues: toFormValues(device?.entered ?? {}) })
  const submission = useSubmission<DeviceEntry, Device>(
    (entry, key) =>
      device
        ? client.patch(path('devices', device.id), entry, device.revision)
        : client.post('/devices', entry, key),
    (saved) => {
      void queries.invalidateQueries({ queryKey: ['device'] })
      onDone(saved.name)
    },
  )
  const problem = submission.error instanceof ProblemError ? submission.error.problem : undefined
  const refused = problem ? fieldErrors(problem, deviceFieldOf) : { byField: {}, rest: [] }
  const submit = () => {
    const faults = findFaults(form.values, device ? 'edit' : 'register')
    form.setErrors(Object.fromEntries(Object.entries(faults).map(([field, key]) => [field, t(key)])))
    if (Object.keys(faults).length === 0) submission.submit(toDeviceEntry(form.values))
  }
  return { form, submission, refused, submit, suggestion: problem && suggestedCoordinates(problem) }
}

function DeviceEntryForm(props: { device: Device | undefined; title: string; onClose: () => void }) {
  const { t } = useTranslation()
  const notice = useNotice()
  const { device, onClose } = props
  const { form, submission, refused, submit, suggestion } = useDeviceForm(device, (name) => {
    notice(t('devices.saved', { name }))
    onClose()
  })
  const swap = () => {
    if (!suggestion) return
    form.setFieldValue('latitude', String(suggestion.latitude))
    form.setFieldValue('longitude', String(suggestion.longitude))
    submission.reset()
  }
  return (
    <EntryForm label={props.title} testId="device-form" onSubmit={submit}>
      <Stack>
        <DeviceFields form={form} refused={refused.byField} device={device} />
        {submission.error && (
          <ErrorNotice error={submission.error} rest={refused.rest}>
            {suggestion && (
              <Button
                mt="xs"
                size="xs"
                variant="default"
                leftSection={<Icon name="swap" />}
                onClick={swap}
                data-testid="device-swap-coordinates"
              >
                {t('devices.swap', suggestion)}
              </Button>
            )}
          </ErrorNotice>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('layout.cancel')}
          </Button>
          <Button type="submit" loading={submission.isPending} data-testid="device-submit">
            {device ? t('layout.save') : t('devices.registerSubmit')}
          </Button>
        </Group>
      </Stack>
    </EntryForm>
  )
}
