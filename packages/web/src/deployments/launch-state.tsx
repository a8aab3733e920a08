// The state of a launch: phase and picture as two badges, how fresh that is, and why it is not further.
import type { Launch } from '@bongsu/protocol'
import { Group, Progress, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { formatPercent } from '../format/quantities.ts'
import { Age } from '../layout/age.tsx'
import { Icon } from '../layout/icon.tsx'
import { StatusBadge } from '../layout/status-badge.tsx'
import { useLanguage } from '../locales/use-language.ts'
import {
  isStale,
  isUnanswered,
  phaseStatus,
  pictureStatus,
  reasonsOf,
  SOFTWARE_RENDERED,
} from './launch-status.ts'
import { ReasonNote } from './reason-note.tsx'

export function LaunchState({ launch }: { launch: Launch }) {
  const { language } = useLanguage()
  const picture = pictureStatus(launch)
  const progress = launch.status?.progress
  return (
    <Stack gap={4} align="flex-start" className={isStale(launch) ? 'stale' : undefined}>
      <Group gap={6}>
        <StatusBadge status={phaseStatus(launch)} testId="launch-phase" />
        {picture && <StatusBadge status={picture} testId="launch-picture" />}
        {launch.status?.rendering === 'software' && <StatusBadge status={SOFTWARE_RENDERED} />}
      </Group>
      {progress !== undefined && progress < 1 && (
        <Group gap={6} w={180} wrap="nowrap">
          <Progress value={progress * 100} flex={1} aria-hidden="true" />
          <Text size="xs">{formatPercent(progress, language)}</Text>
        </Group>
      )}
      <Freshness launch={launch} />
    </Stack>
  )
}

function Freshness({ launch }: { launch: Launch }) {
  const { t } = useTranslation()
  if (!launch.reportedAt) return null
  return (
    <Group gap={4} c="dimmed" wrap="nowrap" data-testid="launch-freshness" data-freshness={launch.freshness}>
      <Icon name={isStale(launch) ? 'linkOff' : 'clock'} size={12} />
      <Text size="xs">
        {t(isStale(launch) ? 'launches.stale' : 'launches.reported')} <Age inherit of={launch.reportedAt} />
        {isUnanswered(launch) && ` · ${t('launches.unanswered')}`}
      </Text>
    </Group>
  )
}

/** Why it waits or failed, what cures it, and the words of the engine or program itself. */
export function LaunchReason({ launch }: { launch: Launch }) {
  const { t } = useTranslation()
  const { nextAttemptAt, restarts } = launch.status ?? {}
  return (
    <Stack gap={6} maw={420}>
      {reasonsOf(launch).map((reason, index) => (
        <ReasonNote
          key={JSON.stringify(reason)}
          reason={reason}
          testId={index === 0 ? 'launch-reason' : 'launch-finding'}
        />
      ))}
      {nextAttemptAt && launch.status?.phase === 'waiting' && (
        <Text size="xs" c="dimmed">
          {t('launches.retries')}
        </Text>
      )}
      {restarts !== undefined && restarts > 0 && (
        <Text size="xs" c="dimmed">
          {t('launches.restarts', { count: restarts })}
        </Text>
      )}
    </Stack>
  )
}
