// Values in force and the state of the connection, by table.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceRecord } from './device-record.ts'
import { connectionOf, readableFingerprint, toDevice } from './device-view.ts'
import type { LiveDevice } from './live-devices.ts'

const early = new Date('2026-01-01T00:00:00Z')
const late = new Date('2026-01-01T01:00:00Z')
const record: DeviceRecord = {
  id: 'dev-aaaaaaaaaaaaaaaa',
  entered: {},
  approval: 'accepted',
  keys: [],
  epoch: 0,
  registeredAt: early,
  revision: 1,
}
const live: LiveDevice = { epoch: 3, link: 'open', since: early, lastSeenAt: late }
const starting = { now: early, unknownUntil: late }
const settled = { now: late, unknownUntil: early }
const generations = { desired: 2, reported: 1 }

test('a connection is what is known of it', () => {
  assert.equal(connectionOf(record, undefined, settled).state, 'never')
  const seen = { ...record, epoch: 3, lastSeenAt: early }
  assert.deepEqual(connectionOf(seen, undefined, starting), {
    state: 'unknown',
    epoch: 3,
    lastSeenAt: early.toISOString(),
  })
  assert.equal(connectionOf(seen, undefined, settled).state, 'offline')
  assert.equal(connectionOf(seen, live, starting).state, 'online')
  assert.equal(connectionOf(seen, { ...live, link: 'closed' }, starting).state, 'offline')
})

test('entered wins over observed, absent stays absent', () => {
  const bare = toDevice(record, undefined, generations, settled)
  assert.deepEqual([bare.name, 'ipAddress' in bare, 'location' in bare], [record.id, false, false])
  const observed = {
    hostname: 'mini',
    ipAddress: '192.0.2.1',
    port: 7481,
    location: { latitude: 37, longitude: 127, source: 'gpsd' as const, measuredAt: early.toISOString() },
    observedAt: early.toISOString(),
  }
  const seen = toDevice({ ...record, observed }, undefined, generations, settled)
  assert.deepEqual([seen.name, seen.port, seen.location?.source], ['mini', 7481, 'gpsd'])
  const entered = { name: '정문', location: { address: '서울' } }
  const both = toDevice({ ...record, observed, entered, enteredLocationAt: late }, live, generations, settled)
  assert.deepEqual(
    [both.name, both.ipAddress, both.location],
    ['정문', '192.0.2.1', { address: '서울', source: 'operator', measuredAt: late.toISOString() }],
  )
  assert.deepEqual(both.observed, observed)
})

test('fingerprints are short enough to read aloud', () => {
  assert.match(readableFingerprint('A'.repeat(43)), /^([0-9a-f]{4}-){7}[0-9a-f]{4}$/)
})
