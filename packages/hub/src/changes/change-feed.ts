// Tells everybody who listens that something changed, so that they read it again. In memory: a feed that was away
// asks for what it missed by the last number it saw, and is told to read everything when that is too long ago.
import { randomUUID } from 'node:crypto'
import type { Clock } from '@bongsu/foundation'
import type { Change } from '@bongsu/protocol'

export interface NumberedChange {
  /** `<process>-<number>`: numbers of another process mean nothing here. */
  readonly id: string
  readonly change: Change
}

export type ChangeListener = (numbered: NumberedChange) => void

const REMEMBERED = 1_000

export class ChangeFeed {
  readonly #clock: Clock
  readonly #process = randomUUID().slice(0, 8)
  readonly #listeners = new Set<ChangeListener>()
  readonly #recent: NumberedChange[] = []
  #count = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get followers(): number {
    return this.#listeners.size
  }

  publish(resource: Change['resource'], id: string): void {
    this.#count += 1
    const change = { resource, id, at: this.#clock.now().toISOString() }
    const numbered = { id: `${this.#process}-${this.#count}`, change }
    this.#recent.push(numbered)
    if (this.#recent.length > REMEMBERED) this.#recent.shift()
    for (const listener of this.#listeners) listener(numbered)
  }

  /** What came after that id; nothing when it is unknown, because whoever comes back reads everything anyway. */
  since(lastId: string | undefined): readonly NumberedChange[] {
    const index = lastId === undefined ? -1 : this.#recent.findIndex(({ id }) => id === lastId)
    return index < 0 ? [] : this.#recent.slice(index + 1)
  }

  /** @returns ends the listening */
  listen(listener: ChangeListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
