// What the states of a version are called, and the order in which versions are offered. Pure.
import type { AiPackage, PackageVersion } from '@bongsu/protocol'
import type { Status } from '../layout/status-badge.tsx'

const STATES: Record<PackageVersion['state'], Status> = {
  'awaiting-archive': { tone: 'warning', icon: 'upload', text: 'packages.version.awaitingArchive' },
  ready: { tone: 'good', icon: 'check', text: 'packages.version.ready' },
}

export const WITHDRAWN: Status = { tone: 'neutral', icon: 'stop', text: 'packages.version.withdrawn' }

export const statusOf = ({ state, withdrawn }: PackageVersion): Status =>
  withdrawn ? WITHDRAWN : STATES[state]

export const newestFirst = (versions: readonly PackageVersion[]): PackageVersion[] =>
  versions.toSorted((a, b) => b.registeredAt.localeCompare(a.registeredAt))

/** Those that can be deployed, newest first: none of a withdrawn package. */
export const readyVersions = ({ withdrawn, versions }: AiPackage): PackageVersion[] =>
  withdrawn ? [] : newestFirst(versions).filter((one) => one.state === 'ready' && !one.withdrawn)
