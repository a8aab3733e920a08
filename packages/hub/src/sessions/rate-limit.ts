// A token bucket for one socket: a device that floods is cut off before it costs the others anything.

export interface RateLimit {
  /** False when there were too many lately. */
  admit(): boolean
}

export function createRateLimit(options: {
  readonly perSecond: number
  readonly burst: number
  /** Milliseconds, never jumping. */
  readonly nowMs: () => number
}): RateLimit {
  let tokens = options.burst
  let lastMs = options.nowMs()
  return {
    admit() {
      const nowMs = options.nowMs()
      tokens = Math.min(options.burst, tokens + ((nowMs - lastMs) / 1000) * options.perSecond)
      lastMs = nowMs
      if (tokens < 1) return false
      tokens -= 1
      return true
    },
  }
}
