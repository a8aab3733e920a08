// The device's screen in words: whether it is there, who owns it, which monitors, and whether they are lit.
import type { Device, DisplayReport } from '@bongsu/protocol'
import { Badge, Code, Group, Stack, Table, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Age } from '../layout/age.tsx'
import { StatusBadge } from '../layout/status-badge.tsx'
import type { TextKey } from '../locales/translation.ts'
import { describeDisplay, displayStatus, SCREEN_POWER } from './device-status.ts'

const SERVER_NAMES: Readonly<Record<NonNullable<DisplayReport['serverKind']>, string>> = {
  xorg: 'Xorg',
  xwayland: 'Xwayland',
  xvfb: 'Xvfb',
  xephyr: 'Xephyr',
  xvnc: 'Xvnc',
  unknown: 'X',
}

export function DeviceDisplay({ device }: { device: Device }) {
  const { display } = device
  return (
    <Stack gap="xs" data-testid="device-display" data-state={display?.state ?? 'unknown'}>
      <Group gap="xs">
        <StatusBadge status={displayStatus(device)} />
        {display?.power && <StatusBadge status={SCREEN_POWER[display.power]} testId="screen-power" />}
        <Traits display={display} />
      </Group>
      <Group gap="xs">
        <Text size="sm">{describeDisplay(display)}</Text>
        {display?.serverKind && <Text size="sm">{SERVER_NAMES[display.serverKind]}</Text>}
        {display?.windowManager && <Text size="sm">{display.windowManager}</Text>}
        {display?.session && <Owner session={display.session} />}
        {display && <Age of={display.checkedAt} />}
        {display?.reason && <Code>{display.reason}</Code>}
      </Group>
      {display?.outputs && display.outputs.length > 0 && <Outputs outputs={display.outputs} />}
    </Stack>
  )
}

function Traits({ display }: { display: DisplayReport | undefined }) {
  const { t } = useTranslation()
  const traits: readonly (readonly [TextKey, boolean | undefined])[] = [
    ['devices.display.virtual', display?.isVirtual],
    ['devices.display.owned', display?.isOwned],
    ['devices.display.unprotected', display?.isUnprotected],
  ]
  return traits
    .filter(([, holds]) => holds)
    .map(([key]) => (
      <Badge key={key} variant="outline" color={key === 'devices.display.unprotected' ? 'red' : 'gray'}>
        {t(key)}
      </Badge>
    ))
}

function Owner({ session }: { session: NonNullable<DisplayReport['session']> }) {
  const { t } = useTranslation()
  const seat = [session.seat, session.type].filter(Boolean).join(', ')
  return (
    <Text size="sm">
      {t('devices.display.ownedBy', { user: session.userName ?? session.uid })}
      {seat && ` (${seat})`}
    </Text>
  )
}

function Outputs({ outputs }: { outputs: NonNullable<DisplayReport['outputs']> }) {
  const { t } = useTranslation()
  return (
    <Table withTableBorder aria-label={t('devices.display.outputs')}>
      <Table.Tbody>
        {outputs.map((output) => (
          <Table.Tr key={output.name}>
            <Table.Th scope="row" fw={500} w="32%">
              {output.name}
            </Table.Th>
            <Table.Td>
              {output.widthPixels}×{output.heightPixels} +{output.x}+{output.y}
              {output.isPrimary && ` · ${t('devices.display.primary')}`}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
