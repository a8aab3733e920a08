// Waits for what a test expects, instead of sleeping. The error names what was expected and what was last seen.
import { setTimeout as delay } from 'node:timers/promises'
import { inspect } from 'node:util'

export interface WaitForOptions<T> {
  /** What is waited for, to be read in the error. */
  readonly what: string
  /** Generous by default: it only ends tests that fail anyway. */
  readonly timeoutMs?: number
  readonly intervalMs?: number
  /** Whether this is the value waited for; without it any value but undefined, null and false is. */
  readonly until?: (value: T) => boolean
}

/** Polls `probe` until its value is wanted, and gives that back. A throw counts as "not yet" and is told at the deadline. */
export async function waitFor<T>(
  probe: () => Promise<T> | T,
  { what, timeoutMs = 30_000, intervalMs = 25, until }: WaitForOptions<NonNullable<T>>,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs
  let last: unknown
  for (;;) {
    try {
      const value = await probe()
      last = value
      if (value !== undefined && value !== null && value !== false && (until?.(value) ?? true)) return value
    } catch (error) {
      last = error
    }
    if (performance.now() >= deadline) {
      throw new Error(
        `after ${timeoutMs / 1000} s still not so: ${what}; last seen: ${inspect(last, { depth: 5 })}`,
        {
          cause: last,
        },
      )
    }
    await delay(intervalMs)
  }
}
