// Waits for a condition with a deadline and a message that says what was waited for.
import { setTimeout as delay } from 'node:timers/promises'

export interface WaitOptions {
  /** Ends the error message: "… was not so after 5 s: {what}". */
  readonly what: string
  readonly timeoutMs: number
  readonly intervalMs?: number
  readonly signal?: AbortSignal
}

/** The deadline passed. */
export class WaitTimedOut extends Error {
  override readonly name = 'WaitTimedOut'
}

/**
 * Polls until `condition` gives something else than undefined or false, and gives that back.
 * What it throws ends the wait. Throws {@link WaitTimedOut} at the deadline.
 */
export async function waitUntil<T>(
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  { what, timeoutMs, intervalMs = 25, signal }: WaitOptions,
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    signal?.throwIfAborted()
    const value = await condition()
    if (value !== undefined && value !== false) return value
    if (performance.now() >= deadline) throw new WaitTimedOut(`not so after ${timeoutMs / 1000} s: ${what}`)
    await delay(intervalMs, undefined, signal ? { signal } : {})
  }
}
