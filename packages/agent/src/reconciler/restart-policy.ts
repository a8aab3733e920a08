// When a program that ended by itself is started again. Pure. The engine's own policy is off: it would reset its
// back-off after ten seconds, so that a program which dies every eleven would never slow down.

const FIRST_MS = 1000
const MAXIMUM_MS = 5 * 60_000
export const CRASH_WINDOW_MS = 10 * 60_000
/** More ends than this within the window are a crash loop. */
export const CRASH_LIMIT = 5

/** Doubling from one second to five minutes. @param attempt 1 for the first */
export const retryDelayMs = (attempt: number): number =>
  Math.min(MAXIMUM_MS, FIRST_MS * 2 ** Math.min(Math.max(attempt - 1, 0), 30))

export type AfterEnd =
  | { readonly kind: 'restart'; readonly atMs: number; readonly endsMs: readonly number[] }
  | { readonly kind: 'crash_loop'; readonly count: number; readonly endsMs: readonly number[] }

/**
 * `lost_display`: its X server is gone or another one, which is not its fault and does not count; whether it may start
 * is the display's to say, so nothing is waited for here.
 * `lost_connection`: it says that its X connection broke, but the server is still the same, as after a log-out that
 * only resets it: does not count either, unless it happens too often.
 * `rerun`: a diagnosis wants one more run with another setting, at once.
 * `before_agent`: it had ended when the agent came up, as after a reboot; the first attempt is made at once.
 */
export type EndCause = 'by_itself' | 'lost_display' | 'lost_connection' | 'rerun' | 'before_agent'

/** Those within the window. */
export const recentOf = (timesMs: readonly number[], nowMs: number): number[] =>
  timesMs.filter((timeMs) => nowMs - timeMs < CRASH_WINDOW_MS)

export function afterEnd(earlierEndsMs: readonly number[], cause: EndCause, nowMs: number): AfterEnd {
  const recent = recentOf(earlierEndsMs, nowMs)
  if (cause === 'lost_display' || cause === 'rerun') return { kind: 'restart', atMs: nowMs, endsMs: recent }
  if (cause === 'lost_connection') return { kind: 'restart', atMs: nowMs + FIRST_MS, endsMs: recent }
  const endsMs = [...recent, nowMs]
  if (endsMs.length > CRASH_LIMIT) return { kind: 'crash_loop', count: endsMs.length, endsMs }
  const delayMs = cause === 'before_agent' ? 0 : retryDelayMs(endsMs.length)
  return { kind: 'restart', atMs: nowMs + delayMs, endsMs }
}

/** What X clients print when their server goes away (Qt 5 and 6, Xt, Xlib). */
export const tellsOfLostConnection = (log: string): boolean =>
  /The X11 connection broke|X connection to \S+ broken|XIO:\s+fatal IO error/i.test(log)
