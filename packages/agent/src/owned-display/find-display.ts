// Which display the device has, counting the agent's own: always, or when nothing else is there for a while.
import { type Clock, isCodedError } from '@bongsu/foundation'
import { type DiscoveryOptions, discoverDisplay } from '../display/discovery.ts'
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
  readonly discovery: DiscoveryOptions
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
  const discover = (signal: AbortSignal | undefined) => discoverDisplay(discovery, signal)
  if (mode === 'discover') return discover

  const pinned = async (server: OwnedServer, signal: AbortSignal | undefined): Promise<DisplayState> => {
    const { number: displayNumber, authFile } = server
    return asOwned(await discoverDisplay({ ...discovery, displayNumber, authFile }, signal), server)
  }
  const start = async (signal: AbortSignal | undefined): Promise<DisplayState> => {
    try {
      const server = await owned.ensure()
      if (server) return await pinned(server, signal)
      return { kind: 'no_display', checkedAt: clock.now() }
    } catch (error) {
      if (!isCodedError(error)) throw error
      return { kind: 'no_display', checkedAt: clock.now(), reason: error.toReason() }
    }
  }
  if (mode === 'owned') return start

  let noneSinceMs: number | undefined
  return async (signal) => {
    const [state, server] = await Promise.all([discover(signal), owned.running()])
    if (state.kind !== 'no_display') {
      noneSinceMs = undefined
      return server ? asOwned(state, server) : state
    }
    noneSinceMs ??= clock.monotonicMs()
    return clock.monotonicMs() - noneSinceMs >= (fallbackAfterMs ?? 30_000) ? start(signal) : state
  }
}

function asOwned(state: DisplayState, { number }: OwnedServer): DisplayState {
  if (state.kind !== 'ready' || state.display.number !== number) return state
  return { ...state, display: { ...state.display, isOwned: true } }
}
