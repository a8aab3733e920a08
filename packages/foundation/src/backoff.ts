// Exponential back-off with full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"):
// spreading a herd beats a short first retry.

export interface BackoffOptions {
  firstMs: number
  maximumMs: number
  /** In [0, 1); injected for repeatable tests. */
  random?: () => number
}

export interface Backoff {
  /** The next delay: uniform between 0 and the attempt's ceiling. */
  nextDelayMs(): number
  /** Start over after a success. */
  reset(): void
  readonly attempts: number
}

export function createBackoff({ firstMs, maximumMs, random = Math.random }: BackoffOptions): Backoff {
  let attempts = 0
  return {
    nextDelayMs() {
      const ceilingMs = Math.min(maximumMs, firstMs * 2 ** Math.min(attempts, 40))
      attempts += 1
      return Math.floor(random() * ceilingMs)
    },
    reset() {
      attempts = 0
    },
    get attempts() {
      return attempts
    },
  }
}
