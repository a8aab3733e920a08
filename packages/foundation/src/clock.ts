// Time as an injected dependency: wall clock for showing, monotonic clock for measuring, delays that can be aborted.
// Ordering never uses the wall clock: it jumps on machines without a battery.
import { setTimeout as delay } from 'node:timers/promises'

export interface Clock {
  /** Wall-clock time. */
  now(): Date
  /** Milliseconds since an arbitrary point; never jumps. */
  monotonicMs(): number
  /** Resolves after the time has passed; rejects with the signal's reason when aborted. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>
  /** Calls back every `intervalMs` until stopped; never keeps the process alive. */
  every(intervalMs: number, call: () => void): { stop(): void }
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep: async (durationMs, signal) => {
    await delay(durationMs, undefined, signal ? { signal } : {})
  },
  every: (intervalMs, call) => {
    const timer = setInterval(call, intervalMs).unref()
    return { stop: () => clearInterval(timer) }
  },
}
