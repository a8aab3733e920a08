import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afterLook, type DisplayState, LOST_FOR_MS, type ReadyDisplay } from './display-state.ts'

const display: ReadyDisplay = {
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
  cookie: undefined,
  cookieOrigin: 'none',
}

const at = (ms: number) => ({ checkedAt: new Date(ms) })
const ready = (ms: number): DisplayState => ({ kind: 'ready', display, ...at(ms) })
const none = (ms: number): DisplayState => ({ kind: 'no_display', ...at(ms) })
const stale = (ms: number): DisplayState => ({
  kind: 'socket_only',
  number: 7,
  cause: 'stale_socket',
  detail: '',
  ...at(ms),
})

test('lost: it was ready and no server is there, until something is or a minute has gone', () => {
  assert.equal(afterLook(undefined, none(0)).kind, 'no_display')
  assert.equal(afterLook(none(0), none(1)).kind, 'no_display')
  for (const gone of [none, stale]) {
    let state = afterLook(ready(0), gone(1000))
    assert.equal(state.kind, 'lost')
    assert.deepEqual(state.kind === 'lost' && [state.number, state.since, state.left.kind], [
      7,
      new Date(1000),
      gone(0).kind,
    ])
    state = afterLook(state, gone(LOST_FOR_MS))
    assert.deepEqual(state.kind === 'lost' && [state.since, state.checkedAt], [
      new Date(1000),
      new Date(LOST_FOR_MS),
    ])
    assert.equal(afterLook(state, gone(LOST_FOR_MS + 1000)).kind, gone(0).kind)
    assert.equal(afterLook(state, ready(2000)).kind, 'ready')
  }
})

test('whatever answers, or holds its tongue, is not lost; and not having looked is no news', () => {
  const refused: DisplayState = { kind: 'refused', number: 7, reason: 'no', ...at(1) }
  const hung: DisplayState = { kind: 'socket_only', number: 7, cause: 'timeout', detail: '', ...at(1) }
  const unseen: DisplayState = { kind: 'unseen', reason: { code: 'AGENT_HELPER_UNREACHABLE' }, ...at(1) }
  for (const seen of [refused, hung, unseen]) assert.equal(afterLook(ready(0), seen), seen)
})
