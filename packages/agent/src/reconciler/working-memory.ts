// What the agent knows at this moment: filled by listings, events and steps, read by the planner as one observed state.
// Holds no rule of its own about what to do next.
import type { Clock } from '@bongsu/foundation'
import type { Reason } from '@bongsu/protocol'
import type { RuntimeContainer, RuntimeEvent } from '../runtime/container-runtime.ts'
import { ContainerCache, type ContainerEnd } from './container-cache.ts'
import {
  type EngineState,
  FRESH_RECORD,
  type ImageState,
  type LaunchRecord,
  type ObservedState,
  type Setback,
  type WantedLaunch,
} from './observed-state.ts'
import { retryDelayMs } from './restart-policy.ts'

export class WorkingMemory {
  engine: EngineState = { kind: 'unknown' }
  readonly images = new Map<string, ImageState>()
  groups: ReadonlySet<string> = new Set()
  readonly boundLaunches = new Set<string>()
  readonly secretLaunches = new Set<string>()
  readonly knownLaunches = new Set<string>()
  /** Had ended before this life of the agent saw them. */
  readonly endedBefore = new Set<string>()
  readonly #containers: ContainerCache
  readonly #records = new Map<string, LaunchRecord>()
  readonly #strayFirstSeenMs = new Map<string, number>()
  readonly #clock: Clock
  /** Launches of the desired state in force, and what each is made from. */
  #wishedAs: ReadonlyMap<string, string> = new Map()
  #hasListed = false

  constructor(clock: Clock) {
    this.#clock = clock
    this.#containers = new ContainerCache((container) => this.#noticed(container))
  }

  /** Everything as of now; shares structure with the memory, so plan at once and keep nothing. */
  observe(): ObservedState {
    return {
      engine: this.engine,
      containers: this.#containers.all(),
      images: this.images,
      records: this.#records,
      groups: this.groups,
      boundLaunches: this.boundLaunches,
      secretLaunches: this.secretLaunches,
      knownLaunches: this.knownLaunches,
      strayFirstSeenMs: this.#strayFirstSeenMs,
      now: this.#clock.now(),
      nowMs: this.#clock.monotonicMs(),
    }
  }

  /** Keeps what changes between this call and the end of the listing. */
  async list(read: () => Promise<RuntimeContainer[]>): Promise<void> {
    this.#containers.beginListing()
    const listed = await read()
    this.#containers.finishListing(listed)
    this.#hasListed = true
  }

  apply(event: RuntimeEvent): void {
    this.#containers.apply(event)
  }

  containersOf(launchId: string): RuntimeContainer[] {
    return this.#containers.all().filter((container) => container.launchId === launchId)
  }

  putContainer(container: RuntimeContainer): void {
    this.#containers.put(container)
  }

  containerStarted(containerId: string): void {
    this.#containers.markStarted(containerId, this.#clock.now())
  }

  containerEnded(containerId: string, end: ContainerEnd): void {
    this.#containers.markEnded(containerId, end)
  }

  containerGone(containerId: string): void {
    this.#containers.remove(containerId)
    this.#strayFirstSeenMs.delete(containerId)
    this.endedBefore.delete(containerId)
  }

  record(launchId: string): LaunchRecord {
    return this.#records.get(launchId) ?? FRESH_RECORD
  }

  updateRecord(launchId: string, change: Partial<LaunchRecord>): void {
    this.#records.set(launchId, { ...this.record(launchId), ...change })
  }

  forget(launchId: string): void {
    this.#records.delete(launchId)
    this.knownLaunches.delete(launchId)
  }

  /** Takes down a failed step; what may pass by itself is tried again after a growing delay. */
  launchFailed(launchId: string, reason: Reason, retry: 'retry' | 'lasting'): void {
    const failures = this.record(launchId).failures + 1
    this.updateRecord(launchId, { failures, setback: this.#setback(reason, retry, failures) })
  }

  /** Beside `launchFailed`: the engine had the container and did not start it. */
  startFailed(launchId: string): void {
    this.updateRecord(launchId, { failedStarts: this.record(launchId).failedStarts + 1 })
  }

  imageFailed(imageId: string, failures: number, reason: Reason, retry: 'retry' | 'lasting'): void {
    this.images.set(imageId, { kind: 'failed', failures, setback: this.#setback(reason, retry, failures) })
  }

  /**
   * A new generation is a new chance for every step that had failed for good. A program that ended too often gets one
   * only where its own wish is another one: what is wished of others says nothing about it.
   */
  wishesChanged(wanted: readonly WantedLaunch[]): void {
    const wishedAs = new Map(wanted.map(({ launch, specHash }) => [launch.launchId, specHash]))
    for (const [launchId, record] of this.#records) {
      const isAnother = this.#wishedAs.get(launchId) !== wishedAs.get(launchId)
      this.#records.set(launchId, {
        ...record,
        setback: undefined,
        failures: 0,
        ...(isAnother && { pause: undefined, endsMs: [], failedStarts: 0 }),
      })
    }
    this.#wishedAs = wishedAs
    for (const [imageId, state] of this.images) if (state.kind === 'failed') this.images.delete(imageId)
  }

  /** The display came, went or is another one: what was resolved from it holds no longer. */
  displayChanged(): void {
    for (const [launchId, record] of this.#records) {
      const setback = record.setback?.cause === 'display' ? undefined : record.setback
      this.#records.set(launchId, { ...record, access: undefined, setback })
    }
  }

  #setback(reason: Reason, retry: 'retry' | 'lasting', failures: number): Setback {
    return retry === 'lasting'
      ? { reason }
      : { reason, retryAtMs: this.#clock.monotonicMs() + retryDelayMs(failures) }
  }

  #noticed({ containerId, launchId, state }: RuntimeContainer): void {
    if (!this.knownLaunches.has(launchId) && !this.#strayFirstSeenMs.has(containerId)) {
      this.#strayFirstSeenMs.set(containerId, this.#clock.monotonicMs())
    }
    if (state === 'created') return
    this.updateRecord(launchId, { hasStarted: true, ...(state === 'exited' && { access: undefined }) })
    if (state === 'exited' && !this.#hasListed) this.endedBefore.add(containerId)
  }
}
