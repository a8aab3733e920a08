import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CodedError, ManualClock } from '@bongsu/foundation'
import type { Discovery, LookOptions } from '../display/discovery.ts'
import type { DisplayState } from '../display/display-state.ts'
import { createFindDisplay, type DisplayMode } from './find-display.ts'
import type { OwnedDisplay } from './owned-display.ts'

const checkedAt = new Date(0)
const none: DisplayState = { kind: 'no_display', checkedAt }
const stale: DisplayState = { kind: 'socket_only', number: 1, cause: 'stale_socket', detail: '', checkedAt }
const hung: DisplayState = { kind: 'socket_only', number: 1, cause: 'timeout', detail: '', checkedAt }
const refused: DisplayState = { kind: 'refused', number: 1, reason: 'no', checkedAt }
const unseen: DisplayState = { kind: 'unseen', reason: { code: 'AGENT_HELPER_UNREACHABLE' }, checkedAt }

/** A device whose displays are what the test says, and a server of our own that always comes up. */
function scene(mode: DisplayMode, ensure?: () => Promise<never>) {
  const clock = new ManualClock()
  const looks: LookOptions[] = []
  const scripted = { seen: none, started: 0 }
  const server = { number: 90, kind: 'xvfb', authFile: '/x' } as const
  const owned: OwnedDisplay = {
    ensure:
      ensure ??
      (() => {
        scripted.started += 1
        return Promise.resolve(server)
      }),
    running: () => Promise.resolve(scripted.started > 0 ? server : undefined),
    end: () => Promise.resolve(),
  }
  const discovery: Discovery = {
    look(options = {}) {
      looks.push(options)
      return Promise.resolve(scripted.seen)
    },
  }
  const find = createFindDisplay({ mode, owned, discovery, clock, fallbackAfterMs: 30_000 })
  return { clock, looks, scripted, find }
}

test('discover never starts a server', async () => {
  const { find, scripted, clock } = scene('discover')
  await find()
  await clock.advance(120_000)
  await find()
  assert.equal(scripted.started, 0)
})

test('owned starts it and looks at no other', async () => {
  const { find, scripted, looks } = scene('owned')
  await find()
  assert.equal(scripted.started, 1)
  assert.deepEqual(
    looks.map(({ displayNumber, ownedNumber }) => [displayNumber, ownedNumber]),
    [[90, 90]],
  )
})

test('discover-or-owned starts it after half a minute of nothing, a dead server’s socket included', async () => {
  for (const nothing of [none, stale]) {
    const { find, scripted, clock, looks } = scene('discover-or-owned')
    scripted.seen = nothing
    await find()
    await clock.advance(29_000)
    await find()
    assert.equal(scripted.started, 0)
    await clock.advance(1000)
    await find()
    assert.equal(scripted.started, 1)
    assert.equal(looks.at(-1)?.displayNumber, 90)
    // From now on it is one of the displays, ranked behind the real ones.
    scripted.seen = refused
    await find()
    assert.deepEqual([looks.at(-1)?.displayNumber, looks.at(-1)?.ownedNumber], [undefined, 90])
  }
})

test('a display that is there, however it answers, and not being able to look start the wait anew', async () => {
  for (const seen of [refused, hung, unseen]) {
    const { find, scripted, clock } = scene('discover-or-owned')
    await find()
    await clock.advance(29_000)
    scripted.seen = seen
    await find()
    scripted.seen = none
    await clock.advance(2000)
    await find()
    await clock.advance(29_000)
    await find()
    assert.equal(scripted.started, 0, seen.kind)
  }
})

test('a server that does not come up is the reason why there is none', async () => {
  const failing = () => Promise.reject(new CodedError('AGENT_OWNED_DISPLAY_ABSENT'))
  const state = await scene('owned', failing).find()
  assert.deepEqual(state.kind === 'no_display' && state.reason, { code: 'AGENT_OWNED_DISPLAY_ABSENT' })
})
