// Why a session was closed, as WebSocket close codes of the private range (RFC 6455, 7.4.2), and what the agent does then.

export const SESSION_CLOSE = {
  /** A newer session of the same device took over: come back after a back-off. */
  superseded: 4001,
  /** The device is revoked: keep the identity, try again rarely. */
  revoked: 4002,
  /** The hub is stopping: come back after the delay in the reason, `retry-after-ms=N`. */
  draining: 4003,
  /** A message or frame broke the rules. */
  violation: 4004,
  /** Nothing was heard for too long. */
  silent: 4005,
} as const

export type SessionClose = keyof typeof SESSION_CLOSE

/** What a close code of the other side means, if it is one of ours. */
export const closeMeaning = (code: number): SessionClose | undefined =>
  (Object.keys(SESSION_CLOSE) as SessionClose[]).find((name) => SESSION_CLOSE[name] === code)

export const formatRetryAfter = (delayMs: number): string => `retry-after-ms=${Math.round(delayMs)}`

/** Milliseconds of a draining close, at most an hour; `undefined` when the reason says none. */
export function parseRetryAfter(reason: string): number | undefined {
  const match = /^retry-after-ms=(\d{1,7})$/.exec(reason)
  return match ? Math.min(Number(match[1]), 3_600_000) : undefined
}
