// Where the cookie of a display may lie, best source first, and reading it. The probe decides which one holds.
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { orUndefined } from './or-undefined.ts'
import { cookiesFor, MAX_AUTH_FILE_BYTES, parseAuthFile } from './x11/auth-file.ts'
import type { XCookie } from './x11/x-cookie.ts'

/** A file to look into; a `*` may stand in the last part of the path. */
export interface CookieSource {
  readonly path: string
  readonly origin: 'pinned' | 'server_auth' | 'session' | 'display_manager' | 'home'
}

export interface CookieSourceQuery {
  readonly displayNumber: number
  /** `-auth` of the server's command line. */
  readonly serverAuthFile: string | undefined
  /** `XAUTHORITY` of the session's programs, the most frequent first. */
  readonly environmentFiles: readonly string[]
  /** The configured file: when given, no other is asked. */
  readonly pinnedAuthFile: string | undefined
  /** Names of people who are logged in, the display's owner first; lightdm has a file for each. */
  readonly userNames: readonly string[]
  /** Home directories to look in, the display's owner first. */
  readonly homes: readonly string[]
  /** uids with a `/run/user/<uid>`, the display's owner first. */
  readonly sessionUids: readonly number[]
}

/** Pure: the list of files for one display, in the order to try. */
export function cookieSources(query: CookieSourceQuery): CookieSource[] {
  if (query.pinnedAuthFile !== undefined) return [{ path: query.pinnedAuthFile, origin: 'pinned' }]
  const sources: CookieSource[] = []
  if (query.serverAuthFile !== undefined) sources.push({ path: query.serverAuthFile, origin: 'server_auth' })
  for (const path of query.environmentFiles) sources.push({ path, origin: 'session' })
  for (const uid of query.sessionUids) {
    sources.push(
      { path: `/run/user/${uid}/gdm/Xauthority`, origin: 'session' },
      { path: `/run/user/${uid}/.mutter-Xwaylandauth.*`, origin: 'session' },
      { path: `/run/user/${uid}/xauth_*`, origin: 'session' },
    )
  }
  sources.push(
    { path: '/tmp/xauth_*', origin: 'session' },
    { path: `/run/lightdm/root/:${query.displayNumber}`, origin: 'display_manager' },
    ...query.userNames.map((name): CookieSource => {
      return { path: `/var/run/lightdm/${name}/xauthority`, origin: 'display_manager' }
    }),
    { path: '/tmp/serverauth.*', origin: 'session' },
  )
  for (const home of query.homes) sources.push({ path: join(home, '.Xauthority'), origin: 'home' })
  return sources.filter(({ path }, index) => sources.findIndex((it) => it.path === path) === index)
}

/**
 * Cookies of one source for a display; a `*` in its last part may match several files. Unreadable is empty.
 * @param rootDir stands before every path, so that a tree of files can be tried
 */
export function readCookies(
  source: CookieSource,
  display: { readonly number: number; readonly hostname: string },
  rootDir = '',
): XCookie[] {
  return expand(rootDir + source.path).flatMap((path) => {
    const bytes = readRegularFile(path)
    return bytes ? cookiesFor(parseAuthFile(bytes).entries, display) : []
  })
}

const MAX_MATCHES = 16

function expand(pattern: string): string[] {
  const name = basename(pattern)
  if (!name.endsWith('*')) return [pattern]
  const directory = dirname(pattern)
  const names = orUndefined(() => readdirSync(directory)) ?? []
  const matching = names.filter((candidate) => candidate.startsWith(name.slice(0, -1)))
  return matching
    .toSorted()
    .slice(0, MAX_MATCHES)
    .map((match) => join(directory, match))
}

/** Other users choose what lies at these paths: never block on a FIFO, never read a device or without end. */
function readRegularFile(path: string): Buffer | undefined {
  const file = orUndefined(() => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK))
  if (file === undefined) return undefined
  try {
    const stats = fstatSync(file)
    if (!stats.isFile() || stats.size > MAX_AUTH_FILE_BYTES) return undefined
    const bytes = Buffer.alloc(stats.size)
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0))
  } catch {
    return undefined
  } finally {
    closeSync(file)
  }
}
