// Coming in for the first time and again: one key is one device, and secrets go to the pinned hub alone.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { waitFor } from '../../infra/wait-for.ts'
import { JOIN_SECRET, startMemoryHub } from '../../support/memory-hub.ts'
import { startTestAgent } from './test-agent.ts'

const enrolments = (asked: readonly string[]) => asked.filter((line) => line.includes('/enrolments')).length

test('a new device gets its id and is online, accepted by its join token', async (t) => {
  const hub = await startMemoryHub(t)
  const agent = await startTestAgent(t, { port: hub.port, joinToken: hub.joinToken })
  await agent.online(1)
  const device = hub.register.only()
  assert.equal(agent.session.deviceId(), device.deviceId)
  assert.deepEqual(agent.session.state(), { kind: 'online', epoch: 1, approval: 'accepted' })
  assert.equal(hub.sessions.isConnected(device.deviceId), true)
  assert.deepEqual(
    agent.states.map(({ kind }) => kind),
    ['connecting', 'greeting', 'online'],
  )
  const record = JSON.parse(await readFile(join(agent.stateDir, 'enrolment.json'), 'utf8'))
  assert.deepEqual(record, {
    deviceId: device.deviceId,
    hubId: hub.identity.hubId,
    hubKeyFingerprint: hub.identity.fingerprint,
  })
})

test('without a token it waits as pending, gets no desired state, and is told when it is accepted', async (t) => {
  const hub = await startMemoryHub(t)
  const agent = await startTestAgent(t, { port: hub.port })
  await agent.online(1)
  const device = hub.register.only()
  device.desired = { type: 'desired-state', generation: 4, launches: [] }
  await hub.sessions.pushDesiredState(device.deviceId)
  assert.deepEqual(agent.session.state(), { kind: 'online', epoch: 1, approval: 'pending' })
  device.approval = 'accepted'
  await hub.sessions.changeApproval(device.deviceId, 'accepted')
  await waitFor(() => device.acks.length, {
    what: 'the desired state is acknowledged',
    until: (n) => n === 1,
  })
  assert.deepEqual(agent.desired, [4])
  assert.deepEqual(agent.session.state(), { kind: 'online', epoch: 1, approval: 'accepted' })
})

test('started again it is the same device without enrolling again', async (t) => {
  const hub = await startMemoryHub(t)
  const first = await startTestAgent(t, { port: hub.port, joinToken: hub.joinToken })
  await first.online(1)
  await first.session.stop()
  await waitFor(() => !hub.register.only().isOnline, { what: 'the device is offline' })
  const again = await startTestAgent(t, { port: hub.port, stateDir: first.stateDir })
  await again.online(2)
  assert.equal(again.session.deviceId(), first.session.deviceId())
  assert.equal(enrolments(hub.asked), 1)
})

test('a hub that lost its register learns the same key again, pinned, without a token', async (t) => {
  const hub = await startMemoryHub(t)
  const agent = await startTestAgent(t, { port: hub.port, joinToken: hub.joinToken })
  await agent.online(1)
  const { publicKey } = hub.register.only()
  await agent.session.stop()
  hub.register.known.clear()
  const again = await startTestAgent(t, { port: hub.port, stateDir: agent.stateDir })
  await again.online(1)
  assert.ok(
    again.states.some((state) => state.kind === 'waiting' && state.reason.code === 'PROTOCOL_UNKNOWN_DEVICE'),
  )
  assert.equal(hub.register.only().publicKey, publicKey)
  assert.equal(again.session.deviceId(), hub.register.only().deviceId)
})

test('another hub than the token names gets no secret', async (t) => {
  const right = await startMemoryHub(t)
  const wrong = await startMemoryHub(t)
  const agent = await startTestAgent(t, { port: wrong.port, joinToken: right.joinToken })
  await agent.waited('PROTOCOL_HUB_NOT_PINNED')
  await agent.session.stop()
  assert.ok(wrong.asked.length > 0)
  for (const line of wrong.asked) assert.match(line, /^\/api\/v1\/agent\/nonces \{"agentNonce":"[\w-]+"\}$/)
  assert.equal(wrong.asked.join().includes(JOIN_SECRET), false)
  assert.equal(wrong.register.known.size, 0)
  await assert.rejects(readFile(join(agent.stateDir, 'enrolment.json')), { code: 'ENOENT' })
})

test('another hub at the address of the enrolled one gets no session, and the enrolment stays', async (t) => {
  const hub = await startMemoryHub(t)
  const agent = await startTestAgent(t, { port: hub.port, joinToken: hub.joinToken })
  await agent.online(1)
  await agent.session.stop()
  const record = await readFile(join(agent.stateDir, 'enrolment.json'), 'utf8')
  const other = await startMemoryHub(t)
  // With its token too: what is pinned once is not changed by a configuration.
  const again = await startTestAgent(t, {
    port: other.port,
    stateDir: agent.stateDir,
    joinToken: other.joinToken,
  })
  await again.waited('PROTOCOL_HUB_NOT_PINNED')
  await again.session.stop()
  for (const line of other.asked) assert.match(line, /^\/api\/v1\/agent\/nonces /)
  assert.equal(await readFile(join(agent.stateDir, 'enrolment.json'), 'utf8'), record)
})

test('a text that is no join token is told as such and sends nothing', async (t) => {
  const hub = await startMemoryHub(t)
  const agent = await startTestAgent(t, { port: hub.port, joinToken: 'bongsu1.half' })
  await agent.waited('PROTOCOL_JOIN_TOKEN_INVALID')
  assert.deepEqual(hub.asked, [])
})

test('a revoked device is closed and refused, and keeps its identity', async (t) => {
  const hub = await startMemoryHub(t)
  const agent = await startTestAgent(t, { port: hub.port, joinToken: hub.joinToken })
  await agent.online(1)
  const device = hub.register.only()
  device.approval = 'revoked'
  await hub.sessions.changeApproval(device.deviceId, 'revoked')
  await agent.waited('PROTOCOL_DEVICE_REVOKED')
  await agent.session.stop()
  const again = await startTestAgent(t, { port: hub.port, stateDir: agent.stateDir })
  await again.waited('PROTOCOL_DEVICE_REVOKED')
  assert.equal(again.session.deviceId(), device.deviceId)
  assert.equal(device.epoch, 1)
})
