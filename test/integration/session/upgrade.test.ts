// Who is refused before there is a WebSocket, each with a coded problem.
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { SESSION_HEADERS } from '@bongsu/protocol'
import { waitFor } from '../../infra/wait-for.ts'
import { startMemoryHub } from '../../support/memory-hub.ts'
import { askForUpgrade, HELLO, openRawSession, type RawDevice, rawDevice, tryUpgrade } from './raw-device.ts'

const otherKey = () => generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x ?? ''

const refused: Readonly<
  Record<string, readonly [answer: string, headers: (device: RawDevice) => Promise<Record<string, string>>]>
> = {
  'a signature of something else': [
    '401 PROTOCOL_BAD_SIGNATURE',
    async (device) => ({ ...(await device.headers()), [SESSION_HEADERS.agentNonce]: 'another' }),
  ],
  'no signature': [
    '401 PROTOCOL_BAD_SIGNATURE',
    async (device) => ({ ...(await device.headers()), [SESSION_HEADERS.signature]: '' }),
  ],
  'a key that did not sign': [
    '401 PROTOCOL_BAD_SIGNATURE',
    async (device) => ({ ...(await device.headers()), [SESSION_HEADERS.publicKey]: otherKey() }),
  ],
  'a nonce nobody gave': [
    '401 PROTOCOL_NONCE_INVALID',
    async (device) => ({ ...(await device.headers()), [SESSION_HEADERS.nonce]: 'A'.repeat(54) }),
  ],
  'a page in a browser': [
    '403 HUB_FORBIDDEN',
    async (device) => ({ ...(await device.headers()), origin: 'http://127.0.0.1' }),
  ],
  'protocol 0': ['426 PROTOCOL_UNSUPPORTED_VERSION', (device) => device.headers({ protocol: 0 })],
  'protocol 99': ['426 PROTOCOL_UNSUPPORTED_VERSION', (device) => device.headers({ protocol: 99 })],
  'a protocol that is no number': [
    '426 PROTOCOL_UNSUPPORTED_VERSION',
    async (device) => ({ ...(await device.headers()), [SESSION_HEADERS.protocol]: 'new' }),
  ],
  'no headers at all': ['426 PROTOCOL_UNSUPPORTED_VERSION', async () => ({})],
}

for (const [name, [answer, headers]] of Object.entries(refused)) {
  test(`${name} is refused`, async (t) => {
    const hub = await startMemoryHub(t)
    const device = rawDevice(hub)
    assert.equal(await tryUpgrade(hub, await headers(device)), answer)
    assert.equal(hub.register.only().epoch, 0)
    assert.equal(await tryUpgrade(hub, await device.headers()), 'upgraded')
  })
}

test('the same proof is good once', async (t) => {
  const hub = await startMemoryHub(t)
  const headers = await rawDevice(hub).headers()
  assert.equal(await tryUpgrade(hub, headers), 'upgraded')
  assert.equal(await tryUpgrade(hub, headers), '401 PROTOCOL_NONCE_INVALID')
})

test('a key nobody enrolled, a key of another device and a revoked one are refused', async (t) => {
  const hub = await startMemoryHub(t)
  const [stranger, other] = [rawDevice(hub), rawDevice(hub)]
  const known = hub.register.known.get(stranger.deviceId)
  assert.ok(known)
  known.approval = 'revoked'
  assert.equal(await tryUpgrade(hub, await stranger.headers()), '403 PROTOCOL_DEVICE_REVOKED')
  hub.register.known.delete(stranger.deviceId)
  const unknown = await tryUpgrade(hub, await stranger.headers())
  assert.match(unknown, /^\d{3} PROTOCOL_UNKNOWN_DEVICE$/)
  // The key signs for an id that belongs to another key.
  hub.register.known.set(stranger.deviceId, { ...known, deviceId: other.deviceId, approval: 'accepted' })
  assert.equal(await tryUpgrade(hub, await stranger.headers()), unknown)
})

test('a draining hub takes nobody', async (t) => {
  const hub = await startMemoryHub(t)
  const device = rawDevice(hub)
  await hub.sessions.drain()
  assert.equal(await tryUpgrade(hub, await device.headers()), '503 HUB_SHUTTING_DOWN')
})

test('a refusal says what it is about, and when to come back if it passes', async (t) => {
  const hub = await startMemoryHub(t)
  const device = rawDevice(hub)
  const old = await askForUpgrade(hub, await device.headers({ protocol: 99 }))
  assert.deepEqual(old.problem.parameters, { version: '99', oldest: 1, newest: 1 })
  assert.equal(old.headers['retry-after'], undefined)
  await hub.sessions.drain()
  const draining = await askForUpgrade(hub, await device.headers())
  assert.ok(Number(draining.headers['retry-after']) >= 1)
})

test('an address that is none of the hub’s is not found, however it is written', async (t) => {
  const hub = await startMemoryHub(t)
  const headers = await rawDevice(hub).headers()
  for (const path of ['//', '/api/v1/agent/sessions/..', '/%', '/?/api']) {
    const { status, problem } = await askForUpgrade(hub, headers, path)
    assert.deepEqual([path, status, problem.code], [path, 404, 'HUB_NOT_FOUND'])
  }
  assert.equal(await tryUpgrade(hub, headers), 'upgraded')
})

test('a fault of the hub is told as one, and the next one gets in', async (t) => {
  const hub = await startMemoryHub(t)
  const device = rawDevice(hub)
  const { findByKey } = hub.register.devices
  hub.register.devices.findByKey = () => Promise.reject(new TypeError('a mistake'))
  const { status, problem, headers } = await askForUpgrade(hub, await device.headers())
  assert.deepEqual([status, problem.code], [500, 'HUB_INTERNAL'])
  assert.ok(Number(headers['retry-after']) >= 1)
  assert.doesNotMatch(JSON.stringify(problem), /a mistake/)
  hub.register.devices.findByKey = findByKey
  assert.equal(await tryUpgrade(hub, await device.headers()), 'upgraded')
})

test('a full hub sends further devices away until there is room', async (t) => {
  const hub = await startMemoryHub(t, { maxSessions: 1 })
  const [first, second] = [rawDevice(hub), rawDevice(hub)]
  const session = await openRawSession(t, hub, first)
  session.send(HELLO)
  await session.received('welcome')
  assert.equal(await tryUpgrade(hub, await second.headers()), '503 HUB_SESSIONS_FULL')
  await hub.sessions.changeApproval(first.deviceId, 'revoked')
  await session.closed()
  await waitFor(() => hub.counted.includes('ended revoked'), { what: 'the end is counted' })
  const upgraded = async () => (await tryUpgrade(hub, await second.headers())) === 'upgraded'
  await waitFor(upgraded, { what: 'there is room' })
  assert.deepEqual(hub.counted.slice(0, 3), ['opened', 'refused HUB_SESSIONS_FULL', 'ended revoked'])
})
