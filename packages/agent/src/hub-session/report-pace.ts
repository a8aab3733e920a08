// When a report goes to the hub. What somebody waits for goes at once; steps on the way there are gathered for a moment,
// because the hub writes every report durably and a starting container needs the machine itself.
import type { Clock } from '@bongsu/foundation'
import type { LaunchPhase, LaunchStatus, Report } from '@bongsu/protocol'

type Reported = Omit<Report, 'type'>

export interface ReportPace {
  /** The newest report supersedes one that still waits. */
  submit(report: Reported): void
  stop(): void
}

export interface ReportPaceOptions {
  readonly clock: Clock
  readonly send: (report: Reported) => void
  /** How long a step on the way may wait. */
  readonly gatherMs?: number
}

const ON_THE_WAY: ReadonlySet<LaunchPhase> = new Set([
  'queued',
  'fetching',
  'loading',
  'starting',
  'stopping',
])

export function createReportPace({ clock, send, gatherMs = 250 }: ReportPaceOptions): ReportPace {
  const stopping = new AbortController()
  let sent: readonly LaunchStatus[] = []
  let waiting: Reported | undefined
  let isArmed = false

  const flush = (report: Reported) => {
    waiting = undefined
    sent = report.launches
    send(report)
  }

  const arm = async () => {
    isArmed = true
    await clock.sleep(gatherMs, stopping.signal).catch(() => undefined)
    isArmed = false
    if (waiting && !stopping.signal.aborted) flush(waiting)
  }

  return {
    submit(report) {
      if (isAwaited(sent, report.launches)) return flush(report)
      waiting = report
      if (!isArmed) void arm()
    },
    stop: () => stopping.abort(),
  }
}

/** Whether a launch came to a phase in which it may stay, or its picture changed, or one is gone. */
function isAwaited(before: readonly LaunchStatus[], now: readonly LaunchStatus[]): boolean {
  const known = new Map(before.map((status) => [status.launchId, status]))
  const news = now.some((status) => {
    const last = known.get(status.launchId)
    const isNewPhase = last?.phase !== status.phase && !ON_THE_WAY.has(status.phase)
    return isNewPhase || last?.picture?.verdict !== status.picture?.verdict
  })
  return news || before.some(({ launchId }) => !now.some((status) => status.launchId === launchId))
}
