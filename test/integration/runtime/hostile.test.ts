// Containers that somebody made on the device behind the agent's back, with the agent's own labels: none is ever started,
// changed or entered by the agent, whatever is wrong with it. What is in the way of a launch is removed and made anew.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { isCodedError } from '@bongsu/foundation'
import type Docker from 'dockerode'
import { machineEngine } from '../../infra/docker-engine.ts'
import { suiteCleanup } from '../../infra/suite-cleanup.ts'
import { type BusyboxImage, busyboxImage, shell } from './busybox-image.ts'
import { type Change, HOSTILE } from './hostile-containers.ts'
import { launchOf, RealDevice } from './real-device.ts'

const AT_A_TIME = 4

describe('containers made behind the agent’s back', () => {
  const cleanup = suiteCleanup()
  let docker: Docker
  let image: BusyboxImage
  let device: RealDevice
  /** What the agent itself makes: the same as every hostile one but for one thing. */
  let good: Docker.ContainerInspectInfo

  before(async () => {
    docker = await machineEngine()
    image = busyboxImage(cleanup, docker)
    device = new RealDevice(cleanup, { archives: new Map([[image.reference.imageId, image.archive]]) })
    await device.startAgent()
    const launch = launchOf(image.reference, { containers: [{ name: 'main', ...shell('sleep 600') }] })
    await device.want(launch)
    const { containers } = await device.until(
      launch.launchId,
      'its start',
      ({ phase }) => phase === 'running',
    )
    await device.stopAgent()
    good = await docker.getContainer(containers[0]?.containerId ?? '').inspect()
  })
  after(() => cleanup.run())

  /** Not started. Removed with the device, whose label it has. */
  async function made({ top = {}, host = {} }: Change): Promise<Docker.Container> {
    const options = { ...good.Config, Image: good.Image, ...top, HostConfig: { ...good.HostConfig, ...host } }
    return docker.createContainer(options as Docker.ContainerCreateOptions)
  }

  const refused = (attempt: Promise<unknown>, what?: RegExp) =>
    assert.rejects(attempt, (error) => {
      assert.ok(isCodedError(error), String(error))
      assert.equal(error.code, 'AGENT_POLICY_FORBIDS')
      if (what) assert.match(String(error.parameters?.what), what)
      return true
    })

  test('one like the agent’s own is started, changed and entered: nothing else keeps the others from it', async () => {
    const { id } = await made({})
    const runtime = device.runtime()
    assert.equal(await runtime.startContainer(id), 'started')
    assert.equal(await runtime.updateContainer(id, { memoryBytes: 64 * 1024 * 1024, pids: 50 }), 'updated')
    const { HostConfig } = await docker.getContainer(id).inspect()
    assert.deepEqual([HostConfig.Memory, HostConfig.PidsLimit], [64 * 1024 * 1024, 50])
    const limits = { timeoutMs: 10_000, maxBytes: 1000 }
    const argv = ['/bin/busybox', 'sh', '-c', 'echo out; echo err >&2; id -u; exit 7']
    const execution = await runtime.execute(id, { argv, ...limits })
    assert.ok(execution !== 'not_running')
    assert.equal(execution.exitCode, 7)
    assert.deepEqual(execution.output.split('\n').toSorted(), ['', '0', 'err', 'out'])
    // Changed by our own hand, it is still one of ours: another life starts it again.
    await runtime.stopContainer(id, { graceMs: 0 })
    assert.equal(await device.runtime().startContainer(id), 'started')
    await runtime.removeContainer(id)
    assert.equal(await runtime.updateContainer(id, { pids: 50 }), 'not_found')
    assert.equal(await runtime.execute(id, { argv, ...limits }), 'not_running')
  })

  test('limits beyond the policy are refused, and nothing changes', async () => {
    const { id } = await made({})
    const runtime = device.runtime()
    await refused(runtime.updateContainer(id, { pids: 1e6 }), /1000000 processes/)
    await refused(runtime.updateContainer(id, { memoryBytes: 0 }), /memory/i)
    const { HostConfig } = await docker.getContainer(id).inspect()
    assert.equal(HostConfig.PidsLimit, good.HostConfig.PidsLimit)
    await runtime.removeContainer(id)
  })

  test('a command that does not end is not waited for, and its output is bounded', async () => {
    const { id } = await made({})
    const runtime = device.runtime()
    await runtime.startContainer(id)
    const argv = ['/bin/busybox', 'sh', '-c', 'yes | head -c 100000; sleep 600']
    const execution = await runtime.execute(id, { argv, timeoutMs: 300, maxBytes: 10 })
    assert.deepEqual(execution, { exitCode: undefined, output: 'y\ny\ny\ny\ny\n' })
    await runtime.removeContainer(id)
  })

  test('at least fifty kinds of hostile container are known', () => assert.ok(HOSTILE.length >= 50))

  describe('are never started, changed or entered', { concurrency: AT_A_TIME }, () => {
    for (const { what, change, names } of HOSTILE) {
      test(what, async () => {
        const runtime = device.runtime()
        const container = await made(typeof change === 'function' ? change(good) : change)
        await refused(runtime.startContainer(container.id), names)
        await refused(runtime.updateContainer(container.id, { cpus: 1 }), names)
        const argv = ['/bin/busybox', 'true']
        await refused(runtime.execute(container.id, { argv, timeoutMs: 1000, maxBytes: 10 }), names)
        assert.equal((await container.inspect()).State.Status, 'created')
        await container.remove({ force: true, v: true })
      })
    }
  })

  test('one joined to another network after it was made is not started', async () => {
    const container = await made({})
    const name = `bongsu-test-${device.owner}`
    const network = await docker.createNetwork({ Name: name, Internal: true })
    cleanup.after(() => network.remove())
    // The engine joins a container without network to none, so the first goes.
    await docker.getNetwork('none').disconnect({ Container: container.id, Force: true })
    await network.connect({ Container: container.id })
    await refused(device.runtime().startContainer(container.id), new RegExp(`network ${name}`))
    await container.remove({ force: true })
  })

  test('the policy of today counts, not that of the day it was made', async () => {
    const { id } = await made({})
    const strict = device.runtime({ maximumPids: 10 })
    await refused(strict.startContainer(id), /processes/)
    await refused(
      device
        .runtime({ exec: false })
        .execute(good.Id, { argv: ['/bin/busybox'], timeoutMs: 1000, maxBytes: 10 }),
      /running commands/,
    )
    await strict.removeContainer(id)
  })

  test('a new life of the agent removes the one in its way, unstarted, and makes the launch anew', async () => {
    const other = new RealDevice(cleanup, {
      archives: new Map([[image.reference.imageId, image.archive]]),
    })
    await other.startAgent()
    const launch = launchOf(image.reference, { containers: [{ name: 'main', ...shell('sleep 600') }] })
    await other.want(launch)
    const running = await other.until(launch.launchId, 'its start', ({ phase }) => phase === 'running')
    await other.stopAgent()
    const own = docker.getContainer(running.containers[0]?.containerId ?? '')
    const { Name, Config, HostConfig, Image } = await own.inspect()
    await own.remove({ force: true })
    const sinceSeconds = Math.floor(Date.now() / 1000)
    const planted = await docker.createContainer({
      ...Config,
      name: Name.slice(1),
      Image,
      HostConfig: { ...HostConfig, Privileged: true },
    })
    await other.startAgent()
    const again = await other.until(launch.launchId, 'its second start', ({ phase }) => phase === 'running')
    const { HostConfig: anew, Id } = await docker
      .getContainer(again.containers[0]?.containerId ?? '')
      .inspect()
    assert.notEqual(Id, planted.id)
    assert.equal(anew.Privileged, false)
    assert.deepEqual(
      again.findings?.map(({ code, parameters }) => [code, parameters?.what]),
      [['AGENT_CONTAINER_NOT_AS_MADE', 'the container option Privileged']],
    )
    assert.deepEqual(await actionsOf(planted.id, sinceSeconds), ['create', 'destroy'])
  })

  async function actionsOf(containerId: string, since: number): Promise<string[]> {
    const until = Math.floor(Date.now() / 1000) + 1
    const stream = await docker.getEvents({ since, until, filters: { container: [containerId] } })
    let text = ''
    for await (const chunk of stream) text += String(chunk)
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line).Action)
  }
})
