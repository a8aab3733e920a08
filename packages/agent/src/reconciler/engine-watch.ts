// Keeps the memory of containers true: subscribes to the engine's events, lists after every subscription, lists again
// now and then, and starts over when the engine goes away.
import {
  type Backoff,
  type Clock,
  createBackoff,
  isCodedError,
  type Logger,
  messageOf,
} from '@bongsu/foundation'
import type { Reason } from '@bongsu/protocol'
import type { ContainerRuntime } from '../runtime/container-runtime.ts'
import type { WorkingMemory } from './working-memory.ts'

export interface EngineWatchOptions {
  readonly runtime: ContainerRuntime
  readonly memory: WorkingMemory
  readonly clock: Clock
  readonly log: Logger
  readonly onChange: () => void
  /** Between two listings without cause. Default 60 000. */
  readonly relistMs?: number | undefined
}

export interface EngineWatch {
  /** Runs until the signal aborts; never rejects. */
  run(signal: AbortSignal): Promise<void>
  /** Lists all containers now; several callers share one listing that begins after they called. */
  relist(): Promise<void>
  /** A call found the engine gone: subscribe and list anew. */
  lost(reason: Reason): void
}

export function createEngineWatch(options: EngineWatchOptions): EngineWatch {
  return new Watch(options)
}

class Watch implements EngineWatch {
  readonly #options: EngineWatchOptions
  readonly #backoff: Backoff = createBackoff({ firstMs: 500, maximumMs: 10_000 })
  #connection: AbortController | undefined
  #listing: Promise<void> | undefined
  #nextListing: Promise<void> | undefined

  constructor(options: EngineWatchOptions) {
    this.#options = options
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    while (!signal.aborted) {
      await this.#connect(signal)
      if (signal.aborted) return
      await clock.sleep(this.#backoff.nextDelayMs(), signal).catch(() => undefined)
    }
  }

  relist(): Promise<void> {
    if (!this.#listing) {
      this.#listing = this.#list().finally(() => {
        this.#listing = undefined
      })
      return this.#listing
    }
    // The one under way may have been answered before what the caller has seen.
    this.#nextListing ??= this.#listing
      .catch(() => undefined)
      .then(() => {
        this.#nextListing = undefined
        return this.relist()
      })
    return this.#nextListing
  }

  lost(reason: Reason): void {
    const { memory, log, onChange } = this.#options
    if (memory.engine.kind !== 'unreachable') log.warn({ reason }, 'engine lost')
    memory.engine = { kind: 'unreachable', reason }
    this.#connection?.abort()
    onChange()
  }

  /** One subscription, from the first question to its end. */
  async #connect(signal: AbortSignal): Promise<void> {
    const { runtime, memory, onChange } = this.#options
    const connection = new AbortController()
    this.#connection = connection
    const ending = AbortSignal.any([signal, connection.signal])
    try {
      const info = await runtime.info(ending)
      const handlers = {
        onSubscribed: () => void this.#keepListing(info, connection, ending),
        onEvent: (event: Parameters<WorkingMemory['apply']>[0]) => {
          memory.apply(event)
          onChange()
        },
      }
      await runtime.watchEvents(handlers, ending)
      if (!ending.aborted) this.lost({ code: 'AGENT_ENGINE_UNREACHABLE', quote: 'the event stream ended' })
    } catch (error) {
      if (!ending.aborted) this.lost(reasonOf(error))
    } finally {
      connection.abort()
    }
  }

  async #keepListing(
    info: { readonly version: string; readonly architecture: string },
    connection: AbortController,
    ending: AbortSignal,
  ): Promise<void> {
    const { memory, clock, log, onChange, relistMs = 60_000 } = this.#options
    try {
      await this.relist()
      if (ending.aborted) return
      const { version, architecture } = info
      memory.engine = { kind: 'ready', version, architecture }
      this.#backoff.reset()
      log.info({ version, containers: memory.observe().containers.length }, 'engine ready')
      onChange()
      for (;;) {
        await clock.sleep(relistMs, ending)
        await this.relist()
        onChange()
      }
    } catch (error) {
      if (!ending.aborted) this.lost(reasonOf(error))
      connection.abort()
    }
  }

  async #list(): Promise<void> {
    const { runtime, memory } = this.#options
    const [, groups] = await Promise.all([memory.list(() => runtime.listContainers()), runtime.listGroups()])
    // One that is made at this moment may be missing: the next listing has it, and only its removal needs that.
    memory.groups = new Set(groups)
  }
}

const reasonOf = (error: unknown): Reason =>
  isCodedError(error)
    ? error.toReason()
    : { code: 'AGENT_ENGINE_TROUBLE', parameters: { message: messageOf(error).slice(0, 500) } }
