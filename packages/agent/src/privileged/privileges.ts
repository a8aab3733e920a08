// What the display engine and the runtime need that takes root, as one interface. Two forms: within this process
// (`local-privileges.ts`), and asked of the root helper (`helper-client.ts`), so that what faces the network needs no root.
import type { CookieSource } from '../display/cookie-sources.ts'
import type { LaunchCookieStore } from '../display/launch-cookie.ts'
import type { Machine } from '../display/machine.ts'
import type { Dial } from '../display/x11/connection.ts'
import type { XCookie } from '../display/x11/x-cookie.ts'
import type { OwnedDisplay } from '../owned-display/owned-display.ts'
import type { LaunchSecretStore } from '../secrets/launch-secret-store.ts'

/** Numbers, as the kernel knows users. */
export interface Identity {
  readonly uid: number
  readonly gid: number
}

export interface FoundCookie {
  readonly cookie: XCookie
  readonly origin: CookieSource['origin']
}

/** What lets a connection in: a cookie, whoever brings it, or being the right user. */
export type Entitlement = 'cookie' | 'identity'

/** Calls reject with a CodedError when the helper cannot be asked, and with what the system said otherwise. */
export interface Privileges {
  /** The displays of this machine and whose they are. */
  observe(): Promise<Machine>
  /** Cookies that may open a display, best first. */
  cookies(displayNumber: number): Promise<FoundCookie[]>
  /**
   * Connects to a display as somebody: the kernel tells the server this uid, and the socket's mode is judged by it.
   * Undefined where we can be nobody but ourselves.
   */
  dialAs(displayNumber: number, identity: Identity, by: Entitlement): Dial | undefined
  readonly launchCookies: LaunchCookieStore
  readonly launchSecrets: LaunchSecretStore
  /**
   * Makes a folder below the agent's folder for volumes, with its parents, and gives it to whom a container runs as.
   * Follows no symbolic link.
   * @param path absolute
   */
  prepareFolder(path: string, owner: Identity): Promise<void>
  readonly ownedDisplay: OwnedDisplay
}
