// Our containers as last known, from listings, events and our own steps, so that planning asks the engine nothing.
// A container only goes forward (created, running, exited, gone): whichever source comes late changes nothing.
import type { ContainerState, RuntimeContainer, RuntimeEvent } from '../runtime/container-runtime.ts'

export interface ContainerEnd {
  readonly endedAt: Date
  readonly exitCode?: number | undefined
}

const RANK: Readonly<Record<ContainerState, number>> = { created: 0, running: 1, exited: 2 }

export class ContainerCache {
  readonly #containers = new Map<string, RuntimeContainer>()
  /** Changed while a listing was under way, which may not show it yet. */
  #touched: Set<string> | undefined
  readonly #onChange: (container: RuntimeContainer) => void

  /** @param onChange told of every container that is new or went forward */
  constructor(onChange: (container: RuntimeContainer) => void) {
    this.#onChange = onChange
  }

  all(): RuntimeContainer[] {
    return [...this.#containers.values()]
  }

  get(containerId: string): RuntimeContainer | undefined {
    return this.#containers.get(containerId)
  }

  /** Call before asking for the list. One listing at a time. */
  beginListing(): void {
    this.#touched = new Set()
  }

  finishListing(listed: readonly RuntimeContainer[]): void {
    const touched = this.#touched ?? new Set()
    this.#touched = undefined
    const listedIds = new Set(listed.map(({ containerId }) => containerId))
    for (const containerId of this.#containers.keys()) {
      if (!listedIds.has(containerId) && !touched.has(containerId)) this.#containers.delete(containerId)
    }
    for (const container of listed) if (!touched.has(container.containerId)) this.#advance(container)
  }

  put(container: RuntimeContainer): void {
    this.#touched?.add(container.containerId)
    this.#advance(container)
  }

  markStarted(containerId: string, startedAt: Date): void {
    const known = this.#containers.get(containerId)
    if (known?.state === 'created') this.put({ ...known, state: 'running', startedAt })
  }

  markEnded(containerId: string, end: ContainerEnd): void {
    const known = this.#containers.get(containerId)
    // The exit code may come after our own stop has noted the end.
    if (known && (known.state !== 'exited' || known.exitCode === undefined)) {
      this.put({ ...known, state: 'exited', ...end })
    }
  }

  remove(containerId: string): void {
    this.#touched?.add(containerId)
    this.#containers.delete(containerId)
  }

  apply(event: RuntimeEvent): void {
    const { kind, containerId, at } = event
    if (kind === 'started') this.markStarted(containerId, at)
    else if (kind === 'ended') this.markEnded(containerId, { endedAt: at, exitCode: event.exitCode })
    else this.remove(containerId)
  }

  #advance(container: RuntimeContainer): void {
    const known = this.#containers.get(container.containerId)
    if (known && RANK[known.state] > RANK[container.state]) return
    this.#containers.set(container.containerId, { ...known, ...container })
    if (known?.state !== container.state) this.#onChange(container)
  }
}
