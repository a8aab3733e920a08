// Links as they are in the field: thin, half-open, cut, answered by somebody else; hubs that go and come back.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Direction, startFaultProxy, webPage } from '../../fakes/fault-proxy.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { startMemoryHub } from '../../support/memory-hub.ts'
import { briskClock, startTestAgent } from './test-agent.ts'

const MEGABYTE = 1024 * 1024

test('heartbeats keep their pace beside an 8 MB picture on a thin link', async (t) => {
  const hub = await startMemoryHub(t, { heartbeatIntervalMs: 500 })
  const proxy = await startFaultProxy(t, hub.port)
  const png = randomBytes(8 * MEGABYTE)
  const beats = { sent: 0, behind: [] as number[] }
  const agent = await startTestAgent(t, {
    port: proxy.port,
    joinToken: hub.joinToken,
    onBeat: () => {
      // How many of those sent before have not arrived yet: one may be under way.
      beats.behind.push(beats.sent - (hub.register.known.values().next().value?.heartbeats.length ?? 0))
      beats.sent += 1
    },
    onCommand: async (_command, answer) => {
      const stream = answer.openStream('screenshot')
      await stream.write(png)
      await stream.end()
      answer.done()
    },
  })
  await agent.online(1)
  proxy.set({ bytesPerSecond: MEGABYTE, latencyMs: 20 })
  const sentBefore = beats.sent
  const { deviceId } = hub.register.only()
  const received = await hub.sessions.screenshot(deviceId, { timeoutMs: 120_000 })
  assert.ok(Buffer.from(received).equals(png))
  assert.ok(beats.sent - sentBefore >= 4, 'heartbeats went out beside the picture')
  assert.ok(Math.max(...beats.behind) <= 1, `heartbeats behind: ${beats.behind.join()}`)
  assert.deepEqual(agent.session.state(), { kind: 'online', epoch: 1, approval: 'accepted' })
})

test('a picture at full speed leaves the session standing', async (t) => {
  const hub = await startMemoryHub(t)
  const png = randomBytes(16 * MEGABYTE)
  const agent = await startTestAgent(t, {
    port: hub.port,
    joinToken: hub.joinToken,
    onCommand: async (_command, answer) => {
      const stream = answer.openStream('screenshot')
      await stream.write(png)
      await stream.end()
      answer.done()
    },
  })
  await agent.online(1)
  const device = hub.register.only()
  const received = await hub.sessions.screenshot(device.deviceId, { timeoutMs: 60_000 })
  assert.equal(received.length, png.length)
  const before = device.heartbeats.length
  await waitFor(() => device.heartbeats.length > before, { what: 'the next heartbeat arrives' })
  assert.equal(agent.session.state().kind, 'online')
  assert.equal(device.epoch, 1)
})

for (const direction of ['up', 'down'] satisfies Direction[]) {
  test(`a link that is half-open (${direction} lost) is noticed by both ends, and left`, async (t) => {
    const hub = await startMemoryHub(t, { heartbeatIntervalMs: 200 })
    const proxy = await startFaultProxy(t, hub.port)
    const agent = await startTestAgent(t, { port: proxy.port, joinToken: hub.joinToken })
    await agent.online(1)
    const device = hub.register.only()
    proxy.set({ blackhole: direction })
    await agent.waited('PROTOCOL_LINK_SILENT')
    await waitFor(() => !device.isOnline, { what: 'the hub calls the device offline' })
    assert.equal(hub.sessions.isConnected(device.deviceId), false)
    proxy.set({})
    proxy.cut()
    await waitFor(() => device.epoch > 1 && agent.session.state().kind === 'online', {
      what: 'the device is back',
    })
    assert.equal(agent.session.deviceId(), device.deviceId)
  })
}

test('links cut at any point are made again until one stands', async (t) => {
  // Heartbeats bring a link to its cut soon after the greeting, however long the greeting is.
  const hub = await startMemoryHub(t, { heartbeatIntervalMs: 100 })
  const proxy = await startFaultProxy(t, hub.port)
  proxy.set({ cutAfterBytes: 0 })
  const agent = await startTestAgent(t, {
    port: proxy.port,
    joinToken: hub.joinToken,
    clock: briskClock(300),
  })
  for (const cutAfterBytes of [1, 150, 300, 600, 1200, 2000]) {
    proxy.set({ cutAfterBytes })
    const { accepted } = proxy
    await waitFor(() => proxy.accepted > accepted + 1, { what: `a new attempt after ${cutAfterBytes} bytes` })
  }
  proxy.set({})
  proxy.cut()
  await agent.online()
  assert.equal(hub.register.known.size, 1)
})

