// Close codes mean one thing each, and a delay survives the way through a close reason.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { closeMeaning, formatRetryAfter, parseRetryAfter, SESSION_CLOSE } from './close-codes.ts'

test('every close code is private and has one meaning', () => {
  const codes = Object.values(SESSION_CLOSE)
  assert.equal(new Set(codes).size, codes.length)
  for (const [name, code] of Object.entries(SESSION_CLOSE)) {
    assert.ok(code >= 4000 && code <= 4999)
    assert.equal(closeMeaning(code), name)
  }
  for (const code of [1000, 1001, 1006, 1009, 1011, 4000, 4999]) assert.equal(closeMeaning(code), undefined)
})

test('a delay comes back rounded and at most an hour', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 9_999_999, noNaN: true }), (delayMs) => {
      assert.equal(parseRetryAfter(formatRetryAfter(delayMs)), Math.min(Math.round(delayMs), 3_600_000))
    }),
  )
})

test('other reasons say no delay', () => {
  const others = [
    '',
    'draining',
    'retry-after-ms=',
    'retry-after-ms=-1',
    'retry-after-ms=1.5',
    'retry-after-ms=1e3',
  ]
  for (const reason of [...others, 'retry-after-ms=12345678', ' retry-after-ms=1']) {
    assert.equal(parseRetryAfter(reason), undefined, reason)
  }
  fc.assert(fc.property(fc.string(), (reason) => parseRetryAfter(reason) === undefined))
})

test('every close reason fits a close frame', () => {
  for (const reason of [...Object.keys(SESSION_CLOSE), formatRetryAfter(3_600_000)]) {
    assert.ok(Buffer.byteLength(reason) <= 123)
  }
})
