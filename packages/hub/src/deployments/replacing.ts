// Which launch a new one replaces on its device, and when that is settled. Pure.
import type { DesiredLaunch, LaunchStatus, Reason } from '@bongsu/protocol'

/** `same-package`: the one that runs of the same package makes way for the new one. */
export type Replacing = 'same-package' | 'nothing'

export interface WishedAnew {
  readonly launches: DesiredLaunch[]
  /** As it is wished in the end. */
  readonly desired: DesiredLaunch
  /** Replacements that were still on their way: the new one takes their place. */
  readonly superseded: readonly DesiredLaunch[]
}

/** The desired state with one more launch. */
export function withWish(
  present: readonly DesiredLaunch[],
  wish: DesiredLaunch,
  replacing: Replacing,
): WishedAnew {
  const ids = new Set(present.map(({ launchId }) => launchId))
  const same = present.filter(
    ({ packageId, purpose }) => packageId === wish.packageId && purpose === undefined,
  )
  if (replacing === 'nothing' || wish.purpose !== undefined || same.length === 0) {
    return { launches: [...present, wish], desired: wish, superseded: [] }
  }
  const isOnItsWay = ({ replaces }: DesiredLaunch) => replaces !== undefined && ids.has(replaces)
  const superseded = same.filter(isOnItsWay)
  const predecessor = same.findLast((launch) => !isOnItsWay(launch))
  const desired = { ...wish, ...(predecessor && { replaces: predecessor.launchId }) }
  const kept = present.filter((launch) => !superseded.includes(launch))
  return { launches: [...kept, desired], desired, superseded }
}

/** Longest time in which a program that runs shows its window. */
export const SHOWN_WITHIN_MS = 5 * 60_000

export type Proof =
  | { readonly kind: 'open' }
  | { readonly kind: 'proven' }
  | { readonly kind: 'failed'; readonly reason: Reason }

/** What a launch's last report says of whether it does what it is for. @param needsPicture its profile's display is required */
export function proofOf(
  status: LaunchStatus | undefined,
  needsPicture: 'needed' | 'not_needed',
  now: Date,
): Proof {
  if (!status) return { kind: 'open' }
  const { phase, reason, picture, containers } = status
  if (phase === 'failed' || phase === 'expired') {
    return { kind: 'failed', reason: reason ?? { code: 'HUB_DEPLOYMENT_LAUNCH_FAILED' } }
  }
  if (phase !== 'running') return { kind: 'open' }
  if (needsPicture === 'not_needed' || picture?.verdict === 'visible') return { kind: 'proven' }
  const startedAt = containers[0]?.startedAt
  const isOverdue = startedAt !== undefined && now.getTime() - Date.parse(startedAt) > SHOWN_WITHIN_MS
  if (!isOverdue) return { kind: 'open' }
  const parameters = { minutes: SHOWN_WITHIN_MS / 60_000, verdict: picture?.verdict ?? 'unknown' }
  return { kind: 'failed', reason: { code: 'HUB_DEPLOYMENT_NOT_SHOWN', parameters } }
}
