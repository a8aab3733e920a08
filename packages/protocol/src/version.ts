// The protocol integer that agent and hub agree on, with its dated history.
// A bump is for what an older reader would misunderstand; new optional fields and new messages need none.

/** Protocol spoken by this source. */
export const PROTOCOL_VERSION = 1

/** Oldest protocol that this source still understands. */
export const OLDEST_SUPPORTED_PROTOCOL = 1

/** One line per bump: `[version, date, what changed]`. Never edited, only appended. */
export const PROTOCOL_HISTORY: readonly (readonly [version: number, date: string, change: string])[] = [
  [1, '2026-11-23', 'registration, session with numbered epochs, desired state, reports, binary streams'],
]

/**
 * The newest version both sides speak, or `undefined` when there is none.
 * @param offered inclusive range of the other side
 */
export function agreeOnVersion(offered: { oldest: number; newest: number }): number | undefined {
  const newest = Math.min(offered.newest, PROTOCOL_VERSION)
  return newest >= Math.max(offered.oldest, OLDEST_SUPPORTED_PROTOCOL) ? newest : undefined
}
