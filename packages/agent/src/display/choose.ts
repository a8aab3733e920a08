// Which of the displays of a device we use, and which of its failures is worth telling. Pure.
import type { CookieSource } from './cookie-sources.ts'
import type { DisplaySocket } from './display-sockets.ts'
import type { DisplayState, ReadyDisplay } from './display-state.ts'
import type { ProbeResult } from './probe.ts'
import type { ServerKind, XProcess } from './x-processes.ts'
import type { XCookie } from './x11/x-cookie.ts'

/** Login screens number their displays from here (gdm). */
const FIRST_GREETER_NUMBER = 1024
const GREETER_USERS = new Set(['gdm', 'Debian-gdm', 'gdm-greeter', 'lightdm', 'sddm'])

/** Glass first: a person stands before it. */
const KIND_ORDER: readonly ServerKind[] = ['xorg', 'xwayland', 'unknown', 'xvnc', 'xephyr', 'xvfb']
const VIRTUAL_KINDS: ReadonlySet<ServerKind> = new Set(['xvfb', 'xvnc'])
/** The nearer to a working display, the more its fault tells the reader. */
const FAILURE_ORDER = ['refused', 'timeout', 'denied', 'not_x11', 'stale_socket', 'no_socket'] as const

export interface Candidate {
  readonly socket: DisplaySocket
  /** Undefined when none was seen: another user's, or an Xwayland that waits for its first client. */
  readonly server: XProcess | undefined
}

export interface ProbedCandidate extends Candidate {
  readonly sessionUser: ReadyDisplay['sessionUser']
  readonly result: ProbeResult
  /** With which it was `ready`. */
  readonly cookie: XCookie | undefined
  readonly cookieOrigin: CookieSource['origin'] | 'none'
}

export interface CandidateFacts {
  readonly sockets: readonly DisplaySocket[]
  readonly processes: readonly XProcess[]
  /** Server pids by the lock files, by display number: for servers that picked their number themselves. */
  readonly lockPids: ReadonlyMap<number, number>
  readonly userNames: ReadonlyMap<number, string>
  readonly pinnedNumber: number | undefined
}

/** The displays worth probing. A pinned number is the only one; otherwise login screens are left out. */
export function candidates(facts: CandidateFacts): Candidate[] {
  const isWanted = (socket: DisplaySocket): boolean => {
    if (facts.pinnedNumber !== undefined) return socket.number === facts.pinnedNumber
    const owner = facts.userNames.get(socket.ownerUid) ?? ''
    return socket.number < FIRST_GREETER_NUMBER && !GREETER_USERS.has(owner)
  }
  return facts.sockets.filter(isWanted).map((socket) => ({
    socket,
    server: facts.processes.find(
      (process) =>
        process.displayNumber === socket.number ||
        (process.displayNumber === undefined && process.pid === facts.lockPids.get(socket.number)),
    ),
  }))
}

/** The state of the device's screen; a ready display beats all, a real one beats a virtual one. */
export function choose(
  probed: readonly ProbedCandidate[],
  context: { readonly checkedAt: Date; readonly socketDir: string },
): DisplayState {
  const ready = probed
    .map((candidate) => toReady(candidate, context.socketDir))
    .filter((it) => it !== undefined)
  const [display] = ready.toSorted(
    (a, b) => KIND_ORDER.indexOf(a.serverKind) - KIND_ORDER.indexOf(b.serverKind) || a.number - b.number,
  )
  if (display) return { kind: 'ready', display, checkedAt: context.checkedAt }
  const [failed] = probed.toSorted(
    (a, b) => failureRank(a) - failureRank(b) || a.socket.number - b.socket.number,
  )
  return toFailure(failed, context.checkedAt)
}

function toReady(candidate: ProbedCandidate, socketDir: string): ReadyDisplay | undefined {
  const { result, socket } = candidate
  if (result.kind !== 'ready') return undefined
  const serverKind = candidate.server?.kind ?? 'unknown'
  return {
    number: socket.number,
    socketDir,
    socketPath: socket.socketPath,
    ownerUid: socket.ownerUid,
    incarnation: socket.incarnation,
    sessionUser: candidate.sessionUser,
    serverKind,
    isVirtual: VIRTUAL_KINDS.has(serverKind),
    widthPixels: result.widthPixels,
    heightPixels: result.heightPixels,
    vendor: result.vendor,
    screens: result.screens,
    cookie: candidate.cookie,
    cookieOrigin: candidate.cookieOrigin,
  }
}

function failureRank(candidate: ProbedCandidate): number {
  const { kind } = candidate.result
  return kind === 'ready' ? -1 : FAILURE_ORDER.indexOf(kind)
}

function toFailure(candidate: ProbedCandidate | undefined, checkedAt: Date): DisplayState {
  if (candidate === undefined) return { kind: 'no_display', checkedAt }
  const { result, socket } = candidate
  const { number } = socket
  switch (result.kind) {
    case 'ready':
    case 'no_socket':
      return { kind: 'no_display', checkedAt }
    case 'refused':
      return { kind: 'refused', number, reason: result.reason, checkedAt }
    case 'stale_socket':
    case 'denied':
      return { kind: 'socket_only', number, cause: result.kind, detail: socket.socketPath, checkedAt }
    case 'timeout': {
      const detail = `${socket.socketPath}: no answer in ${result.afterMs} ms`
      return { kind: 'socket_only', number, cause: 'timeout', detail, checkedAt }
    }
    case 'not_x11': {
      const detail = `${socket.socketPath}: ${result.detail}`
      return { kind: 'socket_only', number, cause: 'not_x11', detail, checkedAt }
    }
  }
}
