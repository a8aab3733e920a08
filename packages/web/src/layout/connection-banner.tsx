// Says how old the screen is while the change feed is down; nothing is shown as fresher than it is.
import { Alert } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useConsole } from '../session/console-context.ts'
import { Age } from './age.tsx'
import { Icon } from './icon.tsx'
import { useNow } from './use-now.ts'

/** A short blink of the link is nobody's concern. */
const PATIENCE_MS = 3_000

export function ConnectionBanner() {
  const { t } = useTranslation()
  const { feed, clock } = useConsole()
  const queries = useQueryClient()
  const [shown, setShown] = useState(false)
  useNow()
  useEffect(() => {
    if (feed === 'live') return setShown(false)
    const timer = setTimeout(() => setShown(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [feed])
  if (!shown) return null
  const readAtMs = Math.max(
    0,
    ...queries
      .getQueryCache()
      .getAll()
      .map((query) => query.state.dataUpdatedAt),
  )
  // The cache keeps the browser's time; ages are told by the hub's.
  const readAt = new Date(clock.now() - (Date.now() - readAtMs))
  return (
    <Alert
      role="status"
      color="orange"
      radius={0}
      icon={<Icon name="linkOff" />}
      title={t('feed.interrupted')}
      data-testid="connection-banner"
    >
      {t('feed.polling')} {t('feed.dataFrom')} <Age inherit of={readAt.toISOString()} />
    </Alert>
  )
}
