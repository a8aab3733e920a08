// What the agent knows about the device's screen.
//
//   no_display -> socket_only -> refused -> ready -> lost     any may follow any when the X server comes, goes or changes
import { isDeepStrictEqual } from 'node:util'
import type { DisplaySession, Reason } from '@bongsu/protocol'
import type { CookieSource } from './cookie-sources.ts'
import type { ServerKind } from './x-processes.ts'
import type { XCookie } from './x11/x-cookie.ts'

export interface SessionUser {
  readonly uid: number
  readonly gid: number
  /** Undefined when the machine has no such user. */
  readonly userName?: string | undefined
}

export interface ReadyDisplay {
  /** The n of `:n`. */
  readonly number: number
  readonly socketDir: string
  readonly socketPath: string
  /** The uid the X server runs as. */
  readonly ownerUid: number
  /** Changes when the server is another process, even under the same number and cookie: clients lost their connection. */
  readonly incarnation: string
  /** Whose screen it is, and whom its containers run as: the owner of the session, or of the server. */
  readonly sessionUser: SessionUser
  /** What is known of the log-in behind it. */
  readonly session?: Pick<DisplaySession, 'seat' | 'type' | 'isActive'>
  readonly serverKind: ServerKind
  /** True where no glass is behind it: a virtual framebuffer or a remote desktop. */
  readonly isVirtual: boolean
  /** The agent started the server itself. */
  readonly isOwned?: boolean
  /** Any local user may connect without a cookie; undefined where that could not be tried. */
  readonly isUnprotected?: boolean
  readonly widthPixels: number
  readonly heightPixels: number
  readonly vendor: string
  /** Of the X protocol; the first is the one that `:n` means. */
  readonly screens: readonly { readonly widthPixels: number; readonly heightPixels: number }[]
  /** Undefined when the server lets us in without: our uid is trusted, or the display is open to everybody. */
  readonly cookie: XCookie | undefined
  readonly cookieOrigin: CookieSource['origin'] | 'none'
}

/** No display answers. */
export type AbsentDisplay =
  /** `reason`: what else is known: a login screen, or why the agent has none of its own either. */
  | { readonly kind: 'no_display'; readonly reason?: Reason }
  | {
      readonly kind: 'socket_only'
      readonly number: number
      readonly cause: 'stale_socket' | 'denied' | 'timeout' | 'not_x11'
      /** Which socket, and in words what happened; for the log. */
      readonly detail: string
    }
  /** `reason` is the X server's own text. */
  | { readonly kind: 'refused'; readonly number: number; readonly reason: string }

export type DisplayState = { readonly checkedAt: Date } & (
  | AbsentDisplay
  /** The agent could not look, which says nothing about the display. */
  | { readonly kind: 'unseen'; readonly reason: Reason }
  | { readonly kind: 'ready'; readonly display: ReadyDisplay }
  /** It was ready, and its server has gone. `left`: what is there now. */
  | { readonly kind: 'lost'; readonly number: number; readonly since: Date; readonly left: AbsentDisplay }
)

/** So long a display that went counts as lost: time for a server or a session to come back. */
export const LOST_FOR_MS = 60_000

/**
 * What was seen in the light of what was before: no server where one was ready is a loss, until something else is there
 * or nothing has come back for a minute. Pure.
 */
export function afterLook(before: DisplayState | undefined, seen: DisplayState): DisplayState {
  const isGone = seen.kind === 'no_display' || (seen.kind === 'socket_only' && seen.cause === 'stale_socket')
  if (!isGone || (before?.kind !== 'ready' && before?.kind !== 'lost')) return seen
  const number = before.kind === 'ready' ? before.display.number : before.number
  const since = before.kind === 'ready' ? seen.checkedAt : before.since
  if (seen.checkedAt.getTime() - since.getTime() >= LOST_FOR_MS) return seen
  const { checkedAt, ...left } = seen
  return { kind: 'lost', number, since, left, checkedAt }
}

/** Whether nothing changed that a launch or a reader of reports would notice. */
export function isSameState(a: DisplayState, b: DisplayState): boolean {
  if (a.kind === 'ready' && b.kind === 'ready') {
    return (
      a.display.number === b.display.number &&
      a.display.incarnation === b.display.incarnation &&
      a.display.widthPixels === b.display.widthPixels &&
      a.display.heightPixels === b.display.heightPixels &&
      a.display.isUnprotected === b.display.isUnprotected &&
      isDeepStrictEqual(a.display.session, b.display.session) &&
      (a.display.cookie?.equals(b.display.cookie) ?? b.display.cookie === undefined)
    )
  }
  if (a.kind === 'refused' && b.kind === 'refused') return a.number === b.number && a.reason === b.reason
  if (a.kind === 'socket_only' && b.kind === 'socket_only')
    return a.number === b.number && a.cause === b.cause
  if (a.kind === 'lost' && b.kind === 'lost') return a.number === b.number && a.left.kind === b.left.kind
  if (a.kind === 'no_display' && b.kind === 'no_display') return a.reason?.code === b.reason?.code
  if (a.kind === 'unseen' && b.kind === 'unseen') return a.reason.code === b.reason.code
  return a.kind === b.kind
}
