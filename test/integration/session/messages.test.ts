// What the hub does with messages that no agent would send: it complains or closes, and nothing it knows changes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '@bongsu/foundation'
import { encodeFrame, MAX_CHUNK_BYTES, MAX_MESSAGE_BYTES, SESSION_CLOSE } from '@bongsu/protocol'
import { waitFor } from '../../infra/wait-for.ts'
import { type MemoryHub, startMemoryHub } from '../../support/memory-hub.ts'
import { HELLO, heartbeat, openRawSession, rawDevice } from './raw-device.ts'
import { startTestAgent } from './test-agent.ts'

/** What a session may have changed, but for the session's own number. */
const learnt = (hub: MemoryHub) => {
  const { approval, acks, reports, facts, heartbeats, desired } = hub.register.only()
  return structuredClone({ approval, acks, reports, facts, heartbeats, desired })
}

const faults: Readonly<Record<string, readonly [content: string | object, code: string]>> = {
  'no JSON': ['{', 'PROTOCOL_MALFORMED_JSON'],
  'an empty text': ['', 'PROTOCOL_MALFORMED_JSON'],
  'a message of an unknown type': [{ type: 'telepathy' }, 'PROTOCOL_UNKNOWN_MESSAGE'],
  'a type that is an object': ['{"type":{"toString":1,"valueOf":1}}', 'PROTOCOL_UNKNOWN_MESSAGE'],
  'a message of the hub': [
    { type: 'pong', sequence: 1, hubTime: '2026-01-01T00:00:00Z' },
    'PROTOCOL_UNKNOWN_MESSAGE',
  ],
  'a heartbeat that measures nothing': [{ type: 'heartbeat', sequence: 1 }, 'PROTOCOL_INVALID_MESSAGE'],
  'a report of too many launches': [
    { type: 'report', sequence: 1, generation: 0, launches: Array(300).fill({}), reportedAt: 'now' },
    'PROTOCOL_INVALID_MESSAGE',
  ],
}

for (const [name, [content, code]] of Object.entries(faults)) {
  test(`${name} is complained of, and too many end the session`, async (t) => {
    const hub = await startMemoryHub(t, { heartbeatIntervalMs: 60_000 })
    const session = await openRawSession(t, hub, rawDevice(hub))
    session.send(HELLO)
    await session.received('welcome')
    const before = learnt(hub)
    session.send(content)
    const { reason } = await session.received('complaint')
    assert.equal((reason as { code: string }).code, code)
    session.send(heartbeat(7))
    assert.equal((await session.received('pong')).sequence, 7)
    assert.deepEqual({ ...learnt(hub), heartbeats: [] }, { ...before, heartbeats: [] })
    for (let again = 0; again < 5; again += 1) session.send(content)
    assert.equal(await session.closed(), SESSION_CLOSE.violation)
    await waitFor(() => !hub.register.only().isOnline, { what: 'the device is offline' })
  })
}

const MESSAGE_TOO_BIG = 1009
const endings: Readonly<Record<string, readonly [content: string | Uint8Array | object, closeCode: number]>> =
  {
    'a second hello': [HELLO, SESSION_CLOSE.violation],
    'a text over the limit': ['x'.repeat(MAX_MESSAGE_BYTES + 1), MESSAGE_TOO_BIG],
    'bytes over the limit': [new Uint8Array(MAX_MESSAGE_BYTES + 1), MESSAGE_TOO_BIG],
    'one byte': [new Uint8Array([2]), SESSION_CLOSE.violation],
    'random bytes': [new Uint8Array(300).fill(0xa7), SESSION_CLOSE.violation],
    'data on a stream nobody opened': [
      encodeFrame({ kind: 'data', streamId: 9, bytes: new Uint8Array(10) }),
      SESSION_CLOSE.violation,
    ],
    'a stream of the wrong side': [
      encodeFrame({ kind: 'open', streamId: 2, detail: { kind: 'screenshot' } }),
      SESSION_CLOSE.violation,
    ],
    'a chunk that is too long': [
      encodeFrame({ kind: 'data', streamId: 1, bytes: new Uint8Array(MAX_CHUNK_BYTES + 1) }),
      SESSION_CLOSE.violation,
    ],
  }

