// The statuses last published: knows when each phase began, tells apart what changed from what did not, and keeps
// launches that ended for a while, so that their end is reported.
import { isDeepStrictEqual } from 'node:util'
import type { LaunchStatus } from '@bongsu/protocol'
import type { DerivedStatus } from './launch-status.ts'

/** Enough for the hub to learn of every end, few enough to fit a report beside what runs. */
const ENDED_KEPT = 32

export class StatusBoard {
  #statuses = new Map<string, LaunchStatus>()

  /** In the order given; ended launches that are not among them follow. */
  all(): LaunchStatus[] {
    return [...this.#statuses.values()]
  }

  /**
   * Takes what was derived for every launch that is wanted or has containers.
   * @returns whether anything differs from what was last taken
   */
  update(derived: readonly DerivedStatus[], now: Date): boolean {
    const next = new Map(
      derived.map((status) => [status.launchId, this.#stamped(this.#withEnd(status), now)]),
    )
    const gone = [...this.#statuses.values()]
      .filter(({ launchId }) => !next.has(launchId))
      .map((status) => this.#stamped(stopped(status), now))
      .toSorted((a, b) => b.changedAt.localeCompare(a.changedAt))
    for (const status of gone.slice(0, ENDED_KEPT)) next.set(status.launchId, status)
    const isChanged = !isDeepStrictEqual([...next], [...this.#statuses])
    this.#statuses = next
    return isChanged
  }

  /** Why a launch failed is still true while what is left of it is taken down, whether or not anybody wants it. */
  #withEnd(status: DerivedStatus): DerivedStatus {
    const before = this.#statuses.get(status.launchId)
    if (status.phase !== 'stopping' || !before || !isEnd(before)) return status
    const { phase, reason } = before
    return { ...status, phase, ...(reason && { reason }) }
  }

  #stamped(status: DerivedStatus, now: Date): LaunchStatus {
    const before = this.#statuses.get(status.launchId)
    const isSame = before?.phase === status.phase && before.reason?.code === status.reason?.code
    return { ...status, changedAt: isSame ? before.changedAt : now.toISOString() }
  }
}

/** An end keeps its reason; anything else that vanished has stopped. */
function stopped(status: LaunchStatus): DerivedStatus {
  const { launchId, phase, reason, restarts } = status
  return {
    launchId,
    phase: isEnd(status) ? phase : 'stopped',
    ...(isEnd(status) && reason && { reason }),
    containers: [],
    restarts,
  }
}

const isEnd = ({ phase }: LaunchStatus): boolean => phase === 'failed' || phase === 'expired'
