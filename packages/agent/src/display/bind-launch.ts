// Gives a launch access to a ready display: proven for whom its container runs as, then a cookie of that user's own.
import { CodedError, isCodedError, messageOf } from '@bongsu/foundation'
import type { Reason } from '@bongsu/protocol'
import type { Entitlement, Identity, Privileges } from '../privileged/privileges.ts'
import { CONTAINER_XAUTHORITY, type DisplayBinding } from './display-binding.ts'
import type { ReadyDisplay } from './display-state.ts'
import type { LaunchCookie } from './launch-cookie.ts'
import { DEFAULT_PROBE_TIMEOUT_MS, probeDisplay } from './probe.ts'

export type BindResult =
  | { readonly kind: 'bound'; readonly binding: DisplayBinding }
  /** Not now; the reason is of the catalogue. */
  | { readonly kind: 'waiting'; readonly reason: Reason }

export interface BindRequest {
  readonly launchId: string
  /** `session`: whoever owns the screen. */
  readonly user: 'session' | Identity
}

export interface BindAccess {
  readonly privileges: Privileges
  readonly probeTimeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** What a connection to this display is let in by. */
export const entitlementOf = ({ cookie }: Pick<ReadyDisplay, 'cookie'>): Entitlement =>
  cookie ? 'cookie' : 'identity'

/** @throws CodedError AGENT_STATE_NOT_WRITABLE, AGENT_HELPER_…, or the signal's reason */
export async function bindLaunch(
  { launchId, user }: BindRequest,
  display: ReadyDisplay,
  access: BindAccess,
): Promise<BindResult> {
  const { number, incarnation, cookie, socketDir, sessionUser, widthPixels, heightPixels } = display
  const { uid, gid } = user === 'session' ? sessionUser : user
  if (uid !== sessionUser.uid) {
    const reason = await reasonAgainst({ uid, gid }, display, access)
    if (reason) return { kind: 'waiting', reason }
  }
  const cookieDir = await writeCookie({ launchId, displayNumber: number, cookie, uid, gid }, access)
  const binding: DisplayBinding = {
    launchId,
    displayNumber: number,
    displayName: `:${number}`,
    incarnation,
    socketDir,
    cookieDir,
    xauthorityPath: CONTAINER_XAUTHORITY,
    uid,
    gid,
    widthPixels,
    heightPixels,
  }
  return { kind: 'bound', binding }
}

/** The display is proven for its session; another user may be kept out by the socket's mode or the server's rules. */
async function reasonAgainst(
  identity: Identity,
  display: ReadyDisplay,
  { privileges, signal, probeTimeoutMs = DEFAULT_PROBE_TIMEOUT_MS }: BindAccess,
): Promise<Reason | undefined> {
  const { number, socketPath, cookie } = display
  const dial = privileges.dialAs(number, identity, entitlementOf(display))
  if (!dial) return undefined
  const result = await probeDisplay({ socketPath, cookie, timeoutMs: probeTimeoutMs, dial, signal })
  if (result.kind !== 'refused' && result.kind !== 'denied') return undefined
  const words = result.kind === 'refused' ? result.reason : `permission denied on ${socketPath}`
  const reason = `uid ${identity.uid}: ${words}`.slice(0, 500)
  return { code: 'AGENT_DISPLAY_REFUSED', parameters: { number, reason } }
}

async function writeCookie(launch: LaunchCookie, { privileges }: BindAccess): Promise<string> {
  try {
    return await privileges.launchCookies.write(launch)
  } catch (cause) {
    if (isCodedError(cause)) throw cause
    throw new CodedError('AGENT_STATE_NOT_WRITABLE', { parameters: { message: messageOf(cause) }, cause })
  }
}
