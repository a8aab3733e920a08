// Attempts are counted per address and window; nobody is counted for others.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '@bongsu/foundation'
import { addressKey, createAttemptLimiter } from './attempt-limiter.ts'

test('an address that used up its attempts waits for the window to pass', async () => {
  const clock = new ManualClock()
  const limiter = createAttemptLimiter(clock, { attempts: 3, windowMs: 1_000 })
  for (let attempt = 0; attempt < 3; attempt += 1) {
    limiter.check('192.0.2.1')
    limiter.recordFailure('192.0.2.1')
  }
  assert.throws(() => limiter.check('192.0.2.1'), /HUB_TOO_MANY_ATTEMPTS/)
  limiter.check('192.0.2.2')
  await clock.advance(1_000)
  limiter.check('192.0.2.1')
})

test('memory is bounded: the oldest address is forgotten', () => {
  const limiter = createAttemptLimiter(new ManualClock(), { attempts: 1, windowMs: 1_000 })
  limiter.recordFailure('first')
  for (let index = 0; index < 10_000; index += 1) limiter.recordFailure(`10.0.${index >> 8}.${index & 255}`)
  limiter.check('first')
  assert.throws(() => limiter.check('10.0.39.15'), /HUB_TOO_MANY_ATTEMPTS/)
})

test('an IPv6 network counts as one caller, an IPv4 address as itself', () => {
  assert.equal(addressKey('2001:db8:1:2:3:4:5:6'), addressKey('2001:db8:1:2:ffff::1'))
  assert.notEqual(addressKey('2001:db8:1:2::1'), addressKey('2001:db8:1:3::1'))
  assert.notEqual(addressKey('::ffff:192.0.2.1'), addressKey('::ffff:192.0.2.2'))
})
