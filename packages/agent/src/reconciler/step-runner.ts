// Runs steps side by side, one per lane, and notes how they failed. Knows nothing of what to do next.
import { CodedError, isCodedError, type Logger, messageOf } from '@bongsu/foundation'
import { isRetryable, type Reason } from '@bongsu/protocol'
import { diagnose } from '../diagnosis/diagnose.ts'
import { toReason } from './after-run.ts'
import { type Executors, laneOf, type Step } from './steps.ts'
import type { WorkingMemory } from './working-memory.ts'

export interface StepRunnerOptions {
  readonly executors: Executors
  readonly memory: WorkingMemory
  readonly log: Logger
  readonly onEnded: () => void
  /** The engine itself is gone: not the launch's failure. */
  readonly onEngineLost: (reason: Reason) => void
}

interface Running {
  readonly step: Step
  readonly abort: AbortController
  readonly done: Promise<void>
}

export class StepRunner {
  readonly #options: StepRunnerOptions
  readonly #lanes = new Map<string, Running>()

  constructor(options: StepRunnerOptions) {
    this.#options = options
  }

  /** Begins every step whose lane is free. */
  begin(steps: readonly Step[]): void {
    for (const step of steps) if (!this.#lanes.has(laneOf(step))) this.#start(step)
  }

  /** The step under way in a launch's or image's lane. */
  underWay(lane: string): Step | undefined {
    return this.#lanes.get(lane)?.step
  }

  /** Launches with a step on their containers under way; looking at the display is none. */
  busyLaunches(): ReadonlySet<string> {
    const busy = [...this.#lanes].filter(
      ([, { step }]) =>
        step.kind !== 'obtainImage' && step.kind !== 'bindDisplay' && step.kind !== 'recordEnd',
    )
    return new Set(busy.map(([lane]) => lane))
  }

  /** Ends image fetches that no launch wants any more. Steps on containers are short and run to their end. */
  abandonImagesExcept(wantedKeys: ReadonlySet<string>): void {
    for (const [lane, { step, abort }] of this.#lanes) {
      if (step.kind === 'obtainImage' && !wantedKeys.has(lane)) abort.abort(new Error('not wanted any more'))
    }
  }

  async stop(): Promise<void> {
    const running = [...this.#lanes.values()]
    for (const { abort } of running) abort.abort(new Error('the agent stops'))
    await Promise.allSettled(running.map(({ done }) => done))
  }

  #start(step: Step): void {
    const lane = laneOf(step)
    const abort = new AbortController()
    const image = step.kind === 'obtainImage' ? this.#options.memory.images.get(lane) : undefined
    const earlierFailures = image?.kind === 'failed' ? image.failures : 0
    const done = this.#execute(step, abort.signal, earlierFailures).finally(() => {
      this.#lanes.delete(lane)
      this.#options.onEnded()
    })
    this.#lanes.set(lane, { step, abort, done })
  }

  async #execute(step: Step, signal: AbortSignal, earlierFailures: number): Promise<void> {
    const { log, memory } = this.#options
    const fields = { step: step.kind, lane: laneOf(step) }
    const startMs = performance.now()
    try {
      await run(this.#options.executors, step, signal)
      log.debug({ ...fields, durationMs: Math.round(performance.now() - startMs) }, 'step done')
    } catch (error) {
      if (signal.aborted) {
        if (step.kind === 'obtainImage') memory.images.delete(laneOf(step))
        return
      }
      this.#failed(step, error, earlierFailures)
    }
  }

  #failed(step: Step, error: unknown, earlierFailures: number): void {
    const { log, memory, onEngineLost } = this.#options
    const reason = reasonOf(step, error)
    log.warn({ step: step.kind, lane: laneOf(step), reason, err: error }, 'step failed')
    const isEngineGone =
      reason.code === 'AGENT_ENGINE_UNREACHABLE' || reason.code === 'AGENT_ENGINE_PERMISSION'
    if (isEngineGone) onEngineLost(reason)
    // A fault of ours must not hold a launch for ever either.
    const retry = isRetryable(reason.code) || reason.code === 'AGENT_INTERNAL' ? 'retry' : 'lasting'
    if (step.kind === 'obtainImage') {
      if (isEngineGone) memory.images.delete(laneOf(step))
      else memory.imageFailed(laneOf(step), earlierFailures + 1, reason, retry)
    } else if (!isEngineGone) {
      const findings = explainRefusal(reason)
      memory.launchFailed(laneOf(step), findings[0] ?? reason, retry)
      if (step.kind === 'startContainer') memory.startFailed(step.launchId)
      if (findings.length > 0) memory.updateRecord(laneOf(step), { findings })
    }
  }
}

/** What the engine's own words mean, where they are known; best first. */
function explainRefusal({ code, quote }: Reason): Reason[] {
  if (code !== 'AGENT_ENGINE_FAILED' && code !== 'AGENT_ENGINE_TROUBLE') return []
  return diagnose({ engineError: quote }).map(toReason)
}

function reasonOf(step: Step, error: unknown): Reason {
  if (isCodedError(error)) return error.toReason()
  const message = messageOf(error).slice(0, 500)
  return new CodedError('AGENT_INTERNAL', { parameters: { step: step.kind, message } }).toReason()
}

/** Spelt out so that the compiler sees each executor get its own step. */
function run(executors: Executors, step: Step, signal: AbortSignal): Promise<void> {
  switch (step.kind) {
    case 'obtainImage':
      return executors.obtainImage(step, signal)
    case 'bindDisplay':
      return executors.bindDisplay(step, signal)
    case 'provideSecrets':
      return executors.provideSecrets(step, signal)
    case 'createContainer':
      return executors.createContainer(step, signal)
    case 'startContainer':
      return executors.startContainer(step, signal)
    case 'recordEnd':
      return executors.recordEnd(step, signal)
    case 'stopContainers':
      return executors.stopContainers(step, signal)
    case 'removeContainers':
      return executors.removeContainers(step, signal)
    case 'releaseDisplay':
      return executors.releaseDisplay(step, signal)
    case 'withdrawSecrets':
      return executors.withdrawSecrets(step, signal)
    case 'removeGroup':
      return executors.removeGroup(step, signal)
  }
}
