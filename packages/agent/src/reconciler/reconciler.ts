// The loop that keeps the device at its desired state: observe, plan, begin the steps that are ready, observe again.
// A turn is synchronous and costs no call to the engine, so turns exclude each other and may be as many as there is news.
import type { Clock, Logger, Part } from '@bongsu/foundation'
import { isCodedError, messageOf } from '@bongsu/foundation'
import type { DesiredLaunch, DesiredState, LaunchStatus, Reason } from '@bongsu/protocol'
import type { CameraWatch } from '../cameras/camera-watch.ts'
import type { ContainerRuntime } from '../runtime/container-runtime.ts'
import type { LaunchSecretStore } from '../secrets/launch-secret-store.ts'
import { type Acceptance, DesiredKeeper } from './desired-keeper.ts'
import { createEngineWatch, type EngineWatch } from './engine-watch.ts'
import { createExecutors } from './execute-step.ts'
import { createImageIntake } from './image-intake.ts'
import type { EngineState, ObservedState, Wanted } from './observed-state.ts'
import { PictureWatch } from './picture-watch.ts'
import { type Plan, plan } from './plan.ts'
import type { DisplayPort, ImageSource, PictureCheckPort, PreflightPort, StatusSink } from './ports.ts'
import { StatusBoard } from './status-board.ts'
import { deriveStatuses, watchedRuns } from './status-derivation.ts'
import { StepRunner } from './step-runner.ts'
import { imageKeyOf, laneOf, laneOfGroup } from './steps.ts'
import { Timer } from './timer.ts'
import { WorkingMemory } from './working-memory.ts'

export type { Acceptance, EngineState }

export interface ReconcilerOptions {
  /** Called once, after `start`: the engine's client is loaded then, so that registration comes first. */
  readonly loadRuntime: () => Promise<ContainerRuntime>
  readonly images: ImageSource
  readonly display: DisplayPort
  readonly pictures: PictureCheckPort
  /** Without it launches are neither warned of nor refused before they are tried. */
  readonly preflight?: PreflightPort | undefined
  /** Without it launches that ask for secrets wait. */
  readonly secrets?: LaunchSecretStore | undefined
  /** Without it no network camera is asked before a launch. */
  readonly cameras?: CameraWatch | undefined
  readonly status: StatusSink
  /** The agent's durable folder; the desired state and half-fetched images lie in it. */
  readonly stateDir: string
  readonly clock: Clock
  readonly log: Logger
  /** How long containers of unknown launches are left alone. Default 60 000. */
  readonly strayGraceMs?: number | undefined
  /** Between two listings of containers without cause. Default 60 000. */
  readonly relistMs?: number | undefined
}

export interface Reconciler extends Part {
  /** Reads the desired state from disk and begins to converge; does not wait for engine, display or hub. */
  start(): Promise<void>
  /** Stops converging. Containers keep running. */
  stop(): Promise<void>
  /** Takes a desired state from the hub: in force at once, answered when it is durable. Call after `start`. */
  accept(desired: DesiredState): Promise<Acceptance>
  /** Generation of the desired state on disk, 0 for none; valid after `start`. */
  acceptedGeneration(): number
  /** The launches of the desired state in force. */
  wantedLaunches(): readonly DesiredLaunch[]
  /** What was last published, for a new session. */
  statuses(): { readonly generation: number; readonly launches: readonly LaunchStatus[] }
  /** Whether the engine answers, and if not why. */
  engineState(): EngineState
}

/** Does nothing until started. */
export const createReconciler = (options: ReconcilerOptions): Reconciler => new LoopReconciler(options)

/** What exists once the runtime is loaded. */
interface Machinery {
  readonly runner: StepRunner
  readonly engine: EngineWatch
}

class LoopReconciler implements Reconciler {
  readonly name = 'reconciler'
  readonly #options: ReconcilerOptions
  readonly #memory: WorkingMemory
  readonly #keeper: DesiredKeeper
  readonly #pictures: PictureWatch
  readonly #board = new StatusBoard()
  readonly #timer: Timer
  readonly #stopping = new AbortController()
  #starting: Promise<void> | undefined
  #running: Promise<void> | undefined
  #machinery: Machinery | undefined
  #displayWatch: { stop(): void } | undefined
  #preflightWatch: { stop(): void } | undefined
  #cameraWatch: { stop(): void } | undefined
  #isTurnDue = false
  #lastPlan = ''

