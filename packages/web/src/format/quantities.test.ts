import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  formatBytes,
  formatCoordinates,
  formatDuration,
  formatEndpoint,
  formatPercent,
} from './quantities.ts'

test('bytes take the unit that keeps them readable', () => {
  const cases: [number, string][] = [
    [0, '0 byte'],
    [999, '999 byte'],
    [1500, '1.5 kB'],
    [502_000_000, '502 MB'],
    [2_500_000_000_000, '2.5 TB'],
  ]
  for (const [bytes, expected] of cases) assert.equal(formatBytes(bytes, 'en'), expected)
})

test('shares, durations and places', () => {
  assert.equal(formatPercent(0.256, 'en'), '26%')
  assert.equal(formatDuration(7_300, 'en'), '2 hours')
  assert.equal(formatDuration(200_000, 'en'), '2 days')
  assert.equal(formatCoordinates(37.5665351, 126.977969), '37.566535, 126.977969')
})

test('an endpoint names what is known', () => {
  assert.equal(formatEndpoint('10.0.0.4', 7471), '10.0.0.4:7471')
  assert.equal(formatEndpoint('fd00::4', 7471), '[fd00::4]:7471')
  assert.equal(formatEndpoint('10.0.0.4', undefined), '10.0.0.4')
  assert.equal(formatEndpoint(undefined, undefined), undefined)
})
