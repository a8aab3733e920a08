// One session per device is in charge: the one with the newest epoch, in whatever order they come and go.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SessionClose } from '@bongsu/protocol'
import fc from 'fast-check'
import type { AgentSession } from './agent-session.ts'
import { createSessionRegistry } from './session-registry.ts'

function fakeSession(deviceId: string) {
  const closed: SessionClose[] = []
  const session: AgentSession = {
    deviceId,
    commands: {
      request: () => Promise.reject(new Error('not asked for')),
      open: () => Promise.reject(new Error('not asked for')),
      accept: () => undefined,
      settle: () => undefined,
      failAll: () => undefined,
    },
    sendDesiredState: async () => undefined,
    changeApproval: async () => undefined,
    close: (why) => void closed.push(why),
  }
  return { session, closed }
}

test('a newer session ends the older one and stays when that one goes', () => {
  const registry = createSessionRegistry()
  const [older, newer] = [fakeSession('dev-a'), fakeSession('dev-a')]
  registry.take(older.session, 1)
  registry.take(newer.session, 2)
  assert.deepEqual([older.closed, newer.closed], [['superseded'], []])
  registry.drop(older.session)
  assert.equal(registry.find('dev-a'), newer.session)
  registry.drop(newer.session)
  assert.equal(registry.find('dev-a'), undefined)
})

test('an older session that comes late is itself ended', () => {
  const registry = createSessionRegistry()
  const [late, newer] = [fakeSession('dev-a'), fakeSession('dev-a')]
  registry.take(newer.session, 2)
  registry.take(late.session, 1)
  assert.deepEqual([late.closed, newer.closed], [['superseded'], []])
  assert.equal(registry.find('dev-a'), newer.session)
})

test('devices do not disturb each other', () => {
  const registry = createSessionRegistry()
  const [one, other] = [fakeSession('dev-a'), fakeSession('dev-b')]
  registry.take(one.session, 9)
  registry.take(other.session, 1)
  assert.deepEqual([one.closed, other.closed], [[], []])
  assert.deepEqual([registry.find('dev-a'), registry.find('dev-b')], [one.session, other.session])
})

test('in any order of comings the newest epoch is in charge and every other was ended once', () => {
  const comings = fc
    .uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 12 })
    .chain((epochs) => fc.record({ epochs: fc.constant(epochs), drops: fc.infiniteStream(fc.boolean()) }))
  fc.assert(
    fc.property(comings, ({ epochs, drops }) => {
      const registry = createSessionRegistry()
      const sessions = epochs.map((epoch) => ({ epoch, ...fakeSession('dev-a') }))
      for (const { session, epoch, closed } of sessions) {
        registry.take(session, epoch)
        // Its socket may end before or after the next one comes.
        if (closed.length > 0 && drops.next().value) registry.drop(session)
      }
      for (const { session, closed } of sessions) if (closed.length > 0) registry.drop(session)
      const newest = sessions.find(({ epoch }) => epoch === Math.max(...epochs))
      assert.equal(registry.find('dev-a'), newest?.session)
      for (const one of sessions) assert.deepEqual(one.closed, one === newest ? [] : ['superseded'])
    }),
  )
})
