// Which display the device has, counting the agent's own: always, or when nothing else is there for a while.
import { type Clock, isCodedError } from '@bongsu/foundation'
import type { Discovery } from '../display/discovery.ts'
import type { DisplayState } from '../display/display-state.ts'
import type { OwnedDisplay, OwnedServer } from './owned-display.ts'

/**
 * `discover`: whatever the device's session shows; `owned`: the agent's own server and no other;
 * `discover-or-owned`: the agent's own where the device has had none for a while.
 */
export type DisplayMode = 'discover' | 'owned' | 'discover-or-owned'

export interface FindOptions {
  readonly mode: DisplayMode
  readonly owned: OwnedDisplay
  readonly discovery: Discovery
  readonly clock: Clock
  /** A session may come up later than the agent. Default 30 000. */
  readonly fallbackAfterMs?: number | undefined
}

export type FindDisplay = (signal?: AbortSignal) => Promise<DisplayState>

export function createFindDisplay({
  mode,
  owned,
  discovery,
  clock,
  fallbackAfterMs,
}: FindOptions): FindDisplay {
  if (mode === 'discover') return (signal) => discovery.look({ signal })

  const look = ({ number: ownedNumber }: OwnedServer, signal: AbortSignal | undefined) =>
    discovery.look({ signal, ownedNumber, displayNumber: ownedNumber })
  const start = async (signal: AbortSignal | undefined): Promise<DisplayState> => {
    try {
      const server = await owned.ensure()
      return server ? await look(server, signal) : { kind: 'no_display', checkedAt: clock.now() }
    } catch (error) {
      if (!isCodedError(error)) throw error
      return { kind: 'no_display', checkedAt: clock.now(), reason: error.toReason() }
    }
  }
  if (mode === 'owned') return start

  let noneSinceMs: number | undefined
  return async (signal) => {
    const server = await owned.running().catch(() => undefined)
    const state = await discovery.look({ signal, ownedNumber: server?.number })
    if (!hasNone(state)) {
      noneSinceMs = undefined
      return state
    }
    noneSinceMs ??= clock.monotonicMs()
    return clock.monotonicMs() - noneSinceMs >= (fallbackAfterMs ?? 30_000) ? start(signal) : state
  }
}

/** A dead server's socket may lie there for ever. */
const hasNone = (state: DisplayState): boolean =>
  state.kind === 'no_display' || (state.kind === 'socket_only' && state.cause === 'stale_socket')
