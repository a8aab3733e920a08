// The pace of heartbeats and when a hub counts as silent.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '@bongsu/foundation'
import { startHeartbeat } from './heartbeat.ts'

const INTERVAL_MS = 1000

function beating() {
  const clock = new ManualClock()
  const sent: number[] = []
  const silent: number[] = []
  const timer = startHeartbeat({
    clock,
    intervalMs: INTERVAL_MS,
    send: (sequence) => void sent.push(sequence),
    onSilent: (silentMs) => void silent.push(silentMs),
  })
  return { clock, sent, silent, timer }
}

test('the first goes out at once, the rest at the pace, each with the next number', async () => {
  const { clock, sent, silent, timer } = beating()
  assert.deepEqual(sent, [1])
  for (let round = 1; round <= 5; round += 1) {
    timer.answered(round)
    await clock.advance(INTERVAL_MS)
  }
  assert.deepEqual(sent, [1, 2, 3, 4, 5, 6])
  assert.deepEqual(silent, [])
})

test('one missing answer is forgiven, two are not, and it is said once', async () => {
  const { clock, sent, silent, timer } = beating()
  await clock.advance(INTERVAL_MS)
  assert.deepEqual([sent, silent], [[1, 2], []])
  timer.answered(1)
  await clock.advance(INTERVAL_MS)
  assert.deepEqual([sent, silent], [[1, 2, 3], []])
  await clock.advance(INTERVAL_MS)
  assert.deepEqual([sent, silent], [[1, 2, 3], [2 * INTERVAL_MS]])
  await clock.advance(10 * INTERVAL_MS)
  assert.equal(silent.length, 1)
  assert.equal(sent.length, 3)
  assert.equal(clock.waiting, 0)
})

test('late and repeated answers count once, answers to what was never sent do not count', async () => {
  const { clock, silent, timer } = beating()
  timer.answered(99)
  timer.answered(0)
  await clock.advance(2 * INTERVAL_MS)
  assert.deepEqual(silent, [2 * INTERVAL_MS])
  const again = beating()
  await again.clock.advance(INTERVAL_MS)
  again.timer.answered(2)
  again.timer.answered(1)
  await again.clock.advance(2 * INTERVAL_MS)
  assert.deepEqual(again.silent, [])
})

test('a clock that is set does not end a session', async () => {
  const { clock, silent, timer } = beating()
  timer.answered(1)
  clock.jump(10 * 365 * 86_400_000)
  await clock.advance(INTERVAL_MS)
  timer.answered(2)
  clock.jump(-20 * 365 * 86_400_000)
  await clock.advance(INTERVAL_MS)
  assert.deepEqual(silent, [])
})

test('after stop nothing is sent', async () => {
  const { clock, sent, timer } = beating()
  timer.stop()
  await clock.advance(10 * INTERVAL_MS)
  assert.deepEqual(sent, [1])
  assert.equal(clock.waiting, 0)
})

test('news goes out between two beats and neither hides nor adds a miss', async () => {
  const { clock, sent, silent, timer } = beating()
  timer.beatNow()
  timer.beatNow()
  assert.deepEqual(sent, [1, 2, 3])
  timer.answered(3)
  await clock.advance(INTERVAL_MS)
  timer.beatNow()
  await clock.advance(INTERVAL_MS)
  assert.deepEqual(silent, [])
  await clock.advance(INTERVAL_MS)
  assert.deepEqual(silent, [2 * INTERVAL_MS])
})
