// Finds the display of the device: sockets, X processes and cookies on the machine, each combination proven by a probe.
// The environment of the agent is never asked: it is a service, and a shell's DISPLAY is a frequent lie.
import { readdir, readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import type { Clock } from '@bongsu/foundation'
import { type Candidate, candidates, choose, type ProbedCandidate } from './choose.ts'
import { type CookieSource, cookieSources, readCookies } from './cookie-sources.ts'
import { listDisplaySockets, readLockPid, X11_SOCKET_DIR } from './display-sockets.ts'
import type { DisplayState } from './display-state.ts'
import { DEFAULT_PROBE_TIMEOUT_MS, type ProbeResult, probeDisplay } from './probe.ts'
import { type MachineUser, parsePasswd, sessionUser } from './user-database.ts'
import { listXProcesses } from './x-processes.ts'
import type { XCookie } from './x11/x-cookie.ts'

export interface DiscoveryOptions {
  readonly clock: Pick<Clock, 'now'>
  /** Use this display and no other. */
  readonly displayNumber?: number | undefined
  /** Use this X authority file and no other. */
  readonly authFile?: string | undefined
  /** Default `/tmp/.X11-unix`. */
  readonly socketDir?: string | undefined
  /** Stands before `/proc`, `/run`, `/home`, …; for a tree of files made for a test. Default: none. */
  readonly rootDir?: string | undefined
  readonly probeTimeoutMs?: number | undefined
}

/** A hostile authority file may list thousands; a real one has a handful. */
const MAX_COOKIES_TRIED = 16

/**
 * Looks once. Takes milliseconds, or the probe's time limit when a server hangs; displays are probed side by side.
 * Rejects only when aborted.
 */
export async function discoverDisplay(
  options: DiscoveryOptions,
  signal?: AbortSignal,
): Promise<DisplayState> {
  const socketDir = options.socketDir ?? X11_SOCKET_DIR
  const machine = await readMachine(options, socketDir)
  const found = candidates({ ...machine, pinnedNumber: options.displayNumber })
  const probed = await Promise.all(
    found.map(async (candidate) => ({
      ...candidate,
      ...(await tryCookies(candidate, machine, options, signal)),
      sessionUser: sessionUser(candidate.socket.ownerUid, machine.sessionUids, machine.users),
    })),
  )
  return choose(probed, { checkedAt: options.clock.now(), socketDir })
}

async function readMachine(options: DiscoveryOptions, socketDir: string) {
  const rootDir = options.rootDir ?? ''
  const [sockets, processes, passwd, sessions] = await Promise.all([
    listDisplaySockets(socketDir),
    listXProcesses(`${rootDir}/proc`),
    readFile(`${rootDir}/etc/passwd`, 'utf8').catch(() => ''),
    readdir(`${rootDir}/run/user`).catch(() => []),
  ])
  const users = parsePasswd(passwd)
  const lockPids = new Map<number, number>()
  for (const { number } of sockets) {
    const pid = await readLockPid(dirname(socketDir), number)
    if (pid !== undefined) lockPids.set(number, pid)
  }
  return {
    sockets,
    processes,
    lockPids,
    users,
    userNames: new Map(users.map((user) => [user.uid, user.name])),
    sessionUids: sessions.filter((name) => /^\d+$/.test(name)).map(Number),
  }
}

type Attempt = Pick<ProbedCandidate, 'result' | 'cookie' | 'cookieOrigin'>

async function tryCookies(
  candidate: Candidate,
  machine: { readonly users: readonly MachineUser[]; readonly sessionUids: readonly number[] },
  options: DiscoveryOptions,
  signal: AbortSignal | undefined,
): Promise<Attempt> {
  const probe = (cookie: XCookie | undefined): Promise<ProbeResult> =>
    probeDisplay({
      socketPath: candidate.socket.socketPath,
      cookie,
      timeoutMs: options.probeTimeoutMs ?? DEFAULT_PROBE_TIMEOUT_MS,
      signal,
    })
  let refusal: Attempt | undefined
  let tried = 0
  for (const source of sourcesFor(candidate, machine, options)) {
    const display = { number: candidate.socket.number, hostname: hostname() }
    for (const cookie of await readCookies(source, display, rootOf(source, options))) {
      if (tried === MAX_COOKIES_TRIED) break
      tried += 1
      const result = await probe(cookie)
      const attempt: Attempt = { result, cookie, cookieOrigin: source.origin }
      // Only a refusal can change with another cookie.
      if (result.kind !== 'refused') return attempt
      refusal ??= attempt
    }
  }
  const open: Attempt = { result: await probe(undefined), cookie: undefined, cookieOrigin: 'none' }
  return open.result.kind === 'refused' ? (refusal ?? open) : open
}

function sourcesFor(
  { socket, server }: Candidate,
  machine: { readonly users: readonly MachineUser[]; readonly sessionUids: readonly number[] },
  options: DiscoveryOptions,
): CookieSource[] {
  const ownerFirst = (a: number, b: number) => Number(b === socket.ownerUid) - Number(a === socket.ownerUid)
  const sessionUids = machine.sessionUids.toSorted(ownerFirst)
  const uids = new Set([socket.ownerUid, ...sessionUids])
  return cookieSources({
    displayNumber: socket.number,
    serverAuthFile: server?.authFile,
    pinnedAuthFile: options.authFile,
    homes: [...uids].flatMap((uid) => machine.users.find((user) => user.uid === uid)?.home ?? []),
    sessionUids,
  })
}

/** A configured path is meant as it stands. */
function rootOf(source: CookieSource, options: DiscoveryOptions): string {
  return source.origin === 'pinned' ? '' : (options.rootDir ?? '')
}
