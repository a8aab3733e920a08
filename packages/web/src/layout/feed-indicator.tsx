// A small sign in the header: live, connecting, or read again every ten seconds.
import type { FeedState } from '../api/follow-changes.ts'
import { useConsole } from '../session/console-context.ts'
import { type Status, StatusBadge } from './status-badge.tsx'

const STATUS: Record<FeedState, Status> = {
  live: { tone: 'good', icon: 'link', text: 'feed.live' },
  connecting: { tone: 'busy', icon: 'clock', text: 'feed.connecting' },
  interrupted: { tone: 'warning', icon: 'linkOff', text: 'feed.lost' },
}

export const FeedIndicator = () => (
  <StatusBadge status={STATUS[useConsole().feed]} testId="connection-state" />
)
