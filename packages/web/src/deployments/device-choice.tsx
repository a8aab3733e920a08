// Chooses the devices of a deployment from the searched list, each with what stands in the way there.
import type { Device, PackageVersion } from '@bongsu/protocol'
import { Box, Button, Checkbox, Group, Input, Paper, ScrollArea, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDevices } from '../devices/device-queries.ts'
import { ErrorNotice } from '../layout/error-notice.tsx'
import { SearchField } from '../layout/search-field.tsx'
import { type Status, StatusBadge } from '../layout/status-badge.tsx'
import { type Outlook, preflight } from './preflight.ts'

const OUTLOOK_STATUS: Record<Outlook, Status> = {
  now: { tone: 'good', icon: 'check', text: 'deploy.outlook.now' },
  later: { tone: 'warning', icon: 'clock', text: 'deploy.outlook.later' },
  never: { tone: 'bad', icon: 'cross', text: 'deploy.outlook.never' },
}

interface ChoiceProps {
  readonly version: PackageVersion
  readonly chosen: readonly Device[]
  readonly onChange: (chosen: readonly Device[]) => void
}

export function DeviceChoice({ version, chosen, onChange }: ChoiceProps) {
  const { t } = useTranslation()
  const [search, setSearch] = useState('')
  const { items, error, hasMore, isLoadingMore, loadMore } = useDevices(search)
  const isChosen = ({ id }: Device) => chosen.some((device) => device.id === id)
  const toggle = (device: Device) =>
    onChange(isChosen(device) ? chosen.filter(({ id }) => id !== device.id) : [...chosen, device])
  return (
    <Input.Wrapper
      role="group"
      aria-label={t('deploy.devices')}
      label={t('deploy.devices')}
      labelElement="div"
    >
      <Stack gap="xs">
        <Group>
          <SearchField label={t('devices.search')} onSearch={setSearch} testId="deploy-search" />
        </Group>
        {error && <ErrorNotice error={error} />}
        <Paper withBorder>
          <ScrollArea.Autosize mah={280} type="auto">
            <Stack gap={0} p="xs">
              {items?.map((device) => (
                <DeviceOption
                  key={device.id}
                  device={device}
                  version={version}
                  checked={isChosen(device) ? 'yes' : 'no'}
                  onToggle={() => toggle(device)}
                />
              ))}
              {items?.length === 0 && (
                <Text size="sm" c="dimmed" p="sm">
                  {t(search === '' ? 'devices.none' : 'devices.noMatch')}
                </Text>
              )}
              {hasMore && (
                <Button variant="subtle" size="xs" loading={isLoadingMore} onClick={loadMore}>
                  {t('layout.more')}
                </Button>
              )}
            </Stack>
          </ScrollArea.Autosize>
        </Paper>
      </Stack>
    </Input.Wrapper>
  )
}

function DeviceOption(props: {
  device: Device
  version: PackageVersion
  checked: 'yes' | 'no'
  onToggle: () => void
}) {
  const { t } = useTranslation()
  const { device, version } = props
  const { outlook, hints } = preflight(device, version)
  return (
    <Box p={6}>
      <Checkbox
        checked={props.checked === 'yes'}
        onChange={props.onToggle}
        data-testid="deploy-device"
        data-device-id={device.id}
        data-outlook={outlook}
        styles={{ labelWrapper: { flex: 1 }, body: { alignItems: 'flex-start' } }}
        label={
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <Box>
              <Text size="sm" fw={600}>
                {device.name}
              </Text>
              <Text size="xs" c="dimmed">
                {device.location?.address ?? device.id}
              </Text>
            </Box>
            <StatusBadge status={OUTLOOK_STATUS[outlook]} />
          </Group>
        }
        description={hints.length > 0 ? hints.map((hint) => t(hint)).join(' ') : undefined}
      />
    </Box>
  )
}
