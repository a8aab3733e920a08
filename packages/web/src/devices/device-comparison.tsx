// Entered and observed side by side, and which of the two is in force.
import type { Device } from '@bongsu/protocol'
import { Badge, Group, Table, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { formatKst } from '../format/timestamps.ts'
import { Age } from '../layout/age.tsx'
import type { TextKey } from '../locales/translation.ts'
import { useLanguage } from '../locales/use-language.ts'
import { type DeviceField, toFormValues } from './device-form-model.ts'
import { LOCATION_SOURCE } from './device-status.ts'
import { observedValues } from './observed-values.ts'

const ROWS: readonly (readonly [DeviceField, TextKey])[] = [
  ['name', 'devices.field.name'],
  ['ipAddress', 'devices.field.ipAddress'],
  ['port', 'devices.field.port'],
  ['address', 'devices.field.address'],
  ['latitude', 'devices.field.latitude'],
  ['longitude', 'devices.field.longitude'],
  ['site', 'devices.field.site'],
  ['labels', 'devices.field.labels'],
]

export function DeviceComparison({ device }: { device: Device }) {
  const { t } = useTranslation()
  const { language } = useLanguage()
  const entered = toFormValues(device.entered)
  const observed = observedValues(device.observed)
  return (
    <>
      <Table withTableBorder>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('devices.item')}</Table.Th>
            <Table.Th>{t('devices.entered')}</Table.Th>
            <Table.Th>
              <Group gap={6}>
                {t('devices.observed')}
                {device.observed && <Age of={device.observed.observedAt} />}
              </Group>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {ROWS.map(([field, label]) => (
            <Table.Tr key={field}>
              <Table.Th scope="row" fw={500}>
                {t(label)}
              </Table.Th>
              <Table.Td>
                <Value text={entered[field] || undefined} use={entered[field] ? 'inForce' : 'spare'} />
              </Table.Td>
              <Table.Td>
                <Value
                  text={observed[field]}
                  use={!entered[field] && observed[field] !== undefined ? 'inForce' : 'spare'}
                />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {device.location && (
        <Text size="sm" c="dimmed">
          {t(LOCATION_SOURCE[device.location.source])}, <Age inherit of={device.location.measuredAt} />
          {device.location.accuracyMetres !== undefined &&
            `, ${t('devices.accuracy', { metres: Math.round(device.location.accuracyMetres) })}`}
        </Text>
      )}
      <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
        {device.description}
      </Text>
      <Text size="sm" c="dimmed">
        {t('devices.field.registeredAt')} {formatKst(device.registeredAt, language)}
      </Text>
    </>
  )
}

function Value({ text, use }: { text: string | undefined; use: 'inForce' | 'spare' }) {
  const { t } = useTranslation()
  return (
    <Group gap={6}>
      <Text size="sm" c={text === undefined ? 'dimmed' : 'inherit'}>
        {text ?? '–'}
      </Text>
      {use === 'inForce' && (
        <Badge size="xs" variant="light" className="status-badge">
          {t('devices.inForce')}
        </Badge>
      )}
    </Group>
  )
}
