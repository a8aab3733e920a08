// One alarm, set anew at will, on an injected clock.
import type { Clock } from '@bongsu/foundation'

export class Timer {
  readonly #clock: Clock
  readonly #onDue: () => void
  #dueMs: number | undefined
  #abort: AbortController | undefined

  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock
    this.#onDue = onDue
  }

  /**
   * Replaces the alarm.
   * @param dueMs on the monotonic clock; undefined for none
   */
  set(dueMs: number | undefined, nowMs: number): void {
    if (dueMs === this.#dueMs) return
    this.clear()
    if (dueMs === undefined) return
    this.#dueMs = dueMs
    const abort = new AbortController()
    this.#abort = abort
    this.#clock.sleep(Math.max(0, Math.ceil(dueMs - nowMs)), abort.signal).then(
      () => {
        if (this.#abort !== abort) return
        this.#dueMs = undefined
        this.#onDue()
      },
      // Only an abort ends a sleep early.
      () => undefined,
    )
  }

  clear(): void {
    this.#abort?.abort()
    this.#abort = undefined
    this.#dueMs = undefined
  }
}