const portals = [
  webPage('200 OK'),
  webPage('302 Found', ['Location: http://portal.invalid/']),
  webPage('401 Unauthorized'),
  webPage('410 Gone'),
]

test('web pages in place of the hub never touch the identity', async (t) => {
  const hub = await startMemoryHub(t)
  const proxy = await startFaultProxy(t, hub.port)
  const agent = await startTestAgent(t, {
    port: proxy.port,
    joinToken: hub.joinToken,
    clock: briskClock(2000),
  })
  await agent.online(1)
  const files = () =>
    Promise.all(
      ['device-key.json', 'enrolment.json'].map((name) => readFile(join(agent.stateDir, name), 'utf8')),
    )
  const before = await files()
  for (const answer of portals) {
    const { accepted } = proxy
    const seen = agent.states.length
    proxy.set({ answer })
    proxy.cut()
    await waitFor(
      () =>
        agent.states
          .slice(seen)
          .some((state) => state.kind === 'waiting' && state.reason.code === 'PROTOCOL_NOT_A_HUB'),
      { what: `the page "${answer.slice(9, 12)}" is told as no hub` },
    )
    assert.ok(proxy.accepted > accepted)
    assert.deepEqual(await files(), before)
  }
  proxy.set({})
  await agent.online(2)
  assert.equal(hub.asked.filter((line) => line.includes('/enrolments')).length, 1)
  assert.equal(hub.register.known.size, 1)
})

test('the newer of two sessions of one key stays, and the end of the older changes nothing', async (t) => {
  const hub = await startMemoryHub(t)
  const older = await startTestAgent(t, { port: hub.port, joinToken: hub.joinToken })
  await older.online(1)
  const newer = await startTestAgent(t, { port: hub.port, stateDir: older.stateDir })
  await newer.online(2)
  await older.waited('PROTOCOL_SUPERSEDED')
  const device = hub.register.only()
  await waitFor(() => device.closedEpochs.includes(1), { what: 'the older session has ended' })
  assert.equal(device.isOnline, true)
  assert.equal(hub.sessions.isConnected(device.deviceId), true)
  device.desired = { type: 'desired-state', generation: 2, launches: [] }
  await hub.sessions.pushDesiredState(device.deviceId)
  await waitFor(() => newer.desired.includes(2), { what: 'the newer session gets the desired state' })
  assert.deepEqual(older.desired, [])
  assert.equal(newer.session.state().kind, 'online')
})

test('a hub that crashed and came back finds the same device', async (t) => {
  const hub = await startMemoryHub(t)
  const agent = await startTestAgent(t, { port: hub.port, joinToken: hub.joinToken, clock: briskClock(2000) })
  await agent.online(1)
  const { deviceId } = hub.register.only()
  await hub.stop()
  await agent.waited('PROTOCOL_HUB_UNREACHABLE')
  const { identity, register, port } = hub
  const again = await startMemoryHub(t, { identity, register, port })
  await agent.online(2)
  assert.equal(agent.session.deviceId(), deviceId)
  assert.equal(again.sessions.isConnected(deviceId), true)
  assert.equal(again.asked.filter((line) => line.includes('/enrolments')).length, 0)
})

test('agents of a hub that stops politely leave, and come back to the next', async (t) => {
  const hub = await startMemoryHub(t)
  const options = { port: hub.port, joinToken: hub.joinToken, clock: briskClock(2000) }
  const agents = await Promise.all([1, 2, 3].map(() => startTestAgent(t, options)))
  for (const agent of agents) await agent.online(1)
  await hub.sessions.drain()
  for (const agent of agents) await agent.waited('HUB_SHUTTING_DOWN')
  await hub.stop()
  const { identity, register, port } = hub
  await startMemoryHub(t, { identity, register, port })
  for (const agent of agents) await agent.online(2)
  assert.equal(register.known.size, 3)
})
