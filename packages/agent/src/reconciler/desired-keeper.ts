// Holds the desired state in force and its copy on disk: takes a new one at once, answers when it is durable,
// and goes back to what is on disk when it cannot be written.
import { type Logger, messageOf } from '@bongsu/foundation'
import type { DesiredState, DesiredStateAck } from '@bongsu/protocol'
import { withCameras } from '../cameras/with-cameras.ts'
import { decideAcceptance } from '../desired-state/accept.ts'
import { createDesiredStateStore, type DesiredStateStore } from '../desired-state/desired-state-store.ts'
import { lacksValues } from '../desired-state/value-seal.ts'
import type { Wanted } from './observed-state.ts'
import { specHashOf } from './spec-hash.ts'

export type Acceptance = Omit<DesiredStateAck, 'type'>

export interface DesiredKeeperOptions {
  readonly stateDir: string
  readonly log: Logger
  /** Another desired state is in force, or it became durable. */
  readonly onChange: (change: 'content' | 'durability') => void
}

export class DesiredKeeper {
  readonly #store: DesiredStateStore
  readonly #options: DesiredKeeperOptions
  #durable: DesiredState | undefined
  #inForce: { readonly state: DesiredState; readonly wanted: Wanted } | undefined
  #writing: Promise<unknown> = Promise.resolve()

  constructor(options: DesiredKeeperOptions) {
    this.#options = options
    this.#store = createDesiredStateStore(options.stateDir)
  }

  /** @returns ids of all launches that either copy on disk knows */
  async load(): Promise<string[]> {
    const { log } = this.#options
    const { latest, previous, damage } = await this.#store.load()
    for (const problem of damage) log.warn({ problem }, 'stored desired state damaged')
    this.#durable = latest
    if (latest) this.#inForce = { state: latest, wanted: toWanted(latest, 'durable') }
    log.info(
      { generation: latest?.generation ?? 0, launches: latest?.launches.length ?? 0 },
      'desired state loaded',
    )
    return [latest, previous].flatMap((state) => state?.launches.map(({ launchId }) => launchId) ?? [])
  }

  /** What to converge to; undefined on a device that never got one. */
  wanted(): Wanted | undefined {
    return this.#inForce?.wanted
  }

  /** Of what is on disk; 0 for nothing, and where values of secrets are lost, so that the hub sends them anew. */
  acceptedGeneration(): number {
    return this.#durable && !lacksValues(this.#durable) ? this.#durable.generation : 0
  }

  /** Answers when the state, or a newer one, is on disk; `onChange` has told of it long before. */
  async accept(incoming: DesiredState): Promise<Acceptance> {
    const decision = decideAcceptance(this.#inForce?.state, incoming)
    const { generation } = incoming
    if (decision.outcome !== 'accepted')
      return { generation, ...this.#answer(decision.outcome), reason: decision.reason }
    if (decision.change === 'new') {
      this.#inForce = { state: incoming, wanted: toWanted(incoming, 'being_written') }
      this.#options.onChange('content')
      this.#writing = this.#writing.then(() => this.#write(incoming))
    }
    await this.#written()
    if (this.acceptedGeneration() >= generation) return { generation, ...this.#answer('accepted') }
    return { generation, ...this.#answer('refused'), reason: this.#writeProblem }
  }

  /** Also what was queued meanwhile: a state that was overtaken is on disk when its successor is. */
  async #written(): Promise<void> {
    let awaited: Promise<unknown> | undefined
    while (awaited !== this.#writing) {
      awaited = this.#writing
      await awaited
    }
  }

  #writeProblem = { code: 'AGENT_STATE_NOT_WRITABLE', parameters: { message: '' } }

  #answer<Outcome extends Acceptance['outcome']>(outcome: Outcome) {
    return { outcome, acceptedGeneration: this.acceptedGeneration() }
  }

  /** Never rejects: later writes come after it. */
  async #write(state: DesiredState): Promise<void> {
    const { log, onChange } = this.#options
    // Overtaken while it waited: only the newest has to be on disk, and whoever asked is answered by its generation.
    if (this.#inForce?.state !== state) return
    try {
      await this.#store.save(state)
      this.#durable = state
      if (this.#inForce?.state !== state) return
      this.#inForce = { state, wanted: { ...this.#inForce.wanted, durability: 'durable' } }
      log.info({ generation: state.generation, launches: state.launches.length }, 'desired state accepted')
      onChange('durability')
    } catch (error) {
      const message = messageOf(error).slice(0, 500)
      this.#writeProblem = { code: 'AGENT_STATE_NOT_WRITABLE', parameters: { message } }
      log.error({ generation: state.generation, err: error }, 'desired state not written')
      if (this.#inForce?.state !== state) return
      this.#inForce = this.#durable && { state: this.#durable, wanted: toWanted(this.#durable, 'durable') }
      onChange('content')
    }
  }
}

function toWanted({ generation, launches }: DesiredState, durability: Wanted['durability']): Wanted {
  return {
    generation,
    durability,
    launches: launches.map((launch) => ({ launch: withCameras(launch), specHash: specHashOf(launch) })),
  }
}
