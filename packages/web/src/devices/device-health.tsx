// The machine's last sample, with its age; a value that could not be read is unknown, not zero.
import type { HostHealth } from '@bongsu/protocol'
import { Group, Progress, SimpleGrid, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { formatBytes, formatDuration, formatPercent } from '../format/quantities.ts'
import { Age } from '../layout/age.tsx'
import { useLanguage } from '../locales/use-language.ts'

/** Above this share of use a bar turns to the warning colour; its figure says the same. */
const HIGH_USE = 0.9

export function DeviceHealth({ health }: { health: HostHealth | undefined }) {
  const { t } = useTranslation()
  const { language } = useLanguage()
  if (!health) {
    return (
      <Text size="sm" c="dimmed">
        {t('devices.noHealth')}
      </Text>
    )
  }
  const { temperatureCelsius, uptimeSeconds, engine } = health
  const others = [
    engine && t(engine === 'ready' ? 'devices.engineReady' : 'devices.engineDown'),
    temperatureCelsius !== undefined && t('devices.temperature', { celsius: Math.round(temperatureCelsius) }),
    uptimeSeconds !== undefined && t('devices.uptime', { duration: formatDuration(uptimeSeconds, language) }),
  ].filter((text) => typeof text === 'string')
  return (
    <Stack gap="xs">
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <Meter label={t('devices.processor')} used={health.cpuUsedRatio} detail={undefined} />
        <Meter
          label={t('devices.memory')}
          {...share(health.memoryTotalBytes, health.memoryAvailableBytes, (bytes) =>
            formatBytes(bytes, language),
          )}
        />
        <Meter
          label={t('devices.disk')}
          {...share(health.diskTotalBytes, health.diskFreeBytes, (bytes) => formatBytes(bytes, language))}
        />
      </SimpleGrid>
      <Group gap="md">
        {others.map((text) => (
          <Text key={text} size="sm">
            {text}
          </Text>
        ))}
        <Age of={health.measuredAt} />
      </Group>
    </Stack>
  )
}

function share(total: number | undefined, free: number | undefined, written: (bytes: number) => string) {
  if (!total || free === undefined) return { used: undefined, detail: undefined }
  return { used: (total - free) / total, detail: `${written(total - free)} / ${written(total)}` }
}

function Meter(props: { label: string; used: number | undefined; detail: string | undefined }) {
  const { t } = useTranslation()
  const { language } = useLanguage()
  const { label, used, detail } = props
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap={4}>
        <Text size="sm">{label}</Text>
        <Text size="sm" fw={600} c={used === undefined ? 'dimmed' : 'inherit'}>
          {used === undefined ? t('layout.unknown') : formatPercent(used, language)}
        </Text>
      </Group>
      <Progress
        value={(used ?? 0) * 100}
        color={used !== undefined && used > HIGH_USE ? 'orange' : 'indigo'}
        aria-label={label}
      />
      <Text size="xs" c="dimmed">
        {detail}
      </Text>
    </Stack>
  )
}
