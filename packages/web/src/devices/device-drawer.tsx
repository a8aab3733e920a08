// Everything about one device: its screen, what was entered and observed, its health, and what runs on it.
import type { Device } from '@bongsu/protocol'
import { Button, Center, Drawer, Group, Loader, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '../layout/error-notice.tsx'
import { Icon } from '../layout/icon.tsx'
import { useMayOperate } from '../session/console-context.ts'
import { DeviceComparison } from './device-comparison.tsx'
import { DeviceDisplay } from './device-display.tsx'
import { DeviceFacts } from './device-facts.tsx'
import { DeviceHealth } from './device-health.tsx'
import { DeviceLaunches } from './device-launches.tsx'
import { LAST_KEPT_SECONDS, useDevice } from './device-queries.ts'
import { DeviceRemoval } from './device-removal.tsx'
import { ConnectionState } from './device-table.tsx'
import { LiveViewButton } from './live-view.tsx'
import { Still } from './still.tsx'

const STILL_REFRESH_MS = 10_000
const FRESH_SECONDS = 10

interface DrawerActions {
  readonly onClose: () => void
  readonly onEdit: (device: Device) => void
  readonly onAccept: (device: Device) => void
}

/** @param props.id of the device to show; absent keeps the drawer shut */
export function DeviceDrawer(props: { id: string | undefined } & DrawerActions) {
  const { t } = useTranslation()
  const device = useDevice(props.id)
  return (
    <Drawer
      opened={props.id !== undefined}
      onClose={props.onClose}
      position="right"
      size="xl"
      title={<Text fw={700}>{device.data?.name ?? props.id}</Text>}
      closeButtonProps={{ 'aria-label': t('layout.close') }}
    >
      {device.error && <ErrorNotice error={device.error} />}
      {device.data ? (
        <DeviceDetail key={device.data.id} device={device.data} {...props} />
      ) : (
        device.isPending &&
        props.id && (
          <Center py="xl">
            <Loader />
          </Center>
        )
      )}
    </Drawer>
  )
}

function DeviceDetail({ device, onClose, onEdit, onAccept }: { device: Device } & DrawerActions) {
  const { t } = useTranslation()
  const mayOperate = useMayOperate()
  return (
    <Stack gap="lg" data-testid="device-detail" data-device-id={device.id}>
      <Group justify="space-between" align="flex-start">
        <Stack gap={4}>
          <ConnectionState device={device} />
          <Text size="xs" c="dimmed" ff="monospace">
            {device.id}
          </Text>
        </Stack>
        {mayOperate && (
          <Group gap="xs">
            {device.approval === 'pending' && (
              <Button size="xs" onClick={() => onAccept(device)}>
                {t('devices.accept')}
              </Button>
            )}
            <Button
              size="xs"
              variant="default"
              leftSection={<Icon name="edit" />}
              onClick={() => onEdit(device)}
            >
              {t('layout.edit')}
            </Button>
            <DeviceRemoval device={device} onRemoved={onClose} />
          </Group>
        )}
      </Group>
      <Section title={t('devices.screen')}>
        <Still
          deviceId={device.id}
          alt={t('devices.screenOf', { name: device.name })}
          maxWidthPixels={960}
          maxAgeSeconds={device.connection.state === 'online' ? FRESH_SECONDS : LAST_KEPT_SECONDS}
          refreshMs={STILL_REFRESH_MS}
          enabled={device.approval === 'accepted' && device.connection.state !== 'never'}
          testId="device-still"
        />
        <DeviceDisplay device={device} />
        {device.connection.state === 'online' && device.approval === 'accepted' && (
          <Group>
            <LiveViewButton deviceId={device.id} name={device.name} />
          </Group>
        )}
      </Section>
      <Section title={t('launches.title')}>
        <DeviceLaunches deviceId={device.id} />
      </Section>
      <Section title={t('devices.catalogue')}>
        <DeviceComparison device={device} />
      </Section>
      <Section title={t('devices.health')}>
        <DeviceHealth health={device.health} />
      </Section>
      <Section title={t('devices.facts')}>
        <DeviceFacts device={device} />
      </Section>
    </Stack>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack component="section" gap="xs" aria-label={title}>
      <Title order={2} size="h5">
        {title}
      </Title>
      {children}
    </Stack>
  )
}
