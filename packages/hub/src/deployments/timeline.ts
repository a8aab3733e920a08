// Which steps of a launch a report tells, and its timeline as the API shows it. Pure.
import type { Launch, LaunchStatus, LaunchTimeline, TimelineEntry } from '@bongsu/protocol'

export interface ToldStep {
  readonly launchId: string
  /** The same for every report of the same step. */
  readonly key: string
  readonly entry: TimelineEntry
}

/** A container that runs is not a window that shows: they are two steps. */
export function stepOf(status: LaunchStatus, toldAt: Date): ToldStep {
  const { launchId, phase, reason, picture, restarts, changedAt } = status
  const isShown = phase === 'running' && picture?.verdict === 'visible'
  const step = isShown ? 'visible' : phase
  return {
    launchId,
    key: [step, reason?.code ?? '', restarts].join(' '),
    entry: {
      step,
      ...(reason && { reason }),
      at: isShown ? picture.checkedAt : changedAt,
      toldAt: toldAt.toISOString(),
    },
  }
}

/** @param launch as it is now; `told` what its device has told of it, oldest first */
export function toTimeline(launch: Launch, told: readonly TimelineEntry[]): LaunchTimeline {
  const { id, createdAt, status, freshness, reportedAt } = launch
  return {
    launchId: id,
    entries: [{ step: 'wished', at: createdAt, toldAt: createdAt }, ...told],
    ...(status?.progress !== undefined && { progress: status.progress }),
    ...(status?.nextAttemptAt !== undefined && { nextAttemptAt: status.nextAttemptAt }),
    freshness,
    ...(reportedAt !== undefined && { reportedAt }),
  }
}
