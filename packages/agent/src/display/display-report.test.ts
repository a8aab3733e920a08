import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DisplayReport, explain, isKnownErrorCode, Picture, Reason } from '@bongsu/protocol'
import Value from 'typebox/value'
import { toDisplayReport, toPicture, toWaitingReason } from './display-report.ts'
import { type DisplayState, isSameState, type ReadyDisplay } from './display-state.ts'
import { XCookie } from './x11/x-cookie.ts'

const checkedAt = new Date('2026-11-23T00:00:00Z')

const ready: ReadyDisplay = {
  number: 7,
  socketDir: '/tmp/.X11-unix',
  socketPath: '/tmp/.X11-unix/X7',
  ownerUid: 0,
  incarnation: '1-1',
  sessionUser: { uid: 1000, gid: 1000 },
  serverKind: 'xorg',
  isVirtual: false,
  widthPixels: 1920,
  heightPixels: 1080,
  vendor: 'v',
  screens: [{ widthPixels: 1920, heightPixels: 1080 }],
  cookie: new XCookie(Buffer.alloc(16, 1)),
  cookieOrigin: 'server_auth',
}

const socketOnly = (cause: 'stale_socket' | 'denied' | 'timeout' | 'not_x11'): DisplayState => ({
  kind: 'socket_only',
  number: 7,
  cause,
  detail: '/tmp/.X11-unix/X7',
  checkedAt,
})

const states: readonly DisplayState[] = [
  { kind: 'no_display', checkedAt },
  socketOnly('stale_socket'),
  socketOnly('denied'),
  socketOnly('timeout'),
  socketOnly('not_x11'),
  { kind: 'refused', number: 7, reason: 'Invalid MIT-MAGIC-COOKIE-1 key', checkedAt },
  { kind: 'refused', number: 7, reason: '', checkedAt },
  { kind: 'refused', number: 7, reason: 'x'.repeat(2000), checkedAt },
  { kind: 'ready', display: ready, checkedAt },
  {
    kind: 'no_display',
    reason: { code: 'AGENT_DISPLAY_LOGIN_SCREEN', parameters: { number: 7 } },
    checkedAt,
  },
  { kind: 'lost', number: 7, since: checkedAt, left: { kind: 'no_display' }, checkedAt },
  {
    kind: 'unseen',
    reason: { code: 'AGENT_HELPER_UNREACHABLE', parameters: { path: '/run/x', message: 'ENOENT' } },
    checkedAt,
  },
]

test('every state is a valid report, and none tells the cookie', () => {
  for (const state of states) {
    const report = toDisplayReport(state)
    assert.ok(Value.Check(DisplayReport, report), JSON.stringify(report))
    assert.equal(report.state, state.kind === 'unseen' ? 'unknown' : state.kind)
  }
  const report = toDisplayReport({ kind: 'ready', display: ready, checkedAt })
  assert.deepEqual(report, {
    state: 'ready',
    number: 7,
    widthPixels: 1920,
    heightPixels: 1080,
    serverKind: 'xorg',
    isVirtual: false,
    screens: [{ widthPixels: 1920, heightPixels: 1080 }],
    session: { uid: 1000 },
    checkedAt: '2026-11-23T00:00:00.000Z',
  })
  const session = { seat: 'seat0', type: 'x11', isActive: true } as const
  const more = toDisplayReport({
    kind: 'ready',
    display: { ...ready, isOwned: true, isUnprotected: true, session },
    checkedAt,
  })
  assert.ok(Value.Check(DisplayReport, more))
  assert.deepEqual(more, {
    ...report,
    isOwned: true,
    isUnprotected: true,
    session: { uid: 1000, ...session },
  })
  const outputs = [{ name: 'HDMI-1', x: 0, y: 0, widthPixels: 1920, heightPixels: 1080, isPrimary: true }]
  const described = toDisplayReport(
    { kind: 'ready', display: ready, checkedAt },
    { outputs, windowManager: 'Openbox', power: 'covered' },
  )
  assert.ok(Value.Check(DisplayReport, described))
  assert.deepEqual(described, { ...report, outputs, windowManager: 'Openbox', power: 'covered' })
})

test('every state but ready is a reason of the catalogue with all its blanks filled, in both languages', () => {
  const codes = states.flatMap((state) => {
    if (state.kind === 'ready') return []
    const reason = toWaitingReason(state)
    assert.ok(Value.Check(Reason, reason) && isKnownErrorCode(reason.code))
    for (const language of ['ko', 'en'] as const) {
      const { title, remedy } = explain(reason, language)
      assert.doesNotMatch(title + remedy, /[{}]/)
    }
    return reason.code
  })
  assert.equal(new Set(codes).size, 7)
})

test('a verdict becomes a valid picture', () => {
  const geometry = { x: 1, y: 2, widthPixels: 300, heightPixels: 200 }
  const window = { windowId: 1, title: '검출', geometry, shownShare: 1 }
  const picture = toPicture({ verdict: 'visible', checkedAt, window })
  assert.ok(Value.Check(Picture, picture))
  assert.deepEqual(picture, {
    verdict: 'visible',
    windowTitle: '검출',
    widthPixels: 300,
    heightPixels: 200,
    checkedAt: '2026-11-23T00:00:00.000Z',
  })
  assert.ok(Value.Check(Picture, toPicture({ verdict: 'no_window', checkedAt })))
})

test('a state is the same until something changes that a launch would notice', () => {
  for (const [index, state] of states.entries()) {
    const later = { ...state, checkedAt: new Date(0) }
    for (const [other, candidate] of states.entries()) {
      assert.equal(isSameState(later, candidate), index === other, `${index} and ${other}`)
    }
  }
  const changes: Partial<ReadyDisplay>[] = [
    { number: 8 },
    { incarnation: '2-1' },
    { widthPixels: 1280 },
    { cookie: new XCookie(Buffer.alloc(16, 2)) },
    { cookie: undefined },
    { isUnprotected: true },
    { session: { isActive: false } },
  ]
  const before: DisplayState = { kind: 'ready', display: ready, checkedAt }
  for (const change of changes) {
    const after: DisplayState = { ...before, display: { ...ready, ...change } }
    assert.equal(isSameState(before, after), false)
    assert.equal(isSameState(after, before), false)
  }
})
