// The launches page: what runs where, whether it shows, and why not.
import type { Launch } from '@bongsu/protocol'
import { Button, Center, Loader, SegmentedControl, Stack } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { EmptyState } from '../layout/empty-state.tsx'
import { ErrorNotice } from '../layout/error-notice.tsx'
import { PageHead } from '../layout/page-head.tsx'
import { useLaunches } from './launch-queries.ts'
import { isCurrent } from './launch-status.ts'
import { LaunchTable } from './launch-table.tsx'
import { RolloutList } from './rollout-list.tsx'
import { StopDialog } from './stop-dialog.tsx'

export function LaunchesPage() {
  const { t } = useTranslation()
  const [shown, setShown] = useState('current')
  const [stopping, setStopping] = useState<Launch>()
  const launches = useLaunches({})
  return (
    <Stack>
      <PageHead title={t('launches.title')}>
        <SegmentedControl
          aria-label={t('launches.show')}
          value={shown}
          onChange={setShown}
          data={[
            { value: 'current', label: t('launches.current') },
            { value: 'all', label: t('launches.all') },
          ]}
          data-testid="launch-filter"
        />
      </PageHead>
      <RolloutList />
      {launches.error && <ErrorNotice error={launches.error} />}
      {launches.items ? (
        <LaunchList
          launches={shown === 'current' ? launches.items.filter(isCurrent) : launches.items}
          onStop={setStopping}
        />
      ) : (
        !launches.error && (
          <Center py="xl">
            <Loader />
          </Center>
        )
      )}
      {launches.hasMore && (
        <Button variant="default" loading={launches.isLoadingMore} onClick={launches.loadMore}>
          {t('layout.more')}
        </Button>
      )}
      {stopping && <StopDialog launch={stopping} onClose={() => setStopping(undefined)} />}
    </Stack>
  )
}

function LaunchList({ launches, onStop }: { launches: readonly Launch[]; onStop: (launch: Launch) => void }) {
  const { t } = useTranslation()
  if (launches.length > 0) return <LaunchTable launches={launches} onStop={onStop} />
  return (
    <EmptyState icon="play" title={t('launches.none')} text={t('launches.noneHint')} testId="launches-empty">
      <Button component={Link} href="/packages">
        {t('launches.toPackages')}
      </Button>
    </EmptyState>
  )
}
