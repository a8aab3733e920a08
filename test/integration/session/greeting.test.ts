// The hub's end of a session while its database is slow, and around its beginning and its end.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '@bongsu/foundation'
import { SESSION_CLOSE } from '@bongsu/protocol'
import { waitFor } from '../../infra/wait-for.ts'
import { type MemoryHub, startMemoryHub } from '../../support/memory-hub.ts'
import { HELLO, heartbeat, openRawSession, rawDevice } from './raw-device.ts'

const CUT_OFF = 1006
const REPORT = {
  type: 'report',
  sequence: 1,
  generation: 0,
  launches: [],
  reportedAt: '2026-01-01T00:00:00Z',
}

/** Makes greetings wait, as a database does that does not answer. */
function slowGreeting(hub: MemoryHub) {
  const gate = Promise.withResolvers<void>()
  const { devices } = hub.register
  const { openSession } = devices
  let begun = 0
  devices.openSession = async (...asked) => {
    begun += 1
    const opened = await openSession(...asked)
    await gate.promise
    return opened
  }
  return { release: gate.resolve, begun: () => begun > 0 }
}

test('a heartbeat is answered while a report is being written, and the report is not lost', async (t) => {
  const hub = await startMemoryHub(t, { heartbeatIntervalMs: 60_000 })
  const gate = Promise.withResolvers<void>()
  const { recordReport } = hub.register.launches
  hub.register.launches.recordReport = async (...told) => {
    await gate.promise
    await recordReport(...told)
  }
  const session = await openRawSession(t, hub, rawDevice(hub))
  session.send(HELLO)
  await session.received('welcome')
  session.send(REPORT)
  session.send(heartbeat(1))
  assert.equal((await session.received('pong')).sequence, 1)
  assert.equal(hub.register.only().reports.length, 0)
  gate.resolve()
  await waitFor(() => hub.register.only().reports.length === 1, { what: 'the report is kept' })
})

test('a second hello ends the session though the first is still being answered', async (t) => {
  const hub = await startMemoryHub(t, { heartbeatIntervalMs: 60_000 })
  const greeting = slowGreeting(hub)
  const session = await openRawSession(t, hub, rawDevice(hub))
  session.send(HELLO)
  await waitFor(greeting.begun, { what: 'the greeting begins' })
  session.send(HELLO)
  assert.equal(await session.closed(), SESSION_CLOSE.violation)
  greeting.release()
  await waitFor(() => hub.register.only().closedEpochs.length === 1, { what: 'the end is recorded' })
  assert.equal(hub.register.only().isOnline, false)
  assert.deepEqual(session.texts, [])
  assert.deepEqual(hub.counted, ['ended violation'])
})

test('bytes before hello end the session', async (t) => {
  const hub = await startMemoryHub(t, { heartbeatIntervalMs: 60_000 })
  const session = await openRawSession(t, hub, rawDevice(hub))
  session.send(new Uint8Array([0]))
  assert.equal(await session.closed(), SESSION_CLOSE.violation)
  assert.equal(hub.register.only().epoch, 0)
})

test('who says no hello within ten seconds is cut off, whatever the pace of heartbeats', async (t) => {
  const clock = new ManualClock()
  const hub = await startMemoryHub(t, { heartbeatIntervalMs: 3_600_000, clock })
  const session = await openRawSession(t, hub, rawDevice(hub))
  await clock.advance(10_000)
  assert.equal(await session.closed(), CUT_OFF)
  assert.deepEqual(hub.counted, ['ended silent'])
})

test('a device revoked between its upgrade and its hello gets no welcome', async (t) => {
  const hub = await startMemoryHub(t, { heartbeatIntervalMs: 60_000 })
  const session = await openRawSession(t, hub, rawDevice(hub))
  hub.register.only().approval = 'revoked'
  session.send(HELLO)
  assert.equal(await session.closed(), SESSION_CLOSE.revoked)
  assert.deepEqual(session.texts, [])
  await waitFor(() => !hub.register.only().isOnline, { what: 'the device is offline' })
})

test('a device revoked while it is being greeted gets no welcome', async (t) => {
  const hub = await startMemoryHub(t, { heartbeatIntervalMs: 60_000 })
  const greeting = slowGreeting(hub)
  const session = await openRawSession(t, hub, rawDevice(hub))
  session.send(HELLO)
  await waitFor(greeting.begun, { what: 'the greeting begins' })
  await hub.sessions.changeApproval(hub.register.only().deviceId, 'revoked')
  assert.equal(await session.closed(), SESSION_CLOSE.revoked)
  greeting.release()
  await waitFor(() => !hub.register.only().isOnline, { what: 'the device is offline' })
  assert.deepEqual(session.texts, [])
})

test('a device accepted while it is being greeted is welcomed as accepted', async (t) => {
  const hub = await startMemoryHub(t, { heartbeatIntervalMs: 60_000 })
  const greeting = slowGreeting(hub)
  const device = rawDevice(hub)
  hub.register.only().approval = 'pending'
  const session = await openRawSession(t, hub, device)
  session.send(HELLO)
  await waitFor(greeting.begun, { what: 'the greeting begins' })
  await hub.sessions.changeApproval(device.deviceId, 'accepted')
  greeting.release()
  assert.equal((await session.received('welcome')).approval, 'accepted')
})

test('a few faults now and then are complained of for ever, many at once are not', async (t) => {
  const clock = new ManualClock()
  const hub = await startMemoryHub(t, { heartbeatIntervalMs: 3_600_000, clock })
  const session = await openRawSession(t, hub, rawDevice(hub))
  session.send(HELLO)
  await session.received('welcome')
  for (let round = 0; round < 4; round += 1) {
    for (let fault = 0; fault < 5; fault += 1) {
      session.send('{')
      await session.received('complaint')
    }
    await clock.advance(5 * 60_000)
  }
  for (let fault = 0; fault < 6; fault += 1) session.send('{')
  assert.equal(await session.closed(), SESSION_CLOSE.violation)
})

test('a session that is being closed is not connected any more, before its device has answered', async (t) => {
  const hub = await startMemoryHub(t, { heartbeatIntervalMs: 60_000 })
  const device = rawDevice(hub)
  const session = await openRawSession(t, hub, device)
  session.send(HELLO)
  await session.received('welcome')
  const asked = hub.sessions.screenshot(device.deviceId, { timeoutMs: 60_000 })
  const refused = assert.rejects(asked, { code: 'HUB_DEVICE_OFFLINE' })
  const told = hub.sessions.changeApproval(device.deviceId, 'revoked')
  assert.equal(hub.sessions.isConnected(device.deviceId), false)
  await told
  await refused
  assert.equal(await session.closed(), SESSION_CLOSE.revoked)
})
