// What the states of a version are called, and the order in which versions are offered. Pure.
import type { AiPackage, PackageVersion } from '@bongsu/protocol'
import type { Status } from '../layout/status-badge.tsx'

export const VERSION_STATUS: Record<PackageVersion['state'], Status> = {
  'awaiting-archive': { tone: 'warning', icon: 'upload', text: 'packages.version.awaitingArchive' },
  ready: { tone: 'good', icon: 'check', text: 'packages.version.ready' },
}

export const newestFirst = (versions: readonly PackageVersion[]): PackageVersion[] =>
  versions.toSorted((a, b) => b.registeredAt.localeCompare(a.registeredAt))

/** Those that can be deployed, newest first. */
export const readyVersions = (registered: AiPackage): PackageVersion[] =>
  newestFirst(registered.versions).filter(({ state }) => state === 'ready')
