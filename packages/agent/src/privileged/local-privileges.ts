// The privileged acts within this process: for an agent that is root itself, and for the helper, which is little else.
import { hostname } from 'node:os'
import { join } from 'node:path'
import { CodedError, messageOf } from '@bongsu/foundation'
import { type CookieSource, cookieSources, readCookies } from '../display/cookie-sources.ts'
import { createLaunchCookieStore, type LaunchCookieStore } from '../display/launch-cookie.ts'
import { type Machine, observeMachine } from '../display/machine.ts'
import type { Dial } from '../display/x11/connection.ts'
import type { OwnedDisplay } from '../owned-display/owned-display.ts'
import { createLaunchSecretStore, type LaunchSecretStore } from '../secrets/launch-secret-store.ts'
import { secretsDirOf } from '../secrets/secrets-folder.ts'
import { connectAs, connectForIdentity } from './connect-as.ts'
import { namesBelow, prepareFolderBelow } from './prepare-folder.ts'
import type { Entitlement, FoundCookie, Identity, Privileges } from './privileges.ts'

export interface LocalPrivilegesOptions {
  readonly socketDir: string
  /** Stands before `/proc`, `/run`, `/home`, …; for a tree of files made for a test. Default: none. */
  readonly rootDir?: string | undefined
  /** Use this X authority file and no other. */
  readonly authFile?: string | undefined
  /** The agent's directory for run-time state. */
  readonly runDir: string
  /** The agent's durable directory; folders are prepared below `volumes/` in it. */
  readonly stateDir: string
  readonly ownedDisplay: OwnedDisplay
  /**
   * `when_needed`: a cookie opens a display whoever connects, so we stay who we are; the rest of the process may be
   * opening files. `always`: this process opens files in no other thread.
   */
  readonly switching: 'always' | 'when_needed'
}

/** A hostile authority file may list thousands; a real one has a handful. */
const MAX_COOKIES = 16

export const createLocalPrivileges = (options: LocalPrivilegesOptions): Privileges =>
  new LocalPrivileges(options)

class LocalPrivileges implements Privileges {
  readonly #options: LocalPrivilegesOptions
  readonly launchCookies: LaunchCookieStore
  readonly launchSecrets: LaunchSecretStore
  readonly ownedDisplay: OwnedDisplay

  constructor(options: LocalPrivilegesOptions) {
    this.#options = options
    this.launchCookies = createLaunchCookieStore(options.runDir)
    this.launchSecrets = createLaunchSecretStore(secretsDirOf(options))
    this.ownedDisplay = options.ownedDisplay
  }

  async observe(): Promise<Machine> {
    return this.#look()
  }

  #look(): Machine {
    const { socketDir, rootDir = '' } = this.#options
    return observeMachine({ socketDir, rootDir })
  }

  async cookies(displayNumber: number): Promise<FoundCookie[]> {
    const found: FoundCookie[] = []
    const display = { number: displayNumber, hostname: hostname() }
    const own = await this.ownedDisplay.running()
    const sources = sourcesFor(displayNumber, this.#look(), this.#options.authFile)
    // Whatever is configured is meant for the displays of others.
    if (own?.number === displayNumber) sources.unshift({ path: own.authFile, origin: 'server_auth' })
    for (const source of sources) {
      // A configured path is meant as it stands.
      const rootDir = source.origin === 'pinned' ? '' : this.#options.rootDir
      for (const cookie of readCookies(source, display, rootDir)) {
        if (found.length === MAX_COOKIES) return found
        if (!found.some((known) => known.cookie.equals(cookie))) found.push({ cookie, origin: source.origin })
      }
    }
    return found
  }

  dialAs(displayNumber: number, identity: Identity, by: Entitlement): Dial | undefined {
    const ownUid = process.geteuid?.()
    if (ownUid !== 0 && ownUid !== identity.uid) return undefined
    const path = join(this.#options.socketDir, `X${displayNumber}`)
    const switches = this.#options.switching === 'always' || by === 'identity'
    return () => (switches ? connectAs(path, identity) : connectForIdentity(path, identity))
  }

  readonly prepareFolder = async (path: string, owner: Identity): Promise<void> => {
    const { stateDir } = this.#options
    const names = namesBelow(join(stateDir, 'volumes'), path)
    try {
      if (!names) throw new Error(`${path} is no folder of a volume`)
      prepareFolderBelow(stateDir, ['volumes', ...names], owner)
    } catch (cause) {
      throw new CodedError('AGENT_STATE_NOT_WRITABLE', { parameters: { message: messageOf(cause) }, cause })
    }
  }
}

function sourcesFor(displayNumber: number, machine: Machine, authFile: string | undefined): CookieSource[] {
  const ownerUid = machine.sockets.find(({ number }) => number === displayNumber)?.ownerUid ?? 0
  const ownerFirst = (a: number, b: number) => Number(b === ownerUid) - Number(a === ownerUid)
  const loggedIn = machine.sessions.filter((session) => session.class !== 'other').map(({ uid }) => uid)
  const sessionUids = [...new Set([...machine.sessionUids, ...loggedIn])].toSorted(ownerFirst)
  const userOf = (uid: number) => machine.users.find((user) => user.uid === uid) ?? []
  const users = [...new Set([ownerUid, ...sessionUids])].flatMap(userOf)
  const lockPid = machine.locks.find((lock) => lock.displayNumber === displayNumber)?.pid
  const server = machine.processes.find(
    (process) =>
      process.displayNumber === displayNumber ||
      (process.displayNumber === undefined && process.pid === lockPid),
  )
  return cookieSources({
    displayNumber,
    serverAuthFile: server?.authFile,
    pinnedAuthFile: authFile,
    environmentFiles: machine.hints
      .filter((hint) => hint.displayNumber === displayNumber)
      .flatMap((hint) => hint.authFile ?? []),
    userNames: users.filter(({ uid }) => uid !== 0).map(({ name }) => name),
    homes: users.map(({ home }) => home),
    sessionUids,
  })
}
