import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from './manual-clock.ts'

test('sleepers wake in order of their due time, and only when it is reached', async () => {
  const clock = new ManualClock()
  const woken: string[] = []
  const both = Promise.all([
    clock.sleep(200).then(() => woken.push('late')),
    clock.sleep(100).then(() => woken.push('early')),
  ])
  await clock.advance(99)
  assert.deepEqual(woken, [])
  await clock.advance(200)
  await both
  assert.deepEqual(woken, ['early', 'late'])
  assert.equal(clock.monotonicMs(), 299)
})

test('an aborted sleep rejects with the reason and leaves nothing armed', async () => {
  const clock = new ManualClock()
  const abort = new AbortController()
  const sleep = clock.sleep(1000, abort.signal)
  abort.abort(new Error('no longer'))
  await assert.rejects(sleep, /no longer/)
  assert.equal(clock.waiting, 0)
})

test('an interval calls once per period until stopped; a jump moves the wall clock alone', async () => {
  const clock = new ManualClock(new Date('2026-01-01T00:00:00Z'))
  let calls = 0
  const timer = clock.every(10, () => {
    calls += 1
  })
  await clock.advance(35)
  timer.stop()
  await clock.advance(100)
  assert.equal(calls, 3)
  clock.jump(-3_600_000)
  assert.equal(clock.now().toISOString(), '2025-12-31T23:00:00.135Z')
  assert.equal(clock.monotonicMs(), 135)
})
