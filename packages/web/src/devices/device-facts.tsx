// What the machine is: facts that stay the same between boots, and its keys.
import type { CameraNode, Device, GpuNode } from '@bongsu/protocol'
import { Code, Stack, Table, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { formatBytes } from '../format/quantities.ts'
import type { TextKey } from '../locales/translation.ts'
import { useLanguage } from '../locales/use-language.ts'

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
    ['facts.gpuNodes', facts.gpuNodes?.map(describeGpu).join(', ')],
    ['facts.cameras', facts.cameras?.map(describeCamera).join(', ')],
    ['facts.macAddresses', facts.macAddresses?.join(', ')],
    ['facts.engine', facts.engineVersion],
    ['facts.agent', facts.agentVersion],
  ].map(([key, value]) => [key as TextKey, value ? String(value) : undefined] as const)
  return (
    <Stack gap="sm">
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

const describeGpu = ({ driver, renderPath, cardPath, pciPath, pciId }: GpuNode) =>
  joined(driver, renderPath ?? cardPath, pciPath, pciId) ?? '?'

const describeCamera = ({ name, path, id }: CameraNode) => joined(name, path, id) ?? path

const joined = (...parts: readonly (string | number | undefined)[]) =>
  parts.filter((part) => part !== undefined && part !== 0).join(' · ') || undefined
