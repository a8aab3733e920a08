// The main job on the real thing: a device registers itself, a package is deployed from the hub, its window is proved;
// and nothing of it is lost or restarted when agent or hub are killed at any point.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Device, Launch, LaunchTimeline } from '@bongsu/protocol'
import { ensureDeployed, ensureRegistered } from '@bongsu/trial'
import type Docker from 'dockerode'
import { machineEngine } from '../infra/docker-engine.ts'
import { suiteCleanup } from '../infra/suite-cleanup.ts'
import { waitFor } from '../infra/wait-for.ts'
import { startXServer, type XServer } from '../infra/x-server.ts'
import { xPackage } from '../support/image-archive.ts'
import { readPng } from '../support/png.ts'
import { type Stack, startStack } from '../support/stack.ts'

const LOCATION = { address: '부산광역시 해운대구 우동 1411-23', latitude: 35.1587, longitude: 129.1604 }

const isVisible = (launch: Launch) =>
  launch.status?.phase === 'running' && launch.status.picture?.verdict === 'visible'
const isOnline = (device: Device) => device.connection.state === 'online'

describe('the main job', () => {
  const cleanup = suiteCleanup()
  let stack: Stack
  let x: XServer
  let engine: Docker
  let launchId: string
  let containerId: string

  const agentOptions = () => ({
    display: x.trialDisplay,
    config: { location: LOCATION, trial: { end_launches_on_exit: false } },
  })
  const containers = async () => {
    const label = `bongsu.dev/launch=${launchId}`
    return engine.listContainers({ all: true, filters: JSON.stringify({ label: [label] }) })
  }

  before(async () => {
    engine = await machineEngine()
    x = await startXServer(cleanup)
    stack = await startStack(cleanup)
    cleanup.after(async () => {
      for (const { Id } of launchId ? await containers() : [])
        await engine.getContainer(Id).remove({ force: true })
    })
    await stack.startAgent(agentOptions())
  })
  after(() => cleanup.run())

  test('a device registers itself with every field it knows', async () => {
    const device = await stack.waitForDevice(isOnline, 'the device is online')
    assert.equal(device.approval, 'accepted')
    assert.equal(device.port, stack.ports.agent)
    assert.ok(device.ipAddress)
    assert.equal(device.location?.address, LOCATION.address)
    assert.equal(device.location?.latitude, LOCATION.latitude)
    assert.equal(device.location?.source, 'agent-config')
    assert.ok(device.location?.measuredAt)
    assert.equal(device.description, undefined)
    assert.equal(device.keyFingerprints.length, 1)
    assert.match(device.registeredAt, /^\d{4}-/)
    const known = await stack.waitForDevice(
      (seen) => seen.observed?.facts !== undefined,
      'its facts are known',
    )
    assert.equal(known.observed?.facts?.architecture, process.arch === 'x64' ? 'amd64' : process.arch)
    const shown = await stack.waitForDevice((seen) => seen.display?.state === 'ready', 'its display is known')
    assert.equal(shown.display?.number, x.display)
    assert.equal(shown.display?.widthPixels, 1280)
  })

  test('the same key is the same device after a restart, and an operator’s entry stays apart', async () => {
    const { id } = await stack.device()
    await stack.running.agent?.stop()
    await waitFor(() => stack.hub.get<Device>(`/api/v1/devices/${id}`), {
      what: 'the hub sees it go',
      until: (device) => device.connection.state === 'offline',
    })
    await stack.startAgent(agentOptions())
    const device = await stack.waitForDevice(isOnline, 'the device is online again')
    assert.equal(device.id, id)
    assert.equal(device.keyFingerprints.length, 1)
    const { items } = await stack.hub.get<{ items: Device[] }>('/api/v1/devices')
    assert.equal(items.length, 1)
  })

  test('a deployed package becomes a visible window, with a picture of it', async () => {
    const sample = await xPackage('clock', ['xclock', '-update', '1', '-geometry', '400x300+100+80'], {
      display: { required: true, animates: true },
      network: 'none',
    })
    const version = await ensureRegistered(stack.hub, sample, stack.publisher)
    const deviceId = await stack.deviceId()
    const launch = await ensureDeployed(stack.hub, { packageId: 'clock', version, deviceId })
    launchId = launch.id
    const shown = await stack.waitForLaunch(launchId, isVisible, 'the clock is visible')
    assert.equal(shown.freshness, 'live')
    assert.equal(shown.status?.restarts, 0)
    assert.equal(shown.status?.picture?.windowTitle, 'xclock')
    containerId = shown.status?.containers[0]?.containerId ?? ''
    const inspected = await engine.getContainer(containerId).inspect()
    assert.equal(inspected.Config.Hostname, launchId)
    assert.ok(inspected.State.Running)

    const bytes = await stack.hub.getBinary(`/api/v1/devices/${deviceId}/screenshot`)
    const picture = readPng(bytes)
    assert.deepEqual([picture.width, picture.height], [1280, 720])
    assert.ok(picture.colours > 1, 'the screenshot is one flat colour')

    const { entries } = await stack.hub.get<LaunchTimeline>(`/api/v1/launches/${launchId}/timeline`)
    const steps = entries.map(({ step }) => step)
    assert.deepEqual([steps[0], steps.at(-1)], ['wished', 'visible'], steps.join())
    const times = entries.map(({ at }) => Date.parse(at))
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    )
  })

  test('the container that runs has the rights of the recipe and no more', async () => {
    const { HostConfig, Config, Mounts } = await engine.getContainer(containerId).inspect()
    assert.equal(HostConfig.Privileged, false)
    assert.deepEqual(HostConfig.CapDrop, ['ALL'])
    assert.ok(
      HostConfig.SecurityOpt?.includes('no-new-privileges:true') ||
        HostConfig.SecurityOpt?.includes('no-new-privileges'),
    )
    assert.equal(HostConfig.RestartPolicy?.Name, 'no')
    assert.equal(HostConfig.NetworkMode, 'none')
    assert.notEqual(HostConfig.IpcMode, 'host')
    assert.ok(
      Mounts.every(({ RW }) => !RW),
      'a mount is writable',
    )
    assert.ok(Config.Env.some((line) => line === `DISPLAY=:${x.display}`))
    assert.ok(!Config.Env.some((line) => line.startsWith('BONGSU_')), 'the agent’s own environment leaked')
    const status = await (
      await engine.getContainer(containerId).exec({ Cmd: ['cat', '/proc/self/status'], AttachStdout: true })
    ).start({})
    const text = await new Response(status as never).text()
    assert.match(text, /CapEff:\s+0000000000000000/)
    assert.match(text, /NoNewPrivs:\s+1/)
  })

  test('without the recipe the same image gets no window', async () => {
    const { Image } = await engine.getContainer(containerId).inspect()
    const naked = await engine.createContainer({
      Image,
      Env: [`DISPLAY=:${x.display}`],
      HostConfig: {
        NetworkMode: 'none',
        Mounts: [{ Type: 'bind', Source: '/tmp/.X11-unix', Target: '/tmp/.X11-unix', ReadOnly: true }],
      },
    })
    cleanup.after(() => naked.remove({ force: true }))
    await naked.start()
    const { StatusCode } = await naked.wait()
    const said = String(await naked.logs({ stdout: true, stderr: true }))
    assert.equal(StatusCode, 1)
    assert.match(said, /Authorization required|No protocol specified/)
  })

  test('an agent that is killed leaves the program running and adopts it again', async () => {
    await stack.running.agent?.kill()
    assert.ok((await engine.getContainer(containerId).inspect()).State.Running)
    await stack.startAgent(agentOptions())
    await stack.waitForDevice(isOnline, 'the device is online again')
    const launch = await stack.waitForLaunch(
      launchId,
      (seen) => isVisible(seen) && seen.freshness === 'live',
      'the clock is reported visible again',
    )
    assert.equal(launch.status?.containers[0]?.containerId, containerId)
    assert.equal((await containers()).length, 1)
  })

  test('a hub that is killed restarts nothing on the device, and the session resumes', async () => {
    const before = await engine.getContainer(containerId).inspect()
    const { connection } = await stack.device()
    await stack.running.hub.kill()
    assert.ok((await engine.getContainer(containerId).inspect()).State.Running)
    await stack.startHub()
    const device = await stack.waitForDevice(
      (seen) => isOnline(seen) && (seen.connection.epoch ?? 0) > (connection.epoch ?? 0),
      'the device has a new session',
    )
    assert.equal(device.desiredGeneration, device.reportedGeneration)
    const now = await engine.getContainer(containerId).inspect()
    assert.equal(now.Id, before.Id)
    assert.equal(now.State.StartedAt, before.State.StartedAt)
    const launch = await stack.waitForLaunch(
      launchId,
      (seen) => seen.freshness === 'live',
      'the report is live',
    )
    assert.equal(launch.status?.containers[0]?.containerId, containerId)
  })

  test('with no hub at boot the last desired state runs anyway', async () => {
    await stack.running.agent?.stop()
    await stack.running.hub.stop()
    await engine.getContainer(containerId).remove({ force: true })
    // A hub that is away must not be asked for a token: the agent starts with what it has on disk.
    await stack.startAgent({ ...agentOptions(), joinToken: 'none' })
    const [container] = await waitFor(containers, {
      what: 'the clock runs without a hub',
      until: (list) => list.some(({ State }) => State === 'running'),
    })
    assert.notEqual(container?.Id, containerId)
    containerId = container?.Id ?? ''
    await stack.startHub()
    const launch = await stack.waitForLaunch(
      launchId,
      (seen) => isVisible(seen) && seen.freshness === 'live',
      'the hub learns what runs',
    )
    assert.equal(launch.status?.containers[0]?.containerId, containerId)
  })

  test('stopping the deployment ends the program and leaves nothing', async () => {
    const { deploymentId } = await stack.hub.get<Launch>(`/api/v1/launches/${launchId}`)
    await stack.hub.post(`/api/v1/deployments/${deploymentId}/stop`, {})
    await stack.waitForLaunch(launchId, (seen) => seen.status?.phase === 'stopped', 'the launch is stopped')
    await waitFor(async () => (await containers()).length === 0, { what: 'its container is gone' })
  })

  test('a device without a join token waits until an operator accepts it', async (t) => {
    const other = await startStack(t)
    await other.startAgent({ ...agentOptions(), joinToken: 'none' })
    const pending = await other.waitForDevice(
      (device) => device.approval === 'pending',
      'the device is pending',
    )
    const version = await ensureRegistered(other.hub, await xPackage('logo', ['xlogo']), other.publisher)
    const wish = { packageId: 'logo', version, deviceIds: [pending.id] }
    await assert.rejects(other.hub.post('/api/v1/deployments', wish), { hubCode: 'HUB_DEVICE_NOT_ACCEPTED' })
    await other.hub.post(`/api/v1/devices/${pending.id}/accept`, {})
    await other.waitForDevice(
      (device) => device.approval === 'accepted' && isOnline(device),
      'it is accepted',
    )
  })

  test('a wrong cookie is named as the reason, not as a crash', async (t) => {
    const other = await startStack(t)
    const wrong = join(other.paths.state, 'wrong-cookie')
    // Family wild, no address, this display's number, the right name and 16 bytes that are not the server's.
    const number = String(x.display)
    const name = 'MIT-MAGIC-COOKIE-1'
    const entry = [
      0xff,
      0xff,
      0,
      0,
      0,
      number.length,
      ...Buffer.from(number),
      0,
      name.length,
      ...Buffer.from(name),
      0,
      16,
    ]
    writeFileSync(wrong, Buffer.concat([Buffer.from(entry), Buffer.alloc(16, 7)]), { mode: 0o600 })
    const { virtual } = x.trialDisplay
    assert.ok(virtual)
    const display = { display: x.display, virtual: { ...virtual, authFile: wrong } }
    await other.startAgent({ ...agentOptions(), display })
    const device = await other.waitForDevice(
      (seen) => seen.display?.state === 'refused',
      'the display is refused',
    )
    assert.match(device.display?.reason ?? '', /MIT-MAGIC-COOKIE|[Aa]uthorization/)
    const version = await ensureRegistered(other.hub, await xPackage('logo', ['xlogo']), other.publisher)
    const { id } = await ensureDeployed(other.hub, { packageId: 'logo', version, deviceId: device.id })
    const waiting = await other.waitForLaunch(
      id,
      ({ status }) => status?.reason?.code === 'AGENT_DISPLAY_REFUSED',
      'the launch waits and says why',
    )
    assert.equal(waiting.status?.phase, 'waiting')
    assert.equal(waiting.status?.restarts, 0)
    assert.deepEqual(waiting.status?.containers, [])
  })
})
