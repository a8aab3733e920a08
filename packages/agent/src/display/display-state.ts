// What the agent knows about the device's screen.
//
//   no_display -> socket_only -> refused -> ready     any may follow any when the X server comes, goes or changes
import type { CookieSource } from './cookie-sources.ts'
import type { ServerKind } from './x-processes.ts'
import type { XCookie } from './x11/x-cookie.ts'

export interface ReadyDisplay {
  /** The n of `:n`. */
  readonly number: number
  readonly socketDir: string
  readonly socketPath: string
  /** The uid the X server runs as. */
  readonly ownerUid: number
  readonly serverKind: ServerKind
  /** True where no glass is behind it: a virtual framebuffer or a remote desktop. */
  readonly isVirtual: boolean
  readonly widthPixels: number
  readonly heightPixels: number
  readonly vendor: string
  readonly screenCount: number
  /** Undefined when the server lets us in without: our uid is trusted, or the display is open to everybody. */
  readonly cookie: XCookie | undefined
  readonly cookieOrigin: CookieSource['origin'] | 'none'
}

export type DisplayState = { readonly checkedAt: Date } & (
  | { readonly kind: 'no_display' }
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
