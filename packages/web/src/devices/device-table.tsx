// The table of devices: one row says what it is, where it stands, whether it can show a picture.
import type { Device } from '@bongsu/protocol'
import { ActionIcon, Anchor, Badge, Box, Button, Group, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { formatCoordinates, formatEndpoint } from '../format/quantities.ts'
import { formatKst } from '../format/timestamps.ts'
import { Age } from '../layout/age.tsx'
import { Icon } from '../layout/icon.tsx'
import { RecordRow, RecordTable } from '../layout/record-table.tsx'
import { StatusBadge } from '../layout/status-badge.tsx'
import { useLanguage } from '../locales/use-language.ts'
import { useMayOperate } from '../session/console-context.ts'
import {
  APPROVAL_STATUS,
  CONNECTION_STATUS,
  connectionTime,
  describeDisplay,
  displayStatus,
} from './device-status.ts'

interface RowActions {
  readonly onOpen: (device: Device) => void
  readonly onEdit: (device: Device) => void
  readonly onAccept: (device: Device) => void
}

export function DeviceTable({ devices, ...actions }: { devices: readonly Device[] } & RowActions) {
  const { t } = useTranslation()
  const headings = [
    t('devices.field.name'),
    t('devices.field.state'),
    t('devices.field.location'),
    t('devices.field.endpoint'),
    t('devices.field.display'),
    t('devices.field.description'),
    t('devices.field.registeredAt'),
    t('layout.actions'),
  ]
  return (
    <RecordTable label={t('devices.title')} headings={headings}>
      {devices.map((device) => (
        <DeviceRow key={device.id} device={device} {...actions} />
      ))}
    </RecordTable>
  )
}

function DeviceRow({ device, onOpen, onEdit, onAccept }: { device: Device } & RowActions) {
  const { t } = useTranslation()
  const { language } = useLanguage()
  const mayOperate = useMayOperate()
  return (
    <RecordRow data-testid="device-row" data-device-id={device.id} data-approval={device.approval}>
      <Box>
        <Anchor component="button" type="button" size="sm" fw={600} ta="start" onClick={() => onOpen(device)}>
          {device.name}
        </Anchor>
        <Text size="xs" c="dimmed" ff="monospace" className="nowrap">
          {device.id}
        </Text>
      </Box>
      <ConnectionState device={device} />
      <Place device={device} />
      <Known value={formatEndpoint(device.ipAddress, device.port)} />
      <Stack gap={2} align="flex-start">
        <StatusBadge status={displayStatus(device)} />
        <Text size="xs" c="dimmed">
          {describeDisplay(device.display)}
        </Text>
      </Stack>
      {device.description ? (
        <Text size="sm" lineClamp={2}>
          {device.description}
        </Text>
      ) : null}
      <Text size="sm" className="nowrap">
        {formatKst(device.registeredAt, language)}
      </Text>
      <Group gap="xs" wrap="nowrap">
        {mayOperate && (
          <ActionIcon
            variant="default"
            size="lg"
            onClick={() => onEdit(device)}
            aria-label={t('devices.editTitle', { name: device.name })}
            data-testid="device-edit"
          >
            <Icon name="edit" />
          </ActionIcon>
        )}
        {mayOperate && device.approval === 'pending' && (
          <Button size="sm" px="sm" onClick={() => onAccept(device)} data-testid="device-accept">
            {t('devices.accept')}
          </Button>
        )}
      </Group>
    </RecordRow>
  )
}

/** Connection with its age, and the approval where it is not simply given. */
export function ConnectionState({ device }: { device: Device }) {
  const { t } = useTranslation()
  const time = connectionTime(device.connection)
  return (
    <Stack gap={4} align="flex-start">
      <StatusBadge status={CONNECTION_STATUS[device.connection.state]} testId="device-connection" />
      {time && (
        <Text size="xs" c="dimmed">
          {t(device.connection.state === 'online' ? 'devices.connectedAgo' : 'devices.lastSeenAgo')}{' '}
          <Age inherit of={time} />
        </Text>
      )}
      {device.approval !== 'accepted' && <StatusBadge status={APPROVAL_STATUS[device.approval]} />}
    </Stack>
  )
}

function Place({ device }: { device: Device }) {
  const { address, latitude, longitude } = device.location ?? {}
  const { site } = device
  const hasPair = latitude !== undefined && longitude !== undefined
  if (address === undefined && site === undefined && !hasPair) return <Known value={undefined} />
  return (
    <Box maw={280}>
      {site !== undefined && (
        <Badge variant="light" tt="none" data-testid="device-site">
          {site}
        </Badge>
      )}
      <Text size="sm">{address}</Text>
      {hasPair && (
        <Text size="xs" c="dimmed" className="nowrap">
          {formatCoordinates(latitude, longitude)}
        </Text>
      )}
    </Box>
  )
}

function Known({ value }: { value: string | undefined }) {
  const { t } = useTranslation()
  return (
    <Text size="sm" c={value === undefined ? 'dimmed' : 'inherit'} className="nowrap">
      {value ?? t('layout.unknown')}
    </Text>
  )
}
