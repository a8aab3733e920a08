import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceEntry } from '@bongsu/protocol'
import { findFaults, suggestedCoordinates, toDeviceEntry, toFormValues } from './device-form-model.ts'

const full: DeviceEntry = {
  name: '서울역 3번 출구',
  ipAddress: '192.168.0.21',
  port: 7471,
  location: { address: '서울특별시 용산구 한강대로 405', latitude: 37.554678, longitude: 126.970606 },
  site: '서울역',
  labels: { role: 'gate', floor: '3' },
  cameras: [
    { name: 'gate', kind: 'network', url: 'rtsp://10.0.0.9/main', user: 'viewer', secret: 'gate-password' },
    { name: 'dock', kind: 'local', id: 'usb-1' },
  ],
  description: 'first line\nsecond line',
}

test('an entry goes through the form unchanged, and empty fields are no entry', () => {
  for (const entry of [full, {}, { location: { address: '서울' } }]) {
    assert.deepEqual(toDeviceEntry(toFormValues(entry)), entry)
  }
})

test('text is composed and trimmed as it leaves', () => {
  const values = { ...toFormValues({}), name: ` ${'서울'.normalize('NFD')} ` }
  assert.deepEqual(toDeviceEntry(values), { name: '서울' })
})

test('what cannot be sent is said by field', () => {
  const empty = toFormValues({})
  assert.deepEqual(findFaults(empty, 'edit'), {})
  assert.deepEqual(findFaults(empty, 'register'), { name: 'form.required' })
  for (const port of ['0', '65536', '7.5', 'http']) {
    assert.deepEqual(findFaults({ ...empty, port }, 'edit'), { port: 'form.portRange' })
  }
  assert.deepEqual(findFaults({ ...empty, labels: '역할' }, 'edit'), { labels: 'form.labels' })
  assert.deepEqual(findFaults({ ...empty, cameras: 'gate' }, 'edit'), { cameras: 'form.cameras' })
  for (const latitude of ['37,5', '37°', 'NaN', '1e9']) {
    assert.deepEqual(findFaults({ ...empty, latitude }, 'edit'), { latitude: 'form.decimalDegrees' })
  }
  assert.deepEqual(findFaults(toFormValues(full), 'register'), {})
})

test('only exchanged coordinates come with a suggestion', () => {
  const suggestion = { latitude: 37.5, longitude: 127 }
  assert.deepEqual(suggestedCoordinates({ code: 'HUB_LOCATION_SWAPPED', suggestion }), suggestion)
  assert.equal(
    suggestedCoordinates({ code: 'HUB_LOCATION_SWAPPED', suggestion: { latitude: '37' } }),
    undefined,
  )
  assert.equal(suggestedCoordinates({ code: 'HUB_INVALID_REQUEST', suggestion }), undefined)
})