for (const [name, [content, closeCode]] of Object.entries(endings)) {
  test(`${name} ends the session and what follows it does not count`, async (t) => {
    const hub = await startMemoryHub(t, { heartbeatIntervalMs: 60_000 })
    const session = await openRawSession(t, hub, rawDevice(hub))
    session.send(HELLO)
    await session.received('welcome')
    const before = learnt(hub)
    session.send(content)
    session.send(heartbeat(8))
    assert.equal(await session.closed(), closeCode)
    assert.deepEqual(learnt(hub), before)
    await waitFor(() => !hub.register.only().isOnline, { what: 'the device is offline' })
  })
}

test('before hello nothing is taken, and a hello behind it comes too late', async (t) => {
  const hub = await startMemoryHub(t, { heartbeatIntervalMs: 60_000 })
  const session = await openRawSession(t, hub, rawDevice(hub))
  session.send(heartbeat(1))
  session.send(HELLO)
  assert.equal(await session.closed(), SESSION_CLOSE.violation)
  assert.equal(hub.register.only().epoch, 0)
  assert.deepEqual(session.texts, [])
})

test('a flood of messages is cut off', async (t) => {
  const hub = await startMemoryHub(t, { heartbeatIntervalMs: 60_000, clock: new ManualClock() })
  const session = await openRawSession(t, hub, rawDevice(hub))
  session.send(HELLO)
  await session.received('welcome')
  for (let sequence = 0; sequence < 2000; sequence += 1) session.send(heartbeat(sequence))
  assert.equal(await session.closed(), SESSION_CLOSE.violation)
})

test('a message of a newer agent with fields of its own is taken', async (t) => {
  const hub = await startMemoryHub(t, { heartbeatIntervalMs: 60_000 })
  const session = await openRawSession(t, hub, rawDevice(hub))
  session.send({ ...HELLO, mood: 'good' })
  await session.received('welcome')
  session.send({ ...heartbeat(3), mood: 'good' })
  assert.equal((await session.received('pong')).sequence, 3)
})

test('a session that lasts longer than its token gets a fresh one in time', async (t) => {
  const clock = new ManualClock()
  const hub = await startMemoryHub(t, { heartbeatIntervalMs: 3_600_000, clock })
  const session = await openRawSession(t, hub, rawDevice(hub))
  session.send(HELLO)
  const welcome = await session.received('welcome')
  for (let hour = 1; hour <= 13; hour += 1) {
    session.send(heartbeat(hour))
    await session.received('pong')
    await clock.advance(3_600_000)
  }
  const update = await session.received('session-update')
  assert.equal(update.approval, 'accepted')
  assert.notEqual(update.accessToken, welcome.accessToken)
  assert.ok(String(update.accessTokenExpiresAt) > String(welcome.accessTokenExpiresAt))
  assert.equal(session.texts.filter(({ type }) => type === 'session-update').length, 1)
})

test('desired states that repeat or are old are acknowledged as such and change nothing', async (t) => {
  const hub = await startMemoryHub(t)
  const agent = await startTestAgent(t, { port: hub.port, joinToken: hub.joinToken })
  await agent.online(1)
  const device = hub.register.only()
  for (const generation of [3, 3, 2, 5, 0]) {
    device.desired = { type: 'desired-state', generation, launches: [] }
    await hub.sessions.pushDesiredState(device.deviceId)
  }
  await waitFor(() => device.acks, { what: 'five answers', until: (acks) => acks.length === 5 })
  assert.deepEqual(
    device.acks.map(({ outcome, acceptedGeneration }) => `${outcome} ${acceptedGeneration}`),
    ['accepted 3', 'stale 3', 'stale 3', 'accepted 5', 'stale 5'],
  )
})

test('only the latest report and facts of the time away are told at the next session', async (t) => {
  const hub = await startMemoryHub(t)
  const agent = await startTestAgent(t, { port: hub.port, joinToken: hub.joinToken })
  for (const sequence of [1, 2, 3]) {
    const reportedAt = '2026-01-01T00:00:00Z'
    agent.session.publishReport({ sequence, generation: 0, launches: [], reportedAt })
    agent.session.publishFacts({ facts: { cpuCores: sequence }, observedAt: reportedAt })
  }
  await waitFor(() => hub.register.only().reports.length > 0, { what: 'a report arrives' })
  const { reports, facts } = hub.register.only()
  assert.deepEqual(
    reports.map(({ sequence }) => sequence),
    [3],
  )
  assert.deepEqual(facts, { cpuCores: 3 })
})
