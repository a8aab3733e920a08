// The table of launches, each with the latest still of its screen.
import type { Launch } from '@bongsu/protocol'
import { Anchor, Box, Button, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { DeviceName } from '../devices/device-name.tsx'
import { LAST_KEPT_SECONDS } from '../devices/device-queries.ts'
import { LiveViewButton } from '../devices/live-view.tsx'
import { Still } from '../devices/still.tsx'
import { formatKst } from '../format/timestamps.ts'
import { Icon } from '../layout/icon.tsx'
import { RecordRow, RecordTable } from '../layout/record-table.tsx'
import { useLanguage } from '../locales/use-language.ts'
import { PackageName } from '../packages/package-name.tsx'
import { useMayOperate } from '../session/console-context.ts'
import { LaunchReason, LaunchState } from './launch-state.tsx'
import { isExplained, isRestartable, isStoppable } from './launch-status.ts'
import { RestartButton } from './restart-button.tsx'
import { TimelineButton } from './timeline-button.tsx'

const THUMBNAIL_PIXELS = 320
/** A thumbnail may be a minute old: the device is not asked for each glance. */
const THUMBNAIL_AGE_SECONDS = 60

export function LaunchTable(props: { launches: readonly Launch[]; onStop: (launch: Launch) => void }) {
  const { t } = useTranslation()
  const headings = [
    t('launches.field.still'),
    t('launches.field.package'),
    t('launches.field.device'),
    t('launches.field.state'),
    t('launches.field.reason'),
    t('launches.field.createdAt'),
    t('layout.actions'),
  ]
  return (
    <RecordTable label={t('launches.title')} headings={headings}>
      {props.launches.map((launch) => (
        <LaunchRow key={launch.id} launch={launch} onStop={props.onStop} />
      ))}
    </RecordTable>
  )
}

function LaunchRow({ launch, onStop }: { launch: Launch; onStop: (launch: Launch) => void }) {
  const { t } = useTranslation()
  const { language } = useLanguage()
  const mayOperate = useMayOperate()
  return (
    <RecordRow
      data-testid="launch-row"
      data-launch-id={launch.id}
      data-phase={launch.status?.phase ?? 'none'}
      data-verdict={launch.status?.picture?.verdict ?? 'unknown'}
    >
      <Box w={180}>
        <Still
          deviceId={launch.deviceId}
          launchId={launch.id}
          alt={t('launches.stillOf', { id: launch.id })}
          maxWidthPixels={THUMBNAIL_PIXELS}
          maxAgeSeconds={launch.freshness === 'live' ? THUMBNAIL_AGE_SECONDS : LAST_KEPT_SECONDS}
          enabled={launch.status?.phase === 'running'}
          testId="launch-still"
        />
      </Box>
      <Box>
        <Text fw={600} size="sm">
          <PackageName id={launch.packageId} />
        </Text>
        <Text size="xs" c="dimmed">
          {launch.version}
        </Text>
      </Box>
      <Anchor component={Link} href={`/devices/${launch.deviceId}`} size="sm">
        <DeviceName id={launch.deviceId} />
      </Anchor>
      <LaunchState launch={launch} />
      {isExplained(launch) ? <LaunchReason launch={launch} /> : null}
      <Text size="sm" className="nowrap">
        {formatKst(launch.createdAt, language)}
      </Text>
      <Box>
        {launch.status?.phase === 'running' && launch.freshness === 'live' && (
          <LiveViewButton deviceId={launch.deviceId} launchId={launch.id} name={launch.packageId} />
        )}
        <TimelineButton launch={launch} />
        {mayOperate && isRestartable(launch) && <RestartButton launch={launch} />}
        {mayOperate && isStoppable(launch) && (
          <Button
            size="sm"
            px="sm"
            variant="default"
            leftSection={<Icon name="stop" size={14} />}
            onClick={() => onStop(launch)}
            data-testid="launch-stop"
          >
            {t('launches.stop')}
          </Button>
        )}
      </Box>
    </RecordRow>
  )
}
