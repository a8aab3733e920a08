// Agent and hub agree on the newest protocol both speak, or on none.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { agreeOnVersion, OLDEST_SUPPORTED_PROTOCOL, PROTOCOL_HISTORY, PROTOCOL_VERSION } from './version.ts'

test('the history tells every version once, in order, with its date', () => {
  const versions = PROTOCOL_HISTORY.map(([version]) => version)
  assert.deepEqual(
    versions,
    versions.map((_, index) => index + 1),
  )
  assert.equal(versions.at(-1), PROTOCOL_VERSION)
  assert.ok(OLDEST_SUPPORTED_PROTOCOL >= 1 && OLDEST_SUPPORTED_PROTOCOL <= PROTOCOL_VERSION)
  for (const [, date, change] of PROTOCOL_HISTORY) {
    assert.match(date, /^\d{4}-\d{2}-\d{2}$/)
    assert.ok(change.length > 10)
  }
})

test('offers and what is agreed', () => {
  const cases: readonly [oldest: number, newest: number, agreed: number | undefined][] = [
    [PROTOCOL_VERSION, PROTOCOL_VERSION, PROTOCOL_VERSION],
    [1, 99, PROTOCOL_VERSION],
    [0, 0, undefined],
    [99, 99, undefined],
    [PROTOCOL_VERSION + 1, 99, undefined],
    [2, 1, undefined],
    [Number.NaN, Number.NaN, undefined],
  ]
  for (const [oldest, newest, agreed] of cases) {
    assert.equal(agreeOnVersion({ oldest, newest }), agreed, `${oldest} to ${newest}`)
  }
})

test('what is agreed lies in both ranges', () => {
  fc.assert(
    fc.property(fc.integer({ min: -5, max: 20 }), fc.nat(20), (oldest, width) => {
      const agreed = agreeOnVersion({ oldest, newest: oldest + width })
      if (agreed === undefined) return
      assert.ok(agreed >= oldest && agreed <= oldest + width)
      assert.ok(agreed >= OLDEST_SUPPORTED_PROTOCOL && agreed <= PROTOCOL_VERSION)
    }),
  )
})
