// What a launch's record says after one of its containers ended by itself: why, and what becomes of it. Pure.
import type { Reason } from '@bongsu/protocol'
import type { Finding } from '../diagnosis/diagnose.ts'
import type { RuntimeContainer } from '../runtime/container-runtime.ts'
import { SOFTWARE_RENDERING } from '../runtime/software-rendering.ts'
import type { LaunchRecord } from './observed-state.ts'
import type { DisplaySight } from './ports.ts'
import {
  afterEnd,
  CRASH_LIMIT,
  CRASH_WINDOW_MS,
  type EndCause,
  recentOf,
  tellsOfLostConnection,
} from './restart-policy.ts'

export interface EndedRun {
  readonly container: RuntimeContainer
  readonly role: 'lead' | 'member'
  readonly log: string | undefined
  /** The display as it was found after the end; undefined for a container without one. */
  readonly sight: DisplaySight | undefined
  /** Best first. */
  readonly findings: readonly Finding[]
  /** It had ended before this life of the agent saw it. */
  readonly wasBeforeAgent: boolean
}

const MAX_RECORDED_ENDS = 64

export function afterRun(record: LaunchRecord, run: EndedRun, nowMs: number): Partial<LaunchRecord> {
  const { container, role } = run
  const losses = recentOf(record.connectionLossesMs, nowMs)
  const cause = causeOf(record, run, losses.length)
  const next = afterEnd(record.endsMs, cause, nowMs)
  const findings = findingsOf(run, cause)
  const [best] = findings
  // After a reboot both agent and display are other ones: that end was not the program's either.
  const isCounted = cause === 'by_itself' || (cause === 'before_agent' && !isCutOffBy(run))
  const restarts = Math.max(record.nextRestarts, container.restarts)
  const variables = cause === 'rerun' ? (run.findings[0]?.retryWith ?? {}) : {}
  const reason = best ?? {
    code: 'AGENT_CONTAINER_EXITED',
    parameters: { exitCode: container.exitCode ?? '?' },
  }
  return {
    endsMs: next.endsMs,
    connectionLossesMs: cause === 'lost_connection' ? [...losses, nowMs] : losses,
    recordedEnds: [...record.recordedEnds, container.containerId].slice(-MAX_RECORDED_ENDS),
    nextRestarts: role === 'lead' && isCounted ? restarts + 1 : restarts,
    hasStarted: true,
    findings,
    rebind: cause === 'lost_display' ? reason : undefined,
    extraEnvironment: { ...softwareRendering(record, container), ...variables },
    triedVariables: [...new Set([...record.triedVariables, ...Object.keys(variables)])],
    pause:
      next.kind === 'restart'
        ? { reason, retryAtMs: next.atMs }
        : { reason: crashLoopReason(next.count, best?.quote) },
  }
}

function causeOf(record: LaunchRecord, run: EndedRun, losses: number): EndCause {
  const { log, findings, wasBeforeAgent } = run
  if (!wasBeforeAgent && isCutOffBy(run)) return 'lost_display'
  // A server that drops a program again and again, and stays the same, has its reason in the program.
  const isDropped = log !== undefined && tellsOfLostConnection(lastLines(log))
  if (isDropped && losses < CRASH_LIMIT) return 'lost_connection'
  const wanted = Object.keys(findings[0]?.retryWith ?? {})
  if (wanted.length > 0 && !wanted.some((name) => record.triedVariables.includes(name))) return 'rerun'
  return wasBeforeAgent ? 'before_agent' : 'by_itself'
}

const isCutOffBy = ({ container, sight }: EndedRun): boolean =>
  sight !== undefined && !isSameDisplay(container, sight)

/** A container that does not say for which display it was made is given the benefit of one that is ready. */
function isSameDisplay({ displayIncarnation }: RuntimeContainer, sight: DisplaySight): boolean {
  if (sight.kind !== 'ready') return false
  return displayIncarnation === undefined || displayIncarnation === sight.incarnation
}

/** As it is reported: what to try next is the agent's own matter. */
export const toReason = ({ code, parameters, quote }: Finding): Reason => ({
  code,
  ...(parameters && { parameters }),
  ...(quote && { quote }),
})

function findingsOf({ findings }: EndedRun, cause: EndCause): Reason[] {
  const told = findings.map(toReason)
  if (cause !== 'lost_display') return told
  const quote = findings.find((finding) => finding.quote)?.quote
  return [{ code: 'AGENT_DISPLAY_LOST', ...(quote && { quote }) }, ...told].slice(0, 3)
}

/** Once the processor has to draw it goes on doing so: the next run would fail with the GPU as this one did. */
function softwareRendering(
  { extraEnvironment }: LaunchRecord,
  { rendering }: RuntimeContainer,
): Readonly<Record<string, string>> {
  const isSoftware = rendering === 'software' || extraEnvironment[SOFTWARE_RENDERING] !== undefined
  return isSoftware ? { [SOFTWARE_RENDERING]: '1' } : {}
}

function crashLoopReason(count: number, quote: string | undefined): Reason {
  const parameters = { count, minutes: CRASH_WINDOW_MS / 60_000 }
  return { code: 'AGENT_CRASH_LOOP', parameters, ...(quote && { quote }) }
}

/** What the program said last: only there do words of a lost display mean that it ended of that. */
function lastLines(log: string): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '')
  return lines.slice(-5).join('\n').slice(-1000)
}
