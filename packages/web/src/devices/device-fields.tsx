// The fields of the device form, every one of the catalogue, each beside the value the agent observed.
import type { Device } from '@bongsu/protocol'
import { Box, Group, SimpleGrid, Text, Textarea, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Age } from '../layout/age.tsx'
import type { TextKey } from '../locales/translation.ts'
import type { DeviceField, DeviceFormValues } from './device-form-model.ts'
import { observedValues } from './observed-values.ts'

interface FieldsProps {
  readonly form: UseFormReturnType<DeviceFormValues>
  /** What the hub said about a field. */
  readonly refused: Partial<Record<DeviceField, string>>
  readonly device: Device | undefined
}

const FIELDS: readonly { field: DeviceField; label: TextKey; maxLength: number; numeric?: true }[] = [
  { field: 'name', label: 'devices.field.name', maxLength: 100 },
  { field: 'ipAddress', label: 'devices.field.ipAddress', maxLength: 45 },
  { field: 'port', label: 'devices.field.port', maxLength: 5, numeric: true },
  { field: 'address', label: 'devices.field.address', maxLength: 300 },
  { field: 'latitude', label: 'devices.field.latitude', maxLength: 20, numeric: true },
  { field: 'longitude', label: 'devices.field.longitude', maxLength: 20, numeric: true },
  { field: 'site', label: 'devices.field.site', maxLength: 63 },
  { field: 'labels', label: 'devices.field.labels', maxLength: 4000 },
]

const PLACEHOLDERS: Partial<Record<DeviceField, TextKey>> = {
  name: 'devices.example.name',
  ipAddress: 'devices.example.ipAddress',
  port: 'devices.example.port',
  address: 'devices.example.address',
  latitude: 'devices.example.latitude',
  longitude: 'devices.example.longitude',
  site: 'devices.example.site',
  labels: 'devices.example.labels',
}

export function DeviceFields({ form, refused, device }: FieldsProps) {
  const { t } = useTranslation()
  const observed = device ? observedValues(device.observed) : undefined
  const placeholder = (field: DeviceField) => {
    const key = PLACEHOLDERS[field]
    return key && !device ? t(key) : ''
  }
  return (
    <>
      {device && (
        <Text size="sm" c="dimmed">
          {t('devices.enteredWins')}
        </Text>
      )}
      <SimpleGrid cols={device ? 1 : { base: 1, xs: 2 }} spacing="sm">
        {FIELDS.map(({ field, label, maxLength, numeric }) => (
          <Beside key={field} observed={observed?.[field]} device={device}>
            <TextInput
              {...form.getInputProps(field)}
              name={field}
              label={t(label)}
              placeholder={placeholder(field)}
              maxLength={maxLength}
              inputMode={numeric ? 'decimal' : 'text'}
              required={field === 'name' && !device}
              error={form.errors[field] ?? refused[field]}
              autoComplete="off"
              data-autofocus={field === 'name' || undefined}
              data-testid={`device-${field}`}
            />
          </Beside>
        ))}
      </SimpleGrid>
      <Textarea
        {...form.getInputProps('cameras')}
        name="cameras"
        label={t('devices.field.cameras')}
        description={t('devices.camerasHint')}
        placeholder={device ? '' : t('devices.example.cameras')}
        maxLength={20000}
        autosize
        minRows={1}
        maxRows={8}
        error={form.errors.cameras ?? refused.cameras}
        data-testid="device-cameras"
      />
      <Textarea
        {...form.getInputProps('description')}
        name="description"
        label={t('devices.field.description')}
        maxLength={2000}
        autosize
        minRows={2}
        maxRows={8}
        error={form.errors.description ?? refused.description}
        data-testid="device-description"
      />
    </>
  )
}

function Beside(props: { observed: string | undefined; device: Device | undefined; children: ReactNode }) {
  const { t } = useTranslation()
  const { observed, device } = props
  if (!device) return props.children
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md" verticalSpacing={4}>
      {props.children}
      <Box>
        <Group gap={6} mb={4}>
          <Text size="sm" c="dimmed">
            {t('devices.observed')}
          </Text>
          {device.observed && observed !== undefined && <Age of={device.observed.observedAt} />}
        </Group>
        <Text size="sm" py={6} c={observed === undefined ? 'dimmed' : 'inherit'}>
          {observed ?? t('devices.notObserved')}
        </Text>
      </Box>
    </SimpleGrid>
  )
}
