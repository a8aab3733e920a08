// A clock that stands still until told to move: for tests of anything that waits.
import type { Clock } from './clock.ts'

interface Waiter {
  dueMs: number
  wake: () => void
}

/** Moves only by `advance`; wall and monotonic time move together unless `jump` shifts the wall alone. */
export class ManualClock implements Clock {
  #elapsedMs = 0
  #wallMs: number
  #waiters: Waiter[] = []

  constructor(start: Date = new Date('2026-01-01T00:00:00Z')) {
    this.#wallMs = start.getTime()
  }

  now(): Date {
    return new Date(this.#wallMs)
  }

  monotonicMs(): number {
    return this.#elapsedMs
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const waiter: Waiter = { dueMs: this.#elapsedMs + durationMs, wake: resolve }
      this.#waiters.push(waiter)
      signal?.addEventListener('abort', () => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter)
        reject(signal.reason)
      })
    })
  }

  every(intervalMs: number, call: () => void): { stop(): void } {
    let waiter: Waiter
    const arm = () => {
      waiter = {
        dueMs: this.#elapsedMs + intervalMs,
        wake: () => {
          arm()
          call()
        },
      }
      this.#waiters.push(waiter)
    }
    arm()
    return {
      stop: () => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter)
      },
    }
  }

  /** Sleepers and intervals now armed. */
  get waiting(): number {
    return this.#waiters.length
  }

  /** Moves both clocks and wakes what falls due, in order; lets promise callbacks run in between. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.#elapsedMs + durationMs
    for (;;) {
      const next = this.#waiters
        .filter((waiter) => waiter.dueMs <= endMs)
        .sort((a, b) => a.dueMs - b.dueMs)[0]
      if (!next) break
      this.#waiters = this.#waiters.filter((waiter) => waiter !== next)
      this.#wallMs += next.dueMs - this.#elapsedMs
      this.#elapsedMs = next.dueMs
      next.wake()
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    this.#wallMs += endMs - this.#elapsedMs
    this.#elapsedMs = endMs
    await new Promise<void>((resolve) => setImmediate(resolve))
  }

  /** Shifts the wall clock alone, as a late time synchronisation does. */
  jump(byMs: number): void {
    this.#wallMs += byMs
  }
}
