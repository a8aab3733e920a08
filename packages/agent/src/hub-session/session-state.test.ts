// The session's transitions: those listed, and no others.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { next, type SessionEvent, type SessionState } from './session-state.ts'

const reason = { code: 'PROTOCOL_HUB_UNREACHABLE' }
const states: Record<SessionState['kind'], SessionState> = {
  idle: { kind: 'idle' },
  connecting: { kind: 'connecting' },
  greeting: { kind: 'greeting' },
  online: { kind: 'online', epoch: 3, approval: 'pending' },
  waiting: { kind: 'waiting', reason: { code: 'PROTOCOL_LINK_SILENT' } },
}
const events: Record<SessionEvent['kind'], SessionEvent> = {
  start: { kind: 'start' },
  linked: { kind: 'linked' },
  welcomed: { kind: 'welcomed', epoch: 7, approval: 'accepted' },
  approval: { kind: 'approval', approval: 'accepted' },
  ended: { kind: 'ended', reason, retryAfterMs: 50 },
  due: { kind: 'due' },
  stop: { kind: 'stop' },
}

/** `from event to: effects`; whatever is not here changes nothing. */
const LISTED: Readonly<Record<string, string>> = {
  'idle start': 'connecting: connect',
  'connecting linked': 'greeting: greet',
  'greeting welcomed': 'online: settle',
  'online approval': 'online: ',
  'connecting ended': 'waiting: disconnect, wait',
  'greeting ended': 'waiting: disconnect, wait',
  'online ended': 'waiting: disconnect, wait',
  'waiting due': 'connecting: connect',
  'idle stop': 'idle: disconnect',
  'connecting stop': 'idle: disconnect',
  'greeting stop': 'idle: disconnect',
  'online stop': 'idle: disconnect',
  'waiting stop': 'idle: disconnect',
}

for (const from of Object.values(states)) {
  for (const event of Object.values(events)) {
    const listed = LISTED[`${from.kind} ${event.kind}`]
    test(`${from.kind}, ${event.kind}: ${listed ?? 'nothing'}`, () => {
      const { state, effects } = next(from, event)
      if (listed !== undefined) {
        assert.equal(`${state.kind}: ${effects.map(({ kind }) => kind).join(', ')}`, listed)
      } else {
        assert.equal(state, from)
        assert.deepEqual(effects, [])
      }
    })
  }
}

test('what an event says is kept', () => {
  assert.deepEqual(next(states.greeting, events.welcomed).state, {
    kind: 'online',
    epoch: 7,
    approval: 'accepted',
  })
  assert.deepEqual(next(states.online, events.approval).state, {
    kind: 'online',
    epoch: 3,
    approval: 'accepted',
  })
  assert.deepEqual(next(states.online, events.ended), {
    state: { kind: 'waiting', reason },
    effects: [{ kind: 'disconnect' }, { kind: 'wait', retryAfterMs: 50 }],
  })
})

test('along any way only listed steps are taken, waits are never doubled, and stop is the end', () => {
  const way = fc.array(fc.constantFrom(...Object.values(events)), { maxLength: 60 })
  fc.assert(
    fc.property(way, (taken) => {
      let state: SessionState = states.idle
      for (const event of taken) {
        const step = next(state, event)
        const listed = LISTED[`${state.kind} ${event.kind}`]
        assert.equal(step.state.kind, listed?.split(':')[0] ?? state.kind)
        const waits = step.effects.filter(({ kind }) => kind === 'wait' || kind === 'connect')
        assert.ok(waits.length <= 1)
        assert.equal(step.state.kind === 'waiting' && state.kind !== 'waiting', waits[0]?.kind === 'wait')
        state = step.state
      }
      assert.equal(next(state, events.stop).state.kind, 'idle')
    }),
  )
})
