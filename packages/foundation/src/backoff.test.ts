import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createBackoff } from './backoff.ts'

test('every delay lies below the doubling ceiling and never above the maximum', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.array(fc.double({ min: 0, max: 0.999_999, noNaN: true }), { minLength: 1, maxLength: 60 }),
      (firstMs, maximumMs, draws) => {
        let draw = 0
        const backoff = createBackoff({ firstMs, maximumMs, random: () => draws[draw++] ?? 0 })
        for (let attempt = 0; attempt < draws.length; attempt += 1) {
          const delayMs = backoff.nextDelayMs()
          assert.ok(delayMs >= 0 && delayMs <= Math.min(maximumMs, firstMs * 2 ** attempt))
        }
      },
    ),
  )
})

test('a success starts over', () => {
  const backoff = createBackoff({ firstMs: 100, maximumMs: 1000, random: () => 0.5 })
  assert.deepEqual([backoff.nextDelayMs(), backoff.nextDelayMs(), backoff.nextDelayMs()], [50, 100, 200])
  backoff.reset()
  assert.equal(backoff.attempts, 0)
  assert.equal(backoff.nextDelayMs(), 50)
})
