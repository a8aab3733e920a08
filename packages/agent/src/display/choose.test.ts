import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type Candidate,
  candidates,
  choose,
  incarnationOf,
  type ProbedCandidate,
  worthProbing,
} from './choose.ts'
import type { LoginSession } from './logind.ts'
import type { Machine } from './machine.ts'
import type { ProbeResult } from './probe.ts'
import type { ServerKind, XProcess } from './x-processes.ts'

const socket = (number: number, ownerUid = 0) => ({
  number,
  ownerUid,
  mode: 0o777,
  incarnation: `socket-${number}`,
  socketPath: `/tmp/.X11-unix/X${number}`,
})

const server = (
  kind: ServerKind,
  displayNumber: number | undefined,
  more: Partial<XProcess> = {},
): XProcess => ({
  pid: 1,
  uid: 0,
  kind,
  ...(displayNumber !== undefined && { displayNumber }),
  ...more,
})

const login = (id: string, uid: number, more: Partial<LoginSession> = {}): LoginSession => ({
  id,
  uid,
  seat: 'seat0',
  type: 'x11',
  class: 'user',
  isActive: true,
  ...more,
})

const READY: ProbeResult = {
  kind: 'ready',
  widthPixels: 800,
  heightPixels: 600,
  vendor: 'v',
  screens: [{ widthPixels: 800, heightPixels: 600 }],
}

const candidate = (number: number, more: Partial<Candidate> = {}): Candidate => ({
  socket: socket(number),
  server: undefined,
  login: undefined,
  sessionUser: { uid: 0, gid: 0 },
  isGreeter: false,
  isOwned: false,
  ...more,
})

const probed = (
  number: number,
  result: ProbeResult,
  kind?: ServerKind,
  more: Partial<Candidate> = {},
): ProbedCandidate => ({
  ...candidate(number, { server: kind && server(kind, number), ...more }),
  result,
  cookie: undefined,
  cookieOrigin: 'none',
})

const context = { checkedAt: new Date(0), socketDir: '/tmp/.X11-unix' }

const machine: Machine = {
  sockets: [],
  processes: [],
  locks: [],
  users: [
    { name: 'Debian-gdm', uid: 120, gid: 120, home: '/var/lib/gdm3' },
    { name: 'kiosk', uid: 1000, gid: 1000, home: '/home/kiosk' },
  ],
  sessions: [],
  sessionUids: [],
  hints: [],
}

const numbers = (list: readonly Pick<Candidate, 'socket'>[]) => list.map((it) => it.socket.number)

test('login screens are left out, by number, by owner and by their session, unless they will do', () => {
  const greeter = login('c1', 105, { class: 'greeter', displayNumber: 2 })
  const sockets = [socket(0, 1000), socket(1, 120), socket(2, 0), socket(1024, 1000)]
  const all = candidates({ ...machine, sockets, sessions: [greeter] })
  assert.deepEqual(numbers(worthProbing(all, { greeter: 'left_out' })), [0])
  assert.deepEqual(numbers(worthProbing(all, { greeter: 'allowed' })), [0, 1, 2, 1024])
})

test('a display above the login screens is a session’s when a person’s session is on it', () => {
  const sockets = [socket(1024, 1000)]
  const [found] = candidates({ ...machine, sockets, sessions: [login('2', 1000, { type: 'wayland' })] })
  assert.equal(found?.isGreeter, false)
})

test('a pinned number is the only candidate, whatever it is', () => {
  const all = candidates({ ...machine, sockets: [socket(0), socket(1024)] })
  assert.deepEqual(numbers(worthProbing(all, { pinnedNumber: 1024, greeter: 'left_out' })), [1024])
  assert.deepEqual(worthProbing(all, { pinnedNumber: 5, greeter: 'allowed' }), [])
})

test('a server is matched by its number, or by its lock file when it chose the number itself', () => {
  const found = candidates({
    ...machine,
    sockets: [socket(0), socket(1), socket(2)],
    processes: [server('xorg', undefined, { pid: 77 }), server('xvfb', 1, { pid: 78 })],
    locks: [
      { displayNumber: 0, pid: 77 },
      { displayNumber: 2, pid: 4711 },
    ],
  })
  assert.deepEqual(
    found.map((it) => it.server?.kind),
    ['xorg', 'xvfb', undefined],
  )
})

