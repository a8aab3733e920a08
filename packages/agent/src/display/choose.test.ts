import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CandidateFacts, candidates, choose, type ProbedCandidate } from './choose.ts'
import type { ProbeResult } from './probe.ts'
import type { ServerKind, XProcess } from './x-processes.ts'

const socket = (number: number, ownerUid = 0) => ({
  number,
  ownerUid,
  incarnation: '1',
  socketPath: `/tmp/.X11-unix/X${number}`,
})

const server = (kind: ServerKind, displayNumber: number | undefined, pid = 1): XProcess => ({
  pid,
  uid: 0,
  kind,
  displayNumber,
  authFile: undefined,
  virtualTerminal: undefined,
  seat: undefined,
})

const READY: ProbeResult = {
  kind: 'ready',
  widthPixels: 800,
  heightPixels: 600,
  vendor: 'v',
  screens: [{ widthPixels: 800, heightPixels: 600 }],
}

const probed = (number: number, result: ProbeResult, kind?: ServerKind): ProbedCandidate => ({
  socket: socket(number),
  server: kind && server(kind, number),
  sessionUser: { uid: 0, gid: 0 },
  result,
  cookie: undefined,
  cookieOrigin: 'none',
})

const context = { checkedAt: new Date(0), socketDir: '/tmp/.X11-unix' }

const facts: CandidateFacts = {
  sockets: [],
  processes: [],
  lockPids: new Map(),
  userNames: new Map([
    [120, 'Debian-gdm'],
    [1000, 'kiosk'],
  ]),
  pinnedNumber: undefined,
}

test('login screens are left out, by number and by owner', () => {
  const sockets = [socket(0, 1000), socket(1, 120), socket(1024, 1000)]
  const numbers = candidates({ ...facts, sockets }).map((it) => it.socket.number)
  assert.deepEqual(numbers, [0])
})

test('a pinned number is the only candidate, whatever it is', () => {
  const sockets = [socket(0), socket(1024)]
  const found = candidates({ ...facts, sockets, pinnedNumber: 1024 })
  assert.deepEqual(
    found.map((it) => it.socket.number),
    [1024],
  )
  assert.deepEqual(candidates({ ...facts, sockets, pinnedNumber: 5 }), [])
})

test('a server is matched by its number, or by its lock file when it chose the number itself', () => {
  const found = candidates({
    ...facts,
    sockets: [socket(0), socket(1), socket(2)],
    processes: [server('xorg', undefined, 77), server('xvfb', 1, 78)],
    lockPids: new Map([
      [0, 77],
      [2, 4711],
    ]),
  })
  assert.deepEqual(
    found.map((it) => it.server?.kind),
    ['xorg', 'xvfb', undefined],
  )
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
