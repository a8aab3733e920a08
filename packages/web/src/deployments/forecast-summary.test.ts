import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isGroupName, isWorthTelling, lacksDisplay } from './forecast-summary.ts'

const of = (deviceId: string, ...codes: string[]) => ({
  deviceId,
  obstacles: codes.map((code) => ({ code })),
  warnings: [],
})

test('only a device that something speaks against is told of', () => {
  assert.equal(isWorthTelling(of('dev-a')), false)
  assert.equal(isWorthTelling(of('dev-a', 'HUB_FORECAST_DISK')), true)
  assert.equal(isWorthTelling({ ...of('dev-a'), warnings: [{ code: 'HUB_FORECAST_NO_GPU' }] }), true)
})

test('a missing display is asked about, wherever it is missing', () => {
  assert.equal(lacksDisplay(undefined), false)
  assert.equal(lacksDisplay({ devices: [of('dev-a', 'HUB_FORECAST_DISK')] }), false)
  assert.equal(lacksDisplay({ devices: [of('dev-a'), of('dev-b', 'HUB_DEVICE_WITHOUT_DISPLAY')] }), true)
})

test('a group’s name is what the contract takes, or none', () => {
  for (const name of ['', 'gate', 'gate-1', 'a', 'a'.repeat(32)]) assert.equal(isGroupName(name), true, name)
  for (const name of ['Gate', '-a', 'a-', 'a b', '정문', 'a'.repeat(33)])
    assert.equal(isGroupName(name), false, name)
})
