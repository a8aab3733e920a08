// Where the cookie of a display may lie, best source first, and reading it. The probe decides which one holds.
import { constants } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
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
  /** The configured file: when given, no other is asked. */
  readonly pinnedAuthFile: string | undefined
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
    { path: '/tmp/serverauth.*', origin: 'session' },
  )
  for (const home of query.homes) sources.push({ path: join(home, '.Xauthority'), origin: 'home' })
  return sources
}

/**
 * Cookies of one source for a display; a `*` in its last part may match several files. Unreadable is empty.
 * @param rootDir stands before every path, so that a tree of files can be tried
 */
export async function readCookies(
  source: CookieSource,
  display: { readonly number: number; readonly hostname: string },
  rootDir = '',
): Promise<XCookie[]> {
  const cookies: XCookie[] = []
  for (const path of await expand(rootDir + source.path)) {
    const bytes = await readRegularFile(path)
    if (bytes) cookies.push(...cookiesFor(parseAuthFile(bytes).entries, display))
  }
  return cookies
}

const MAX_MATCHES = 16

async function expand(pattern: string): Promise<string[]> {
  const name = basename(pattern)
  if (!name.endsWith('*')) return [pattern]
  const directory = dirname(pattern)
  const names = await readdir(directory).catch(() => [])
  const matching = names.filter((candidate) => candidate.startsWith(name.slice(0, -1)))
  return matching
    .toSorted()
    .slice(0, MAX_MATCHES)
    .map((match) => join(directory, match))
}

/** Other users choose what lies at these paths: never block on a FIFO, never read a device or without end. */
async function readRegularFile(path: string): Promise<Buffer | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => undefined)
  if (!file) return undefined
  try {
    const stats = await file.stat()
    if (!stats.isFile() || stats.size > MAX_AUTH_FILE_BYTES) return undefined
    const bytes = Buffer.alloc(stats.size)
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
    return bytes.subarray(0, bytesRead)
  } catch {
    return undefined
  } finally {
    await file.close()
  }
}
