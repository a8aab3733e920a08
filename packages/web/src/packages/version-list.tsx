// The versions of a package, newest first: what their image is, or the upload that brings it.
import type { PackageVersion } from '@bongsu/protocol'
import { Button, FileButton, Group, Paper, Progress, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { formatBytes, formatPercent } from '../format/quantities.ts'
import { formatKst } from '../format/timestamps.ts'
import { ErrorNotice } from '../layout/error-notice.tsx'
import { Icon } from '../layout/icon.tsx'
import { StatusBadge } from '../layout/status-badge.tsx'
import { useLanguage } from '../locales/use-language.ts'
import { useMayOperate } from '../session/console-context.ts'
import { type UploadState, useArchiveUploads } from './archive-uploads.tsx'
import { VersionImageRow, VersionNeedsRow } from './version-facts.tsx'
import { VersionFindings } from './version-findings.tsx'
import { VersionRemoval } from './version-removal.tsx'
import { newestFirst, statusOf } from './version-status.ts'
import { VersionVerification } from './version-verification.tsx'
import { WithdrawalButton, WithdrawalNote } from './withdrawal.tsx'

export function VersionList({ versions }: { versions: readonly PackageVersion[] }) {
  return (
    <Stack gap="sm">
      {newestFirst(versions).map((version) => (
        <VersionCard key={version.version} version={version} />
      ))}
    </Stack>
  )
}

function VersionCard({ version }: { version: PackageVersion }) {
  const { language } = useLanguage()
  return (
    <Paper
      withBorder
      p="sm"
      data-testid="version-row"
      data-version={version.version}
      data-state={version.state}
    >
      <Stack gap={6}>
        <Group justify="space-between">
          <Group gap="xs">
            <Text fw={600}>{version.version}</Text>
            <StatusBadge status={statusOf(version)} testId="version-status" />
          </Group>
          <VersionActions version={version} />
        </Group>
        <Text size="xs" c="dimmed">
          {formatKst(version.registeredAt, language)}
        </Text>
        {version.withdrawn && <WithdrawalNote withdrawn={version.withdrawn} />}
        <VersionNeedsRow version={version} />
        <VersionImageRow version={version} />
        <VersionFindings findings={version.findings ?? []} />
        {version.state === 'ready' && <VersionVerification version={version} />}
        {version.state === 'awaiting-archive' && <ArchiveUpload version={version} />}
      </Stack>
    </Paper>
  )
}

function VersionActions({ version }: { version: PackageVersion }) {
  const mayOperate = useMayOperate()
  if (!mayOperate) return null
  const { packageId, version: name, withdrawn } = version
  return (
    <Group gap="xs">
      <WithdrawalButton target={{ packageId, version: name, name, withdrawn }} />
      <VersionRemoval removed={version} />
    </Group>
  )
}

function ArchiveUpload({ version }: { version: PackageVersion }) {
  const { t } = useTranslation()
  const mayOperate = useMayOperate()
  const uploads = useArchiveUploads()
  const state = uploads.stateOf(version)
  if (state && state.kind !== 'failed') return <UploadProgress {...state} />
  if (!mayOperate) return null
  return (
    <Stack gap="xs" mt="xs" align="flex-start">
      {state && <ErrorNotice error={state.error} />}
      <FileButton onChange={(file) => file && uploads.start(version, file)}>
        {(props) => (
          <Button
            {...props}
            size="xs"
            variant="default"
            leftSection={<Icon name="upload" />}
            data-testid="archive-upload"
          >
            {t('version.uploadArchive')}
          </Button>
        )}
      </FileButton>
    </Stack>
  )
}

type OnItsWay = Exclude<UploadState, { kind: 'failed' }>

function UploadProgress({ kind, progress, pause, resume, cancel }: OnItsWay) {
  const { t } = useTranslation()
  const { language } = useLanguage()
  const { sentBytes, totalBytes } = progress
  const ratio = totalBytes > 0 ? sentBytes / totalBytes : 0
  const isSent = totalBytes > 0 && sentBytes >= totalBytes && kind === 'sending'
  const come = `${formatPercent(ratio, language)} · ${formatBytes(sentBytes, language)} / ${formatBytes(totalBytes, language)}`
  const words = {
    sending: isSent ? t('version.inspecting') : come,
    waiting: t('version.uploadWaiting', { come }),
    paused: t('version.uploadPaused', { come }),
  }
  return (
    <Stack gap={4} mt="xs" data-testid="archive-progress">
      <Progress value={ratio * 100} animated={isSent} aria-label={t('version.uploading')} />
      <Group justify="space-between">
        <Text size="xs" role="status">
          {words[kind]}
        </Text>
        {!isSent && (
          <Group gap="xs">
            <Button size="compact-xs" variant="subtle" onClick={kind === 'paused' ? resume : pause}>
              {kind === 'paused' ? t('version.uploadResume') : t('version.uploadPause')}
            </Button>
            <Button size="compact-xs" variant="subtle" color="gray" onClick={cancel}>
              {t('layout.cancel')}
            </Button>
          </Group>
        )}
      </Group>
    </Stack>
  )
}