test('the log-in behind a display: by number, by terminal, by the owner, by what its programs say', () => {
  const wayland = login('4', 1001, { type: 'wayland' })
  const table: [string, Partial<Machine>, string | undefined][] = [
    ['none', {}, undefined],
    ['by number', { sessions: [login('1', 1001), login('2', 1000, { displayNumber: 0 })] }, '2'],
    [
      'by terminal',
      {
        processes: [server('xorg', 0, { virtualTerminal: 2 })],
        sessions: [login('1', 1001, { virtualTerminal: 1 }), login('2', 1000, { virtualTerminal: 2 })],
      },
      '2',
    ],
    [
      'a terminal of another seat is another terminal',
      {
        processes: [server('xorg', 0, { virtualTerminal: 2, seat: 'seat1' })],
        sessions: [login('2', 1000, { virtualTerminal: 2 })],
      },
      undefined,
    ],
    ['by owner', { sockets: [socket(0, 1001)], sessions: [login('1', 1000), wayland] }, '4'],
    [
      'by hint',
      { sessions: [login('1', 1000), wayland], hints: [{ uid: 1001, displayNumber: 0, votes: 3 }] },
      '4',
    ],
    [
      'a text console and a log-in over the network have no display',
      { sockets: [socket(0, 1000)], sessions: [login('1', 1000, { type: 'tty' })] },
      undefined,
    ],
    [
      'a person before the login screen of the same server',
      {
        sessions: [
          login('c1', 105, { class: 'greeter', displayNumber: 0 }),
          login('2', 1000, { displayNumber: 0, isActive: false }),
        ],
      },
      '2',
    ],
  ]
  for (const [name, facts, expected] of table) {
    const [found] = candidates({ ...machine, sockets: [socket(0)], ...facts })
    assert.equal(found?.login?.id, expected, name)
  }
})

test('containers run as whoever is logged in on the display, not as the first who is anywhere', () => {
  const sessions = [login('2', 1000, { displayNumber: 0 })]
  const [found] = candidates({ ...machine, sockets: [socket(0)], sessions, sessionUids: [999, 1001, 1000] })
  assert.deepEqual(found?.sessionUser, { uid: 1000, gid: 1000, userName: 'kiosk' })
})

test('the person before seat0, then a kiosk, the background, another seat, a login screen, our own, a frame buffer', () => {
  const places: Partial<Candidate>[] = [
    { login: login('1', 1000), server: server('xwayland', 16) },
    { server: server('xorg', 15) },
    { login: login('2', 1001, { isActive: false }), server: server('xorg', 14) },
    { login: login('3', 1002, { seat: 'seat1' }), server: server('xorg', 13) },
    { isGreeter: true, server: server('xorg', 12) },
    { isOwned: true, server: server('xorg', 11) },
    { server: server('xvfb', 10) },
  ]
  const list = places.map((more, index) => probed(16 - index, READY, undefined, more))
  for (const [index] of list.entries()) {
    const state = choose(list.slice(index).toReversed(), context)
    assert.equal(state.kind === 'ready' && state.display.number, 16 - index)
  }
})

test('an Xwayland is another one when its process is, though the compositor keeps its socket', () => {
  const of = (kind: ServerKind, pid: number) =>
    incarnationOf({ socket: socket(0), server: server(kind, 0, { pid }) })
  assert.notEqual(of('xwayland', 1), of('xwayland', 2))
  assert.equal(of('xorg', 1), of('xorg', 2))
})

test('glass beats virtual, then the lower number', () => {
  const state = choose(
    [
      probed(0, READY, 'xvfb'),
      probed(3, READY, 'xorg'),
      probed(2, READY, 'xorg'),
      probed(1, READY, 'xwayland'),
    ],
    context,
  )
  assert.ok(state.kind === 'ready')
  assert.equal(state.display.number, 2)
  assert.equal(state.display.isVirtual, false)
})

test('without a ready display the most telling fault is reported', () => {
  const refused: ProbeResult = { kind: 'refused', reason: 'Invalid MIT-MAGIC-COOKIE-1 key' }
  const table: [ProbeResult[], string][] = [
    [[], 'no_display'],
    [[{ kind: 'no_socket' }], 'no_display'],
    [[{ kind: 'stale_socket' }, refused, { kind: 'denied' }], 'refused'],
    [[{ kind: 'stale_socket' }, { kind: 'timeout', afterMs: 9 }], 'timeout'],
    [[{ kind: 'stale_socket' }, { kind: 'not_x11', detail: 'x' }], 'not_x11'],
    [[{ kind: 'stale_socket' }], 'stale_socket'],
  ]
  for (const [results, expected] of table) {
    const candidatesOf = results.map((result, number) => probed(number, result))
    const state = choose(candidatesOf, context)
    assert.equal(state.kind === 'socket_only' ? state.cause : state.kind, expected)
  }
})

test('the choice does not depend on the order, and any ready display makes the state ready', () => {
  const result: fc.Arbitrary<ProbeResult> = fc.oneof(
    fc.constant(READY),
    fc.constant<ProbeResult>({ kind: 'stale_socket' }),
    fc.constant<ProbeResult>({ kind: 'refused', reason: 'no' }),
    fc.constant<ProbeResult>({ kind: 'timeout', afterMs: 3000 }),
  )
  const kind = fc.constantFrom<ServerKind | undefined>('xorg', 'xvfb', 'xwayland', undefined)
  fc.assert(
    fc.property(fc.array(fc.tuple(result, kind), { maxLength: 6 }), (all) => {
      const list = all.map(([each, serverKind], number) => probed(number, each, serverKind))
      const state = choose(list, context)
      assert.deepEqual(choose(list.toReversed(), context), state)
      assert.equal(
        state.kind === 'ready',
        list.some((candidate) => candidate.result.kind === 'ready'),
      )
    }),
  )
})
