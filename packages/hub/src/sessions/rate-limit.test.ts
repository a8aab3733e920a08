// A bucket lets a burst through, then its rate, and no more however it is asked.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRateLimit } from './rate-limit.ts'

function bucket(perSecond: number, burst: number) {
  let nowMs = 1000
  const limit = createRateLimit({ perSecond, burst, nowMs: () => nowMs })
  const admitted = (asks: number) => Array.from({ length: asks }, () => limit.admit()).filter(Boolean).length
  return { admitted, pass: (ms: number) => (nowMs += ms) }
}

test('a burst, then the rate, and a rest fills no more than the burst', () => {
  const { admitted, pass } = bucket(10, 5)
  assert.equal(admitted(20), 5)
  pass(99)
  assert.equal(admitted(1), 0)
  pass(1)
  assert.equal(admitted(2), 1)
  pass(300)
  assert.equal(admitted(9), 3)
  pass(3_600_000)
  assert.equal(admitted(20), 5)
})

test('refused asks cost nothing', () => {
  const { admitted, pass } = bucket(10, 1)
  assert.equal(admitted(1000), 1)
  pass(100)
  assert.equal(admitted(1), 1)
})

test('over any time no more than burst and rate allow', () => {
  const asks = fc.array(fc.record({ waitMs: fc.nat(500), count: fc.nat(30) }), { maxLength: 50 })
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 50 }),
      asks,
      (rate, burst, times) => {
        const { admitted, pass } = bucket(rate, burst)
        let total = 0
        let elapsedMs = 0
        for (const { waitMs, count } of times) {
          pass(waitMs)
          elapsedMs += waitMs
          total += admitted(count)
          assert.ok(total <= burst + (elapsedMs / 1000) * rate + 1e-6)
        }
      },
    ),
  )
})
