// What the agent knows about the device's screen.
//
//   no_display -> socket_only -> refused -> ready     any may follow any when the X server comes, goes or changes
import type { Reason } from '@bongsu/protocol'
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
  readonly serverKind: ServerKind
  /** True where no glass is behind it: a virtual framebuffer or a remote desktop. */
  readonly isVirtual: boolean
  /** The agent started the server itself. */
  readonly isOwned?: boolean
  readonly widthPixels: number
  readonly heightPixels: number
  readonly vendor: string
  /** Of the X protocol; the first is the one that `:n` means. */
  readonly screens: readonly { readonly widthPixels: number; readonly heightPixels: number }[]
  /** Undefined when the server lets us in without: our uid is trusted, or the display is open to everybody. */
  readonly cookie: XCookie | undefined
  readonly cookieOrigin: CookieSource['origin'] | 'none'
}

export type DisplayState = {
  readonly checkedAt: Date
} /** `reason`: why the agent has none of its own either, where it should. */ & (
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
  | { readonly kind: 'ready'; readonly display: ReadyDisplay }
)

/** Whether nothing changed that a launch or a reader of reports would notice. */
export function isSameState(a: DisplayState, b: DisplayState): boolean {
  if (a.kind === 'ready' && b.kind === 'ready') {
    return (
      a.display.number === b.display.number &&
      a.display.incarnation === b.display.incarnation &&
      a.display.widthPixels === b.display.widthPixels &&
      a.display.heightPixels === b.display.heightPixels &&
      (a.display.cookie?.equals(b.display.cookie) ?? b.display.cookie === undefined)
    )
  }
  if (a.kind === 'refused' && b.kind === 'refused') return a.number === b.number && a.reason === b.reason
  if (a.kind === 'socket_only' && b.kind === 'socket_only')
    return a.number === b.number && a.cause === b.cause
  return a.kind === b.kind
}
