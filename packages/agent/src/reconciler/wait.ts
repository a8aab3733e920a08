// Something that is not as wished and for which there is nothing to do now. Pure.
import type { Reason } from '@bongsu/protocol'
import type { ObservedState, Setback } from './observed-state.ts'

export interface Wait {
  readonly launchId: string
  readonly reason?: Reason | undefined
  /** On the monotonic clock; absent when something must happen first. */
  readonly untilMs?: number | undefined
}

/** The wait that a setback imposes, if it still does. */
export function waitAfter(launchId: string, setback: Setback | undefined, nowMs: number): Wait | undefined {
  if (!setback) return undefined
  const { reason, retryAtMs } = setback
  return retryAtMs !== undefined && retryAtMs <= nowMs ? undefined : { launchId, reason, untilMs: retryAtMs }
}

/** The wait that the last failed step of a launch imposes. */
export const retryLater = (launchId: string, { records, nowMs }: ObservedState): Wait | undefined =>
  waitAfter(launchId, records.get(launchId)?.setback, nowMs)
