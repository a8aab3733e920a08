// How each step is done. Executors change the device, then note in memory what they have seen; deciding is the planner's.
import { CodedError } from '@bongsu/foundation'
import type { Reason } from '@bongsu/protocol'
import { diagnose, type Finding } from '../diagnosis/diagnose.ts'
import type { ContainerRuntime, RuntimeContainer } from '../runtime/container-runtime.ts'
import { bindDisplay } from './bind-display.ts'
import type { ImageIntake } from './image-intake.ts'
import type { DisplayPort } from './ports.ts'
import { afterEnd, CRASH_WINDOW_MS, type EndCause, tellsOfLostDisplay } from './restart-policy.ts'
import type { Executors, Step } from './steps.ts'
import type { WorkingMemory } from './working-memory.ts'

/** As much of a log as the diagnosis of an end reads. */
const DIAGNOSED_LOG = { lines: 300, maxBytes: 64 * 1024 }

export interface StepWorld {
  readonly runtime: ContainerRuntime
  readonly intake: ImageIntake
  readonly display: DisplayPort
  readonly memory: WorkingMemory
  readonly clock: { now(): Date; monotonicMs(): number }
  /** Asks the engine for all our containers anew. */
  readonly relist: () => Promise<void>
  /** Something worth showing changed within a step. */
  readonly changed: () => void
}

export function createExecutors(world: StepWorld): Executors {
  const { runtime, memory, display } = world
  return {
    obtainImage: (step, signal) => obtainImage(world, step, signal),
    bindDisplay: (step, signal) => bindDisplay(world, step, signal),
    createContainer: (step, signal) => createContainer(world, step, signal),
    async startContainer({ launchId, containerId }, signal) {
      const outcome = await runtime.startContainer(containerId, signal)
      if (outcome === 'not_found') return memory.containerGone(containerId)
      memory.containerStarted(containerId)
      memory.updateRecord(launchId, { failures: 0, setback: undefined, pause: undefined })
    },
    recordEnd: (step, signal) => recordEnd(world, step, signal),
    async stopContainers({ containerIds, graceMs }, signal) {
      await eachOf(containerIds, async (containerId) => {
        const outcome = await runtime.stopContainer(containerId, { graceMs }, signal)
        if (outcome === 'not_found') memory.containerGone(containerId)
        else memory.containerEnded(containerId, { endedAt: world.clock.now() })
      })
    },
    async removeContainers({ containerIds }, signal) {
      await eachOf(containerIds, async (containerId) => {
        await runtime.removeContainer(containerId, signal)
        memory.containerGone(containerId)
      })
    },
    async releaseDisplay({ launchId }) {
      await display.release(launchId)
      memory.boundLaunches.delete(launchId)
    },
  }
}

async function obtainImage(
  world: StepWorld,
  { image }: Step<'obtainImage'>,
  signal: AbortSignal,
): Promise<void> {
  const { intake, memory } = world
  if (memory.engine.kind !== 'ready') return
  const { architecture } = memory.engine
  let shown = -1
  memory.images.set(image.imageId, { kind: 'obtaining', phase: 'checking', progress: 0 })
  const facts = await intake.obtain(
    image,
    {
      architecture,
      onProgress({ phase, progress }) {
        memory.images.set(image.imageId, { kind: 'obtaining', phase, progress })
        const percent = (phase === 'loading' ? 1000 : 0) + Math.floor(progress * 100)
        if (percent === shown) return
        shown = percent
        world.changed()
      },
    },
    signal,
  )
  memory.images.set(image.imageId, { kind: 'present', facts })
}

async function createContainer(
  world: StepWorld,
  step: Step<'createContainer'>,
  signal: AbortSignal,
): Promise<void> {
  const { runtime, memory } = world
  const { launch, specHash, name, leadContainerId, restarts } = step
  const { access } = memory.record(launch.launchId)
  const display = access?.kind === 'bound' ? access.binding : undefined
  const request = { launch, specHash, name, restarts, display, leadContainerId }
  const result = await runtime.createContainer(request, signal)
  if (result.kind === 'created') return memory.putContainer(result.container)
  // What we believed of images holds no longer: look again.
  if (result.kind === 'no_image') return void memory.images.delete(launch.image.imageId)
  await world.relist()
  if (memory.containersOf(launch.launchId).some((container) => container.name === name)) return
  const message = `another container has the name of ${launch.launchId}/${name}`
  throw new CodedError('AGENT_ENGINE_TROUBLE', { parameters: { message } })
}

async function recordEnd(world: StepWorld, step: Step<'recordEnd'>, signal: AbortSignal): Promise<void> {
  const { runtime, memory, clock } = world
  const { launchId, container, role } = step
  const log = await runtime.logTail(container.containerId, DIAGNOSED_LOG, signal)
  const { exitCode, outOfMemory } = container
  const [finding] = diagnose({ exitCode, outOfMemory, logTail: log })
  const record = memory.record(launchId)
  const nowMs = clock.monotonicMs()
  const next = afterEnd(record.endsMs, causeOf(memory, container, lastLines(log)), nowMs)
  const restarts = Math.max(record.nextRestarts, container.restarts)
  memory.updateRecord(launchId, {
    endsMs: next.endsMs,
    recordedEnds: [...record.recordedEnds, container.containerId].slice(-64),
    nextRestarts: role === 'lead' ? restarts + 1 : restarts,
    hasStarted: true,
    pause:
      next.kind === 'restart'
        ? { reason: endedReason(container, finding), retryAtMs: next.atMs }
        : { reason: crashLoopReason(next.count, finding?.quote) },
  })
}

function causeOf(
  { endedBefore }: WorkingMemory,
  container: RuntimeContainer,
  log: string | undefined,
): EndCause {
  if (log !== undefined && tellsOfLostDisplay(log)) return 'lost_display'
  return endedBefore.has(container.containerId) ? 'before_agent' : 'by_itself'
}

function endedReason({ exitCode }: RuntimeContainer, finding: Finding | undefined): Reason {
  if (!finding) return { code: 'AGENT_CONTAINER_EXITED', parameters: { exitCode: exitCode ?? '?' } }
  const { code, parameters, quote } = finding
  return { code, ...(parameters && { parameters }), ...(quote && { quote }) }
}

function crashLoopReason(count: number, quote: string | undefined): Reason {
  const parameters = { count, minutes: CRASH_WINDOW_MS / 60_000 }
  return { code: 'AGENT_CRASH_LOOP', parameters, ...(quote && { quote }) }
}

/** What the program said last: only there do words of a lost display mean that it ended of that. */
function lastLines(log: string | undefined): string | undefined {
  const lines = (log ?? '').split('\n').filter((line) => line.trim() !== '')
  return lines.length === 0 ? undefined : lines.slice(-5).join('\n').slice(-1000)
}

/** All of them, even when one fails; then the first failure. */
async function eachOf(ids: readonly string[], act: (id: string) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled(ids.map(act))
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
}
