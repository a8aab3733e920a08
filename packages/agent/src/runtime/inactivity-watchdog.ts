// Aborts what has stood still for too long. It re-arms on progress, so that slow but moving work takes the time it needs.

export interface InactivityWatchdog {
  readonly signal: AbortSignal
  /** Something moved. */
  rearm(): void
  stop(): void
}

/** @param reason what the signal aborts with */
export function createInactivityWatchdog(inactivityMs: number, reason: () => Error): InactivityWatchdog {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(reason()), inactivityMs).unref()
  return {
    signal: controller.signal,
    rearm: () => void timer.refresh(),
    stop: () => clearTimeout(timer),
  }
}
