// From a wish to a picture: reconciler, real engine, real X server, and a program that draws.
import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type Docker from 'dockerode'
import type { DisplayPort } from '../../../packages/agent/src/reconciler/ports.ts'
import { ensureX11Image } from '../../infra/base-image.ts'
import { machineEngine } from '../../infra/docker-engine.ts'
import { suiteCleanup } from '../../infra/suite-cleanup.ts'
import { startXServer, type XServer } from '../../infra/x-server.ts'
import { launchOf, presentImage, RealDevice } from './real-device.ts'

describe('launches on a display', () => {
  const cleanup = suiteCleanup()
  let docker: Docker
  let x: XServer
  let imageId: string

  before(async () => {
    docker = await machineEngine()
    imageId = (await docker.getImage(await ensureX11Image()).inspect()).Id
    x = await startXServer(cleanup)
  })
  after(() => cleanup.run())

  const drawing = () =>
    launchOf(presentImage(imageId), {
      containers: [{ name: 'main', command: ['xlogo', '-geometry', '300x200+10+10'] }],
      display: { required: true },
    })

  test('a program shows its picture, and an agent that comes back finds it untouched', async () => {
    const device = new RealDevice(cleanup, { x })
    await device.startAgent()
    const launch = drawing()
    await device.want(launch)
    const shown = await device.until(
      launch.launchId,
      'the picture',
      ({ picture }) => picture?.verdict === 'visible',
    )
    assert.equal(shown.phase, 'running')
    assert.equal(shown.picture?.windowTitle, 'xlogo')
    const containerId = shown.containers[0]?.containerId ?? ''
    const { State, Config } = await docker.getContainer(containerId).inspect()
    assert.equal(Config.Hostname, launch.launchId)
    await device.stopAgent()
    await device.startAgent()
    const again = await device.until(
      launch.launchId,
      'the picture',
      ({ picture }) => picture?.verdict === 'visible',
    )
    assert.equal(again.containers[0]?.containerId, containerId)
    assert.equal(again.restarts, 0)
    assert.equal((await docker.getContainer(containerId).inspect()).State.Pid, State.Pid)
    await device.want()
    await device.until(launch.launchId, 'the end', ({ phase }) => phase === 'stopped')
    assert.deepEqual(await device.runtime().listContainers(), [])
  })

  test('without its cookie a program fails, and the reason quotes why', async () => {
    const wrapDisplay = (display: DisplayPort): DisplayPort => ({
      ...bindAll(display),
      async bind(request, signal) {
        const result = await display.bind(request, signal)
        if (result.kind === 'bound') await rm(join(result.binding.cookieDir, 'Xauthority'))
        return result
      },
    })
    const device = new RealDevice(cleanup, { x, wrapDisplay })
    await device.startAgent()
    const launch = drawing()
    await device.want(launch)
    const { reason, picture } = await device.until(
      launch.launchId,
      'the reason',
      (status) => status.reason?.code === 'AGENT_CAUSE_X_NO_COOKIE',
    )
    assert.match(reason?.quote ?? '', /authori[sz]ation required|can't open display/i)
    assert.equal(picture, undefined)
  })

  test('a device without display lets a launch wait, with the reason', async () => {
    const device = new RealDevice(cleanup)
    await device.startAgent()
    const launch = drawing()
    await device.want(launch)
    const { reason } = await device.until(launch.launchId, 'waiting', ({ phase }) => phase === 'waiting')
    assert.equal(reason?.code, 'AGENT_NO_DISPLAY')
    assert.deepEqual(await device.runtime().listContainers(), [])
  })
})

/** A copy whose calls still reach the original: its methods live on a class. */
const bindAll = (display: DisplayPort): DisplayPort => ({
  look: (signal) => display.look(signal),
  bind: (request, signal) => display.bind(request, signal),
  release: (launchId) => display.release(launchId),
  boundLaunches: () => display.boundLaunches(),
  lastReport: () => display.lastReport(),
  watch: (onChange) => display.watch(onChange),
})
