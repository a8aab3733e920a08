// The step that takes down how a container ended by itself: what the log, the exit and the display say of it.
import { diagnose } from '../diagnosis/diagnose.ts'
import { afterRun } from './after-run.ts'
import type { DisplaySight } from './ports.ts'
import type { StepWorld } from './step-world.ts'
import type { Step } from './steps.ts'

/** As much of a log as the diagnosis of an end reads. */
const DIAGNOSED_LOG = { lines: 300, maxBytes: 64 * 1024 }

/** SIGABRT and SIGSEGV: often there is no word in the log, and what the image holds explains them. */
const CRASHES: ReadonlySet<number | undefined> = new Set([134, 139])

type World = Pick<StepWorld, 'runtime' | 'memory' | 'clock' | 'display' | 'preflight'>

export async function recordEnd(
  { runtime, memory, clock, display, preflight }: World,
  { launchId, container, role }: Step<'recordEnd'>,
  signal: AbortSignal,
): Promise<void> {
  const hadDisplay = container.displayName !== undefined
  const { exitCode, outOfMemory } = container
  const wait = CRASHES.has(exitCode) ? 'look' : 'known'
  const [log, sight, image] = await Promise.all([
    runtime.logTail(container.containerId, DIAGNOSED_LOG, signal),
    hadDisplay ? display.look(signal) : undefined,
    preflight?.imageTraits(launchId, { wait }, signal),
  ])
  const probe = sight && probeOf(sight)
  const findings = diagnose({ exitCode, outOfMemory, logTail: log, image, ...(probe && { probe }) })
  const wasBeforeAgent = memory.endedBefore.has(container.containerId)
  const run = { container, role, log, sight, findings, wasBeforeAgent }
  memory.updateRecord(launchId, afterRun(memory.record(launchId), run, clock.monotonicMs()))
}

function probeOf(sight: DisplaySight) {
  if (sight.kind === 'ready') return { kind: 'ready' } as const
  if (sight.refusal !== undefined) return { kind: 'refused', reason: sight.refusal } as const
  return { kind: 'no_socket' } as const
}
