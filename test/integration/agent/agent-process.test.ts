// The shipped agent as a process against a hub, on a device that has neither engine nor display.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, suite, test } from 'node:test'
import { type DesiredLaunch, newId } from '@bongsu/protocol'
import { testChildren } from '../../infra/children.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { startMemoryHub } from '../../support/memory-hub.ts'
import { runToEnd, type Shipped, shipAgent, shippedDevice } from './shipped-agent.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`

const someLaunch = (): DesiredLaunch => ({
  launchId: newId('lau'),
  deploymentId: newId('dep'),
  packageId: 'some-package',
  version: '1',
  image: { imageId: DIGEST, downloadBytes: 1 },
  profile: { containers: [{ name: 'main' }] },
})

suite('the agent as a process', () => {
  const undo: (() => Promise<void> | void)[] = []
  let shipped: Shipped
  before(async () => {
    shipped = await shipAgent({ after: (step) => undo.push(step) })
  })
  after(async () => {
    for (const step of undo.reverse()) await step()
  })

  test('registers, tells its facts and health, and ends on SIGTERM', async (t) => {
    const hub = await startMemoryHub(t, { heartbeatIntervalMs: 100 })
    const { program } = shipped
    const device = await shippedDevice(t, { program, hubPort: hub.port, joinToken: hub.joinToken })
    const { processes } = testChildren(t, { name: 'agent' })
    const agent = await processes.start(device.spec)
    const known = await waitFor(() => hub.register.only(), {
      what: 'facts, beats and a display that is absent are known',
      until: ({ facts, heartbeats }) =>
        facts !== undefined && heartbeats.some(({ display }) => display?.state === 'no_display'),
    })
    const { deviceId, session } = await device.status()
    assert.deepEqual({ deviceId, session }, { deviceId: known.deviceId, session: 'online' })
    assert.equal((await fetch(`${device.localApi}/readyz`)).status, 200)
    assert.match(await (await fetch(`${device.localApi}/metrics`)).text(), /^bongsu_agent_session_online 1$/m)
    const ended = process.kill(agent.pid, 'SIGTERM') && agent.ended
    assert.deepEqual(await ended, { exitCode: 0, signal: null })
    assert.doesNotMatch(readFileSync(agent.logPath, 'utf8'), new RegExp(hub.joinToken.slice(-20)))
  })

  test('killed, it comes back as the same device, and without a hub still knows what it should run', async (t) => {
    const hub = await startMemoryHub(t)
    const { program } = shipped
    const device = await shippedDevice(t, { program, hubPort: hub.port, joinToken: hub.joinToken })
    const { processes } = testChildren(t, { name: 'agent' })
    const first = await processes.start(device.spec)
    const known = await waitFor(() => hub.register.only(), {
      what: 'the device is online',
      until: ({ isOnline }) => isOnline,
    })
    const launch = someLaunch()
    known.desired = { type: 'desired-state', generation: 3, launches: [launch] }
    await hub.sessions.pushDesiredState(known.deviceId)
    await waitFor(() => known.acks.at(-1)?.acceptedGeneration, { what: 'accepted', until: (n) => n === 3 })
    await first.kill()
    await hub.stop()

    await processes.start(device.spec)
    const status = await waitFor(() => device.status(), {
      what: 'the launch waits for the engine that is missing',
      until: ({ launches }) => JSON.stringify(launches).includes('AGENT_ENGINE_UNREACHABLE'),
    })
    assert.equal(status.acceptedGeneration, 3)
    assert.equal(status.deviceId, known.deviceId)
    assert.match(JSON.stringify(status.launches), new RegExp(launch.launchId))

    const { identity, register, port } = hub
    const again = await startMemoryHub(t, { identity, register, port })
    await waitFor(() => again.register.only(), {
      what: 'the same device reports to the hub that came back',
      until: ({ isOnline, reports }) => isOnline && reports.at(-1)?.generation === 3,
      timeoutMs: 60_000,
    })
  })

  test('a port that is taken ends it with a coded reason', async (t) => {
    const hub = await startMemoryHub(t)
    const { program } = shipped
    const device = await shippedDevice(t, { program, hubPort: hub.port, joinToken: hub.joinToken })
    const { processes } = testChildren(t, { name: 'agent' })
    await processes.start(device.spec)
    const second = await runToEnd([program, '--config', device.configPath])
    assert.equal(second.code, 1)
    assert.match(second.stderr, /AGENT_CONFIG_INVALID: .*local_api.*EADDRINUSE/)
    assert.equal((await fetch(`${device.localApi}/livez`)).status, 200)
  })
})
