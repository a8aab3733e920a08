// What the machine is: facts that stay the same between boots, its display and its keys.
import type { Device } from '@bongsu/protocol'
import { Code, Group, Stack, Table, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { formatBytes } from '../format/quantities.ts'
import { Age } from '../layout/age.tsx'
import { StatusBadge } from '../layout/status-badge.tsx'
import type { TextKey } from '../locales/translation.ts'
import { useLanguage } from '../locales/use-language.ts'
import { describeDisplay, displayStatus } from './device-status.ts'

export function DeviceFacts({ device }: { device: Device }) {
  const { t } = useTranslation()
  const { language } = useLanguage()
  const facts = device.observed?.facts ?? {}
  const rows: readonly (readonly [TextKey, string | undefined])[] = [
    ['facts.hostname', facts.hostname ?? device.observed?.hostname],
    ['facts.operatingSystem', facts.operatingSystem],
    ['facts.kernel', facts.kernel],
    ['facts.architecture', facts.architecture],
    [
      'facts.processor',
      joined(facts.cpuModel, facts.cpuCores && t('facts.cores', { count: facts.cpuCores })),
    ],
    ['facts.memory', facts.memoryBytes && formatBytes(facts.memoryBytes, language)],
    ['facts.machine', joined(facts.manufacturer, facts.model)],
    ['facts.graphics', facts.gpus?.join(', ')],
    ['facts.macAddresses', facts.macAddresses?.join(', ')],
    ['facts.engine', facts.engineVersion],
    ['facts.agent', facts.agentVersion],
  ].map(([key, value]) => [key as TextKey, value ? String(value) : undefined] as const)
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <StatusBadge status={displayStatus(device)} />
        <Text size="sm">{describeDisplay(device.display)}</Text>
        {device.display && <Age of={device.display.checkedAt} />}
        {device.display?.reason && <Code>{device.display.reason}</Code>}
      </Group>
      <Table withTableBorder>
        <Table.Tbody>
          {rows.map(([label, value]) => (
            <Table.Tr key={label}>
              <Table.Th scope="row" fw={500} w="32%">
                {t(label)}
              </Table.Th>
              <Table.Td c={value === undefined ? 'dimmed' : 'inherit'}>
                {value ?? t('layout.unknown')}
              </Table.Td>
            </Table.Tr>
          ))}
          <Table.Tr>
            <Table.Th scope="row" fw={500}>
              {t('facts.keys')}
            </Table.Th>
            <Table.Td>
              {device.keyFingerprints.length === 0 && <Text size="sm">{t('devices.noKey')}</Text>}
              {device.keyFingerprints.map((fingerprint) => (
                <Code key={fingerprint} block>
                  {fingerprint}
                </Code>
              ))}
            </Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
    </Stack>
  )
}

const joined = (...parts: readonly (string | number | undefined)[]) =>
  parts.filter((part) => part !== undefined && part !== 0).join(' · ') || undefined
