// Which of the displays of a device we use, and which of its failures is worth telling. Pure.
import type { CookieSource } from './cookie-sources.ts'
import type { DisplaySocket } from './display-sockets.ts'
import type { DisplayState, ReadyDisplay } from './display-state.ts'
import { isGreeter, loginOf, placeOrder } from './login-match.ts'
import type { LoginSession } from './logind.ts'
import type { Machine } from './machine.ts'
import type { ProbeResult } from './probe.ts'
import { sessionUser } from './user-database.ts'
import type { ServerKind, XProcess } from './x-processes.ts'
import type { XCookie } from './x11/x-cookie.ts'

/** Among places that are as good: the real thing before what only may be it. */
const KIND_ORDER: readonly ServerKind[] = ['xorg', 'xwayland', 'unknown', 'xephyr', 'xvnc', 'xvfb']
const VIRTUAL_KINDS: ReadonlySet<ServerKind> = new Set(['xvfb', 'xvnc'])
/** The nearer to a working display, the more its fault tells the reader. */
const FAILURE_ORDER = ['refused', 'timeout', 'denied', 'not_x11', 'stale_socket', 'no_socket'] as const

export interface Candidate {
  readonly socket: DisplaySocket
  /** Undefined when none was seen: another user's, or an Xwayland that waits for its first client. */
  readonly server: XProcess | undefined
  readonly login: LoginSession | undefined
  readonly sessionUser: ReadyDisplay['sessionUser']
  readonly isGreeter: boolean
  readonly isOwned: boolean
}

export interface ProbedCandidate extends Candidate {
  readonly result: ProbeResult
  /** With which it was `ready`. */
  readonly cookie: XCookie | undefined
  readonly cookieOrigin: CookieSource['origin'] | 'none'
}

/** All displays with what is known of them, unproven. @param ownedNumber of the agent's own server, if it runs */
export function candidates(machine: Machine, ownedNumber?: number): Candidate[] {
  return machine.sockets.map((socket) => {
    const server = serverOf(socket, machine)
    const login = loginOf(socket, server, machine)
    return {
      socket,
      server,
      login,
      sessionUser: sessionUser(socket.ownerUid, { ...machine, loginUid: login?.uid }),
      isGreeter: isGreeter(socket, login, machine),
      isOwned: socket.number === ownedNumber,
    }
  })
}

function serverOf({ number }: DisplaySocket, { processes, locks }: Machine): XProcess | undefined {
  const byLock = locks.find((lock) => lock.displayNumber === number)?.pid
  return processes.find(
    ({ displayNumber, pid }) => displayNumber === number || (displayNumber === undefined && pid === byLock),
  )
}

export interface Wanted {
  readonly pinnedNumber?: number | undefined
  /** Whether a login screen will do. */
  readonly greeter: 'allowed' | 'left_out'
}

/** Those worth probing. A pinned number is the only one, whatever it is. */
export function worthProbing<T extends Pick<Candidate, 'socket' | 'isGreeter'>>(
  all: readonly T[],
  { pinnedNumber, greeter }: Wanted,
): T[] {
  if (pinnedNumber !== undefined) return all.filter(({ socket }) => socket.number === pinnedNumber)
  return all.filter((candidate) => greeter === 'allowed' || !candidate.isGreeter)
}

/** The state of the device's screen: the best place among the displays that are ready. */
export function choose(
  probed: readonly ProbedCandidate[],
  context: { readonly checkedAt: Date; readonly socketDir: string },
): DisplayState {
  const [best] = probed.filter(({ result }) => result.kind === 'ready').toSorted(byWorth)
  const display = best && toReady(best, context.socketDir)
  if (display) return { kind: 'ready', display, checkedAt: context.checkedAt }
  const [failed] = probed.toSorted(
    (a, b) => failureRank(a) - failureRank(b) || a.socket.number - b.socket.number,
  )
  return toFailure(failed, context.checkedAt)
}

const kindOf = ({ server }: Candidate): ServerKind => server?.kind ?? 'unknown'
const isVirtual = (candidate: Candidate): boolean => VIRTUAL_KINDS.has(kindOf(candidate))

function byWorth(a: Candidate, b: Candidate): number {
  const order = (it: Candidate) => placeOrder({ ...it, isVirtual: isVirtual(it) })
  const kind = (it: Candidate) => KIND_ORDER.indexOf(kindOf(it))
  return order(a) - order(b) || kind(a) - kind(b) || a.socket.number - b.socket.number
}

function toReady(candidate: ProbedCandidate, socketDir: string): ReadyDisplay | undefined {
  const { result, socket, login, server, isOwned } = candidate
  if (result.kind !== 'ready') return undefined
  const seat = login?.seat ?? server?.seat
  return {
    number: socket.number,
    socketDir,
    socketPath: socket.socketPath,
    ownerUid: socket.ownerUid,
    incarnation: incarnationOf(candidate),
    sessionUser: candidate.sessionUser,
    session: {
      ...(seat !== undefined && { seat }),
      ...(login && { isActive: login.isActive }),
      ...(login?.type && { type: login.type }),
    },
    serverKind: kindOf(candidate),
    isVirtual: isVirtual(candidate),
    ...(isOwned && { isOwned }),
    widthPixels: result.widthPixels,
    heightPixels: result.heightPixels,
    vendor: result.vendor,
    screens: result.screens,
    cookie: candidate.cookie,
    cookieOrigin: candidate.cookieOrigin,
  }
}

/** A server makes its socket anew; of an Xwayland the compositor keeps it, and only the process is another one. */
export function incarnationOf({ socket, server }: Pick<Candidate, 'socket' | 'server'>): string {
  return server?.kind === 'xwayland' ? `${socket.incarnation}-${server.pid}` : socket.incarnation
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
