// Liveness: an older session never changes what a newer one said; every change is written once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LiveDevices } from './live-devices.ts'

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second))
const beat = (second: number) => ({
  receivedAt: at(second),
  health: { measuredAt: at(second).toISOString() },
})

test('the newest session decides, whatever order its neighbours end in', () => {
  const step = fc.record({
    kind: fc.constantFrom('open', 'close', 'beat'),
    epoch: fc.integer({ min: 1, max: 5 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const live = new LiveDevices()
      let newest = 0
      let link = 'none'
      for (const [second, { kind, epoch }] of steps.entries()) {
        if (kind === 'open') {
          const isTaken = live.open('dev', epoch, at(second))
          assert.equal(isTaken, epoch > newest)
          if (isTaken) [newest, link] = [epoch, 'open']
        } else if (kind === 'close') {
          const isClosed = live.close('dev', epoch, at(second))
          assert.equal(isClosed, epoch === newest && link === 'open')
          if (isClosed) link = 'closed'
        } else {
          assert.equal(live.beat('dev', epoch, beat(second)) !== undefined, epoch === newest)
        }
        assert.equal(live.get('dev')?.link ?? 'none', link)
      }
    }),
  )
})

test('what changed is written once, and again when the write failed', () => {
  const live = new LiveDevices()
  live.open('dev', 1, at(0))
  assert.deepEqual(live.takeUpdates(), [])
  live.beat('dev', 1, beat(1))
  live.beat('dev', 1, beat(2))
  const updates = live.takeUpdates()
  assert.deepEqual(
    updates.map(({ deviceId, lastSeenAt }) => [deviceId, lastSeenAt]),
    [['dev', at(2)]],
  )
  assert.deepEqual(live.takeUpdates(), [])
  live.giveBack(updates)
  assert.equal(live.takeUpdates().length, 1)
  live.forget('dev')
  live.giveBack(updates)
  assert.deepEqual(live.takeUpdates(), [])
})

test('devices are counted by state', () => {
  const live = new LiveDevices()
  live.open('a', 1, at(0))
  live.open('b', 1, at(0))
  live.close('b', 1, at(1))
  assert.deepEqual(live.countByState(), { online: 1, offline: 1 })
})
