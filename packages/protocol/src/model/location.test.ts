// Which coordinates are taken and which are refused, with what is offered instead.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Check } from 'typebox/value'
import { EnteredLocation, findLocationFault, Location } from './location.ts'

test('coordinates and their faults', () => {
  const cases: readonly [
    latitude: number | undefined,
    longitude: number | undefined,
    code: string | undefined,
  ][] = [
    [undefined, undefined, undefined],
    [37.5663, 126.9779, undefined],
    [33.1, 124.6, undefined],
    [90, 180, undefined],
    [-90, -180, undefined],
    [0, 126.9, undefined],
    [51.5, 0, undefined],
    [37.5, undefined, 'HUB_LOCATION_INCOMPLETE'],
    [undefined, 127, 'HUB_LOCATION_INCOMPLETE'],
    [0, 0, 'HUB_LOCATION_NULL_ISLAND'],
    [-0, 0, 'HUB_LOCATION_NULL_ISLAND'],
    [126.9779, 37.5663, 'HUB_LOCATION_SWAPPED'],
    [90.01, 20, 'HUB_LOCATION_OUT_OF_RANGE'],
    [37, 180.5, 'HUB_LOCATION_OUT_OF_RANGE'],
    [Number.NaN, 127, 'HUB_LOCATION_OUT_OF_RANGE'],
    [37, Number.POSITIVE_INFINITY, 'HUB_LOCATION_OUT_OF_RANGE'],
  ]
  for (const [latitude, longitude, code] of cases) {
    assert.equal(findLocationFault({ latitude, longitude })?.code, code, `${latitude}/${longitude}`)
  }
})

test('what is offered for an exchanged pair is a good one', () => {
  const pair = fc.record({ latitude: fc.double(), longitude: fc.double() })
  fc.assert(
    fc.property(pair, (written) => {
      const fault = findLocationFault(written)
      if (fault?.code === 'HUB_LOCATION_SWAPPED') {
        assert.equal(findLocationFault(fault.suggestion), undefined)
        assert.deepEqual(fault.suggestion, { latitude: written.longitude, longitude: written.latitude })
      }
      if (!fault) assert.ok(Check(EnteredLocation, written))
    }),
  )
})

test('every place in Korea is taken, and its exchange is refused with it', () => {
  const place = fc.record({
    latitude: fc.double({ min: 33, max: 38.7, noNaN: true }),
    longitude: fc.double({ min: 124.5, max: 132, noNaN: true }),
  })
  fc.assert(
    fc.property(place, ({ latitude, longitude }) => {
      assert.equal(findLocationFault({ latitude, longitude }), undefined)
      assert.deepEqual(findLocationFault({ latitude: longitude, longitude: latitude }), {
        code: 'HUB_LOCATION_SWAPPED',
        suggestion: { latitude, longitude },
      })
    }),
  )
})

test('the schema has no default place and no unknown fields', () => {
  const measured = { source: 'gpsd', measuredAt: '2026-01-01T00:00:00Z' }
  assert.ok(Check(EnteredLocation, {}))
  assert.ok(Check(EnteredLocation, { address: '세종대로 110' }))
  assert.ok(Check(Location, measured))
  assert.equal(Check(Location, { ...measured, source: 'guess' }), false)
  assert.equal(Check(Location, { ...measured, altitude: 3 }), false)
  assert.equal(Check(EnteredLocation, { address: 'two\nlines' }), false)
  assert.equal(Check(EnteredLocation, { address: '' }), false)
})
