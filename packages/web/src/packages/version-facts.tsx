// What a version needs of a device, and what its image is: sizes, architecture, whether a publisher signed it.
import type { PackageVersion } from '@bongsu/protocol'
import { Badge, Code, Group, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { formatBytes } from '../format/quantities.ts'
import { type Status, StatusBadge } from '../layout/status-badge.tsx'
import { useLanguage } from '../locales/use-language.ts'

const SIGNED: Status = { tone: 'good', icon: 'key', text: 'version.signed' }
const UNSIGNED: Status = { tone: 'warning', icon: 'key', text: 'version.unsigned' }

export function VersionNeedsRow({ version }: { version: PackageVersion }) {
  const { t } = useTranslation()
  const { language } = useLanguage()
  const { display, gpu, cameras, memoryBytes } = version.needs
  const { animates } = version.profile.display ?? {}
  const needs = [
    t(display ? 'version.needsDisplay' : 'version.needsNoDisplay'),
    animates && t('version.animates'),
    gpu && t('version.needsGpu'),
    cameras > 0 && t('version.needsCameras', { count: cameras }),
    memoryBytes !== undefined && t('version.needsMemory', { size: formatBytes(memoryBytes, language) }),
    t(version.profile.network === 'none' ? 'version.withoutNetwork' : 'version.withNetwork'),
  ].filter((need) => typeof need === 'string')
  return (
    <Group gap={6} data-testid="version-needs">
      {needs.map((need) => (
        <Badge key={need} variant="outline" color="gray" className="status-badge">
          {need}
        </Badge>
      ))}
    </Group>
  )
}

export function VersionImageRow({ version }: { version: PackageVersion }) {
  const { t } = useTranslation()
  const { language } = useLanguage()
  const { image, signedBy } = version
  if (!image) return null
  return (
    <Group gap="xs">
      <Text size="xs" c="dimmed">
        {image.operatingSystem}/{image.architecture} ·{' '}
        {t('version.sizes', {
          download: formatBytes(image.downloadBytes, language),
          unpacked: formatBytes(image.unpackedBytes, language),
        })}{' '}
        · <Code title={image.imageId}>{image.imageId.slice(0, 19)}</Code>
      </Text>
      <StatusBadge status={signedBy === undefined ? UNSIGNED : SIGNED} testId="version-signature" />
      {signedBy !== undefined && (
        <Text size="xs" c="dimmed">
          {t('version.signedBy')} <Code>{signedBy}</Code>
        </Text>
      )}
    </Group>
  )
}
