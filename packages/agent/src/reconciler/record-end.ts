// The step that takes down how a container ended by itself: what the log, the exit and the display say of it.
import { diagnose } from '../diagnosis/diagnose.ts'
import { afterRun } from './after-run.ts'
import type { StepWorld } from './execute-step.ts'
import type { DisplaySight } from './ports.ts'
import type { Step } from './steps.ts'

/** As much of a log as the diagnosis of an end reads. */
const DIAGNOSED_LOG = { lines: 300, maxBytes: 64 * 1024 }

type World = Pick<StepWorld, 'runtime' | 'memory' | 'clock' | 'display'>

export async function recordEnd(
  { runtime, memory, clock, display }: World,
  { launchId, container, role }: Step<'recordEnd'>,
  signal: AbortSignal,
): Promise<void> {
  const hadDisplay = container.displayName !== undefined
  const [log, sight] = await Promise.all([
    runtime.logTail(container.containerId, DIAGNOSED_LOG, signal),
    hadDisplay ? display.look(signal) : undefined,
  ])
  const { exitCode, outOfMemory } = container
  const findings = diagnose({ exitCode, outOfMemory, logTail: log, ...(sight && { probe: probeOf(sight) }) })
  const wasBeforeAgent = memory.endedBefore.has(container.containerId)
  const run = { container, role, log, sight, findings, wasBeforeAgent }
  memory.updateRecord(launchId, afterRun(memory.record(launchId), run, clock.monotonicMs()))
}

function probeOf(sight: DisplaySight) {
  if (sight.kind === 'ready') return { kind: 'ready' } as const
  if (sight.refusal !== undefined) return { kind: 'refused', reason: sight.refusal } as const
  return { kind: 'no_socket' } as const
}
