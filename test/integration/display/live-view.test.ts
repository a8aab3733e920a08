// A device's screen as somebody at the hub sees it: live, masked, by itself or per launch; through the processes that ship.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import type { Device, Launch } from '@bongsu/protocol'
import { ensureDeployed, ensureRegistered, hubUrl } from '@bongsu/trial'
import { machineEngine } from '../../infra/docker-engine.ts'
import { suiteCleanup } from '../../infra/suite-cleanup.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { startXServer, type XServer } from '../../infra/x-server.ts'
import { xPackage } from '../../support/image-archive.ts'
import { type LiveView, watchLive } from '../../support/live-view.ts'
import { type DecodedPng, readPng } from '../../support/png.ts'
import { type Stack, startStack } from '../../support/stack.ts'
import { environmentOf, program } from './x-clients.ts'

const isOnline = (device: Device) => device.connection.state === 'online'

const colourAt = ({ rgb, width }: DecodedPng, x: number, y: number): string =>
  rgb.toString('hex', (y * width + x) * 3, (y * width + x) * 3 + 3)

describe('the screen of a device', () => {
  const cleanup = suiteCleanup()
  const open: LiveView[] = []
  let stack: Stack
  let x: XServer
  let deviceId: string

  const agentOptions = () => ({ display: x.trialDisplay, config: { trial: { end_launches_on_exit: false } } })
  const paint = (colour: string) =>
    execFileSync(program('xsetroot'), ['-solid', colour], { env: { ...process.env, ...environmentOf(x) } })
  const watch = async (query: Readonly<Record<string, string | number>> = {}) => {
    const view = await watchLive({ hubUrl: hubUrl(stack.ports), paths: stack.paths, deviceId, query })
    open.push(view)
    return view
  }
  const frameOf = async (view: LiveView): Promise<DecodedPng> => {
    const part = await view.next()
    assert.equal(part?.type, 'image/png', part?.body.toString() ?? 'the view has ended')
    return readPng(part?.body ?? Buffer.alloc(0))
  }
  const leaveAll = () => {
    for (const view of open.splice(0)) view.leave()
  }
  const screenshot = async (query = '') =>
    readPng(await stack.hub.getBinary(`/api/v1/devices/${deviceId}/screenshot${query}`))

  before(async () => {
    const engine = await machineEngine()
    x = await startXServer(cleanup)
    stack = await startStack(cleanup)
    cleanup.after(async () => {
      const filters = JSON.stringify({ label: [`bongsu.dev/owner=${deviceId}`] })
      for (const { Id } of await engine.listContainers({ all: true, filters })) {
        await engine.getContainer(Id).remove({ force: true })
      }
    })
    await stack.startAgent(agentOptions())
    await stack.waitForDevice(isOnline, 'the device is online')
    deviceId = await stack.deviceId()
  })
  after(async () => {
    leaveAll()
    await cleanup.run()
  })

  test('a view shows the screen at once, and again when it changed', async () => {
    paint('#123456')
    const view = await watch({ framesPerSecond: 5 })
    assert.deepEqual([view.status, view.contentType.split(';')[0]], [200, 'multipart/x-mixed-replace'])
    const first = await frameOf(view)
    assert.deepEqual([first.width, first.height, colourAt(first, 9, 9)], [1280, 720, '123456'])
    paint('#aa5500')
    assert.equal(colourAt(await frameOf(view), 9, 9), 'aa5500')
    leaveAll()
  })

  test('a view is as small as asked for, and ends when its time is over', async () => {
    const view = await watch({ framesPerSecond: 5, durationSeconds: 1, maxWidthPixels: 320 })
    const { width, height } = await frameOf(view)
    assert.deepEqual([width, height], [320, 180])
    assert.equal(await view.next(), undefined)
  })

  test('what cannot be shown is refused with its code', async () => {
    const other = await watch({ launchId: 'lau-aaaaaaaaaaaaaaaa' })
    assert.deepEqual([other.status, (await other.json()).code], [404, 'HUB_LAUNCH_NOT_FOUND'])
    const fast = await watch({ framesPerSecond: 6 })
    assert.deepEqual([fast.status, (await fast.json()).code], [400, 'HUB_INVALID_REQUEST'])
  })

  test('a fifth viewer is told that there are four, and gets in when one has left', async () => {
    const views = await Promise.all([1, 2, 3, 4].map(() => watch({ framesPerSecond: 5 })))
    await Promise.all(views.map(frameOf))
    const fifth = await watch()
    assert.deepEqual([fifth.status, (await fifth.json()).code], [429, 'AGENT_LIVE_VIEW_BUSY'])
    views[0]?.leave()
    await waitFor(() => watch(), { what: 'another one gets in', until: ({ status }) => status === 200 })
    leaveAll()
  })

  test('what a package masks is black in every picture, wherever its window lies and whoever is killed', async () => {
    paint('#ffffff')
    const command = ['xlogo', '-fg', '#00ff00', '-bg', '#00ff00', '-bw', '0']
    const sample = await xPackage('masked', command, {
      display: {
        required: true,
        placement: '400x200+100+100',
        masks: [{ x: 0, y: 0, width: 0.5, height: 1 }],
      },
      network: 'none',
    })
    const version = await ensureRegistered(stack.hub, sample, stack.publisher)
    const { id } = await ensureDeployed(stack.hub, { packageId: 'masked', version, deviceId })
    // One flat colour, so that the mask is the only other thing in its picture.
    const isShown = (launch: Launch) =>
      launch.status?.picture?.verdict === 'black' && launch.status.picture.widthPixels === 400
    await stack.waitForLaunch(id, isShown, 'its window is there, and placed')
    const check = async () => {
      const screen = await screenshot()
      assert.deepEqual(
        [90, 110, 290, 310, 490].map((left) => colourAt(screen, left, 150)),
        ['ffffff', '000000', '000000', '00ff00', '00ff00'],
      )
      const window = await screenshot(`?launchId=${id}`)
      assert.deepEqual([window.width, window.height], [400, 200])
      assert.deepEqual([colourAt(window, 10, 10), colourAt(window, 390, 10)], ['000000', '00ff00'])
      const thumbnail = await screenshot(`?launchId=${id}&maxWidthPixels=100`)
      assert.deepEqual([thumbnail.width, thumbnail.height], [100, 50])
      assert.deepEqual([colourAt(thumbnail, 10, 10), colourAt(thumbnail, 90, 10)], ['000000', '00ff00'])
      const live = await frameOf(await watch({ launchId: id }))
      assert.deepEqual([colourAt(live, 10, 10), colourAt(live, 390, 10)], ['000000', '00ff00'])
      leaveAll()
    }
    await check()
    await stack.running.agent?.kill()
    await stack.startAgent(agentOptions())
    await stack.waitForDevice((device) => isOnline(device) && device.display?.state === 'ready', 'it is back')
    await stack.waitForLaunch(
      id,
      (launch) => isShown(launch) && launch.freshness === 'live',
      'it is seen again',
    )
    await check()
  })

  test('a view whose screen is gone ends with the reason', async () => {
    const view = await watch({ framesPerSecond: 5 })
    await frameOf(view)
    await x.kill()
    let last: string | undefined
    for (let part = await view.next(); part; part = await view.next()) {
      last = part.type === 'application/problem+json' ? part.body.toString() : undefined
    }
    const problem = JSON.parse(last ?? '{}') as { code?: string; remedy?: string }
    assert.equal(problem.code, 'AGENT_DISPLAY_STALE_SOCKET')
    assert.ok(problem.remedy)
  })
})
