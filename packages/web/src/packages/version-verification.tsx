// The smoke run of a version: what came of it, the first frame as a picture, and the button that runs it anew.
import type { PackageVersion, Verification } from '@bongsu/protocol'
import { Box, Button, Group, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { path } from '../api/path.ts'
import { useSubmission } from '../api/use-submission.ts'
import { ReasonNote } from '../deployments/reason-note.tsx'
import { DeviceName } from '../devices/device-name.tsx'
import { Age } from '../layout/age.tsx'
import { ErrorNotice } from '../layout/error-notice.tsx'
import { Icon } from '../layout/icon.tsx'
import { type Status, StatusBadge } from '../layout/status-badge.tsx'
import { useObjectUrl } from '../layout/use-object-url.ts'
import { useConsole, useMayOperate } from '../session/console-context.ts'
import { useVerification, useVerificationUpdate, useVersionPicture } from './verification-queries.ts'

const STATES: Record<Verification['state'], Status> = {
  waiting: { tone: 'neutral', icon: 'clock', text: 'verification.waiting' },
  running: { tone: 'busy', icon: 'play', text: 'verification.running' },
  shown: { tone: 'good', icon: 'eye', text: 'verification.shown' },
  failed: { tone: 'bad', icon: 'alert', text: 'verification.failed' },
}

export function VersionVerification({ version }: { version: PackageVersion }) {
  const { t } = useTranslation()
  const { data, error } = useVerification(version)
  if (error) return <ErrorNotice error={error} />
  return (
    <Stack gap="xs" mt="xs" data-testid="verification" data-state={data?.state ?? 'none'}>
      <Group justify="space-between">
        <Group gap="xs">
          <Text size="sm" fw={500}>
            {t('verification.title')}
          </Text>
          {data ? (
            <StatusBadge status={STATES[data.state]} />
          ) : (
            <Text size="sm" c="dimmed">
              {data === null ? t('verification.none') : t('layout.loading')}
            </Text>
          )}
        </Group>
        <StartButton version={version} verification={data ?? undefined} />
      </Group>
      {data && <Outcome version={version} verification={data} />}
    </Stack>
  )
}

function Outcome({ version, verification }: { version: PackageVersion; verification: Verification }) {
  const { t } = useTranslation()
  const { deviceId, startedAt, endedAt, reason, findings = [], pictureAt, state } = verification
  return (
    <>
      <Group gap={6} c="dimmed">
        {deviceId !== undefined && (
          <Text size="xs">
            <DeviceName id={deviceId} />
          </Text>
        )}
        <Age of={endedAt ?? startedAt} />
      </Group>
      {state === 'waiting' && <Text size="sm">{t('verification.waitingHint')}</Text>}
      {reason && <ReasonNote reason={reason} testId="verification-reason" />}
      {findings
        .filter(({ code }) => code !== reason?.code)
        .map((finding) => (
          <ReasonNote key={finding.code} reason={finding} />
        ))}
      {pictureAt !== undefined && <FirstFrame version={version} pictureAt={pictureAt} />}
    </>
  )
}

function FirstFrame({ version, pictureAt }: { version: PackageVersion; pictureAt: string }) {
  const { t } = useTranslation()
  const source = useObjectUrl(useVersionPicture(version, pictureAt).data)
  if (source === undefined) return null
  return (
    <Box className="still-frame">
      <a href={source} target="_blank" rel="noreferrer" aria-label={t('devices.openStill')}>
        <img
          src={source}
          alt={t('verification.pictureOf', { version: version.version })}
          data-testid="verification-picture"
        />
      </a>
    </Box>
  )
}

function StartButton(props: { version: PackageVersion; verification: Verification | undefined }) {
  const { t } = useTranslation()
  const { client } = useConsole()
  const mayOperate = useMayOperate()
  const update = useVerificationUpdate()
  const { packageId, version } = props.version
  const { submit, isPending, error } = useSubmission<object, Verification>(
    (nothing, key) =>
      client.post(path('packages', packageId, 'versions', version, 'verification'), nothing, key),
    update,
  )
  const isOpen = props.verification?.state === 'waiting' || props.verification?.state === 'running'
  // What is withdrawn is not launched, for a look either.
  if (!mayOperate || isOpen || props.version.withdrawn) return null
  return (
    <Stack gap={4}>
      <Button
        size="xs"
        variant="default"
        leftSection={<Icon name="play" size={14} />}
        loading={isPending}
        onClick={() => submit({})}
        data-testid="verification-start"
      >
        {props.verification ? t('verification.again') : t('verification.start')}
      </Button>
      {error && <ErrorNotice error={error} />}
    </Stack>
  )
}