  constructor(options: ReconcilerOptions) {
    const { clock, log, stateDir, pictures } = options
    const wake = () => this.#wake()
    this.#options = options
    this.#memory = new WorkingMemory(clock)
    this.#timer = new Timer(clock, wake)
    this.#pictures = new PictureWatch({ pictures, clock, onChange: wake })
    this.#keeper = new DesiredKeeper({
      stateDir,
      log,
      onChange: (change) => {
        if (change === 'content') this.#contentChanged()
        this.#turn()
      },
    })
  }

  start(): Promise<void> {
    this.#starting ??= this.#start()
    return this.#starting
  }

  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return
    this.#stopping.abort(new Error('the agent stops'))
    this.#displayWatch?.stop()
    this.#preflightWatch?.stop()
    this.#cameraWatch?.stop()
    this.#options.cameras?.stop()
    this.#timer.clear()
    this.#pictures.follow([])
    await this.#starting?.catch(() => undefined)
    await Promise.allSettled([this.#machinery?.runner.stop(), this.#running])
  }

  async accept(desired: DesiredState): Promise<Acceptance> {
    await this.start()
    return this.#keeper.accept(desired)
  }

  acceptedGeneration(): number {
    return this.#keeper.acceptedGeneration()
  }

  wantedLaunches(): readonly DesiredLaunch[] {
    return this.#keeper.wanted()?.launches.map(({ launch }) => launch) ?? []
  }

  statuses() {
    return { generation: this.#keeper.wanted()?.generation ?? 0, launches: this.#board.all() }
  }

  engineState(): EngineState {
    return this.#memory.engine
  }

  async #start(): Promise<void> {
    const known = await this.#keeper.load()
    for (const launchId of known) this.#memory.knownLaunches.add(launchId)
    this.#memory.wishesChanged(this.#keeper.wanted()?.launches ?? [])
    if (this.#stopping.signal.aborted) return
    this.#running = this.#run().catch((error: unknown) => {
      if (this.#stopping.signal.aborted) return
      // Without an engine's client or a policy nothing can run; launches say so, and the agent stays up.
      this.#options.log.error({ err: error }, 'reconciler could not begin')
      this.#memory.engine = { kind: 'unreachable', reason: reasonOf(error) }
      this.#turn()
    })
    this.#wake()
  }

  async #run(): Promise<void> {
    const { display, preflight, secrets, cameras, loadRuntime, log, clock, images, relistMs } = this.#options
    const { signal } = this.#stopping
    const memory = this.#memory
    const runtime = await loadRuntime()
    const intake = createImageIntake({ runtime, source: images })
    const bound = await display.boundLaunches()
    for (const launchId of bound) memory.boundLaunches.add(launchId)
    for (const launchId of (await secrets?.list()) ?? []) memory.secretLaunches.add(launchId)
    if (signal.aborted) return
    const wake = () => this.#wake()
    const engine = createEngineWatch({ runtime, memory, clock, log, onChange: wake, relistMs })
    const relist = () => engine.relist()
    const world = {
      runtime,
      intake,
      display,
      preflight,
      secrets,
      cameras,
      memory,
      clock,
      relist,
      changed: wake,
    }
    const executors = createExecutors(world)
    const runner = new StepRunner({
      executors,
      memory,
      log,
      onEnded: () => this.#turn(),
      onEngineLost: (reason) => engine.lost(reason),
    })
    this.#machinery = { runner, engine }
    this.#preflightWatch = preflight?.watch(wake)
    this.#cameraWatch = cameras?.watch(wake)
    this.#displayWatch = display.watch(() => {
      memory.displayChanged()
      wake()
    })
    wake()
    await engine.run(signal)
  }

  #contentChanged(): void {
    const wanted = this.#keeper.wanted()?.launches ?? []
    for (const { launch } of wanted) this.#memory.knownLaunches.add(launch.launchId)
    this.#memory.wishesChanged(wanted)
  }

  /** Soon, and once for all news until then. */
  #wake(): void {
    if (this.#isTurnDue) return
    this.#isTurnDue = true
    queueMicrotask(() => this.#turn())
  }

  #turn(): void {
    this.#isTurnDue = false
    if (this.#stopping.signal.aborted) return
    const { strayGraceMs = 60_000 } = this.#options
    const observed = this.#memory.observe()
    const wanted = this.#keeper.wanted()
    const busyLaunches = this.#machinery?.runner.busyLaunches() ?? new Set<string>()
    const next = plan(observed, wanted, { strayGraceMs, busyLaunches })
    this.#logPlan(next, wanted)
    const runner = this.#machinery?.runner
    runner?.abandonImagesExcept(new Set(wanted?.launches.map(({ launch }) => imageKeyOf(launch))))
    runner?.begin(next.steps)
    this.#timer.set(earliest(next), observed.nowMs)
    this.#show(observed, wanted, next)
    this.#forgetGone(observed, wanted)
  }

  #show(observed: ObservedState, wanted: Wanted | undefined, next: Plan): void {
    const runner = this.#machinery?.runner
    this.#pictures.follow(watchedRuns(observed, wanted))
    this.#options.preflight?.follow(this.wantedLaunches(), (launchId) => isUp(observed, launchId))
    this.#options.cameras?.follow(this.wantedLaunches())
    const { preflight, cameras } = this.#options
    const derived = deriveStatuses({
      observed,
      wanted,
      waits: next.waits,
      underWay: (lane) => runner?.underWay(lane)?.kind,
      pictureOf: (containerId) => this.#pictures.pictureOf(containerId),
      warningsOf: (launchId) => [
        ...(preflight?.warningsOf(launchId) ?? []),
        ...(cameras?.warningsOf(launchId) ?? []),
      ],
    })
    if (!this.#board.update(derived, observed.now)) return
    this.#options.status.publish(this.#board.all(), wanted?.generation ?? 0)
  }

  /** Launches that are neither wanted nor there need not be remembered. */
  #forgetGone(
    { engine, records, containers, boundLaunches, secretLaunches, groups }: ObservedState,
    wanted: Wanted | undefined,
  ): void {
    if (engine.kind !== 'ready') return
    const needed = new Set([
      ...containers.map(({ launchId }) => launchId),
      ...(wanted?.launches.map(({ launch }) => launch.launchId) ?? []),
      ...boundLaunches,
      ...secretLaunches,
      ...[...groups].map(laneOfGroup),
    ])
    const runner = this.#machinery?.runner
    for (const launchId of [...records.keys(), ...this.#memory.knownLaunches]) {
      if (!needed.has(launchId) && !runner?.underWay(launchId)) this.#memory.forget(launchId)
    }
  }

  /** One line per plan that differs from the one before. */
  #logPlan({ steps, waits }: Plan, wanted: Wanted | undefined): void {
    const summary = {
      generation: wanted?.generation ?? 0,
      steps: steps.map((step) => `${step.kind} ${this.#laneName(step)}`),
      waits: waits.map(({ launchId, reason }) => `${launchId} ${reason?.code ?? ''}`.trim()),
    }
    const text = JSON.stringify(summary)
    if (text === this.#lastPlan) return
    this.#lastPlan = text
    this.#options.log.debug(summary, 'plan')
  }

  #laneName(step: Plan['steps'][number]): string {
    if (step.kind === 'obtainImage') return step.launch.image.imageId.slice(7, 19)
    return laneOf(step)
  }
}

function reasonOf(error: unknown): Reason {
  if (isCodedError(error)) return error.toReason()
  const parameters = { step: 'loadRuntime', message: messageOf(error).slice(0, 500) }
  return { code: 'AGENT_INTERNAL', parameters }
}

const isUp = ({ containers }: ObservedState, launchId: string): boolean =>
  containers.some((container) => container.launchId === launchId && container.state === 'running')

/** When the plan wants to be made again without news, on the monotonic clock. */
function earliest({ waits }: Plan): number | undefined {
  const due = waits.flatMap(({ untilMs }) => (untilMs === undefined ? [] : [untilMs]))
  return due.length === 0 ? undefined : Math.min(...due)
}
