// What became of a launch, step by step: each with its time, its reason, and when the device told it.
import type { Launch, LaunchTimeline, TimelineEntry } from '@bongsu/protocol'
import { Button, Modal, Stack, Text, Timeline } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { queryKeys } from '../api/affected-queries.ts'
import { path } from '../api/path.ts'
import { formatKst } from '../format/timestamps.ts'
import { ErrorNotice } from '../layout/error-notice.tsx'
import { Icon } from '../layout/icon.tsx'
import { useLanguage } from '../locales/use-language.ts'
import { useConsole } from '../session/console-context.ts'
import { stepStatus } from './launch-status.ts'
import { ReasonNote } from './reason-note.tsx'

export function TimelineButton({ launch }: { launch: Launch }) {
  const { t } = useTranslation()
  const [dialog, setDialog] = useState<'open' | 'shut'>('shut')
  return (
    <>
      <Button
        size="sm"
        px="sm"
        variant="default"
        leftSection={<Icon name="clock" size={14} />}
        onClick={() => setDialog('open')}
        data-testid="launch-timeline"
      >
        {t('launches.timeline')}
      </Button>
      <Modal
        opened={dialog === 'open'}
        onClose={() => setDialog('shut')}
        title={t('launches.timelineTitle', { id: launch.id })}
        size="lg"
        closeButtonProps={{ 'aria-label': t('layout.close') }}
      >
        <LaunchHistory id={launch.id} />
      </Modal>
    </>
  )
}

function LaunchHistory({ id }: { id: string }) {
  const { t } = useTranslation()
  const { language } = useLanguage()
  const { client } = useConsole()
  const { data, error } = useQuery({
    queryKey: queryKeys.launchTimeline(id),
    queryFn: ({ signal }) => client.get<LaunchTimeline>(path('launches', id, 'timeline'), signal),
  })
  if (error) return <ErrorNotice error={error} />
  if (!data) return null
  const { entries, freshness, nextAttemptAt, reportedAt } = data
  return (
    <Stack gap="sm">
      {freshness === 'none' && <Text size="sm">{t('launches.timelineNothing')}</Text>}
      {freshness === 'stale' && reportedAt !== undefined && (
        <Text size="sm">{t('launches.timelineStale', { at: formatKst(reportedAt, language) })}</Text>
      )}
      <Timeline active={entries.length - 1} bulletSize={18} data-testid="timeline">
        {entries.map((entry) => (
          <Timeline.Item key={`${entry.step} ${entry.at} ${entry.toldAt}`} title={<StepName entry={entry} />}>
            <StepTimes entry={entry} />
            {entry.reason && <ReasonNote reason={entry.reason} />}
          </Timeline.Item>
        ))}
      </Timeline>
      {nextAttemptAt !== undefined && (
        <Text size="sm">{t('launches.timelineNext', { at: formatKst(nextAttemptAt, language) })}</Text>
      )}
    </Stack>
  )
}

function StepName({ entry }: { entry: TimelineEntry }) {
  const { t } = useTranslation()
  return (
    <span data-testid="timeline-step" data-step={entry.step}>
      {t(stepStatus(entry.step).text)}
    </span>
  )
}

/** A device that was away tells later; its clock may be wrong as well. */
const TOLD_LATE_MS = 60_000

function StepTimes({ entry: { at, toldAt } }: { entry: TimelineEntry }) {
  const { t } = useTranslation()
  const { language } = useLanguage()
  const isLate = Math.abs(Date.parse(toldAt) - Date.parse(at)) > TOLD_LATE_MS
  return (
    <Text size="xs" c="dimmed">
      {formatKst(at, language)}
      {isLate && ` (${t('launches.timelineTold', { at: formatKst(toldAt, language) })})`}
    </Text>
  )
}
