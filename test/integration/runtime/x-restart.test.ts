// The X server ends and comes back under running programs: windows return, nothing is counted against the programs.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { LaunchStatus } from '@bongsu/protocol'
import type Docker from 'dockerode'
import { ensureX11Image } from '../../infra/base-image.ts'
import { machineEngine } from '../../infra/docker-engine.ts'
import { freeNumber, type RestartableX, restartableX } from '../../infra/restartable-x.ts'
import { suiteCleanup } from '../../infra/suite-cleanup.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { launchOf, presentImage, RealDevice } from './real-device.ts'

const ROUNDS = 20
const isVisible = ({ picture }: LaunchStatus): boolean => picture?.verdict === 'visible'

describe('an X server that restarts', () => {
  const cleanup = suiteCleanup()
  let docker: Docker
  let imageId: string

  before(async () => {
    docker = await machineEngine()
    imageId = (await docker.getImage(await ensureX11Image()).inspect()).Id
  })
  after(() => cleanup.run())

  const drawing = (...command: string[]) =>
    launchOf(presentImage(imageId), {
      containers: [{ name: 'main', command }],
      display: { required: true },
    })

  async function deviceOn(x: RestartableX): Promise<RealDevice> {
    const device = new RealDevice(cleanup, { authFile: x.authFile })
    await device.startAgent()
    return device
  }

  const containerIdOf = (status: LaunchStatus): string => status.containers[0]?.containerId ?? ''

  test(`${ROUNDS} ends of the server, asked and killed, same number and others: the window is back each time`, async () => {
    const x = restartableX(cleanup)
    await x.start()
    const device = await deviceOn(x)
    const launch = drawing('xlogo', '-geometry', '300x200+10+10')
    await device.want(launch)
    let shown = await device.until(launch.launchId, 'the picture', isVisible)
    const clients = await settledClients(x)
    assert.ok(clients > 0)
    for (let round = 1; round <= ROUNDS; round += 1) {
      const earlier = containerIdOf(shown)
      await x.end(round % 2 === 0 ? 'SIGTERM' : 'SIGKILL')
      await x.start(round % 5 === 0 ? freeNumber() : undefined)
      shown = await device.until(
        launch.launchId,
        `the picture of round ${round}`,
        (status) => isVisible(status) && containerIdOf(status) !== earlier,
      )
      assert.equal(shown.restarts, 0, `round ${round} counted as a crash`)
      assert.equal(shown.findings?.[0]?.code, 'AGENT_DISPLAY_LOST')
    }
    assert.equal(await settledClients(x), clients, 'clients leaked')
    assert.equal((await device.runtime().listContainers()).length, 1)
  })

  test('a program that outlives its server is made anew, and one without a window of its own is not touched', async () => {
    const x = restartableX(cleanup)
    await x.start()
    const device = await deviceOn(x)
    // Draws through a child and does not care when that one is gone.
    const survivor = drawing('sh', '-c', 'xlogo; exec sleep 1000')
    const blind = launchOf(presentImage(imageId), {
      containers: [{ name: 'main', command: ['sleep', '1000'] }],
    })
    await device.want(survivor, blind)
    const first = await device.until(survivor.launchId, 'the picture', isVisible)
    const untouched = await device.until(blind.launchId, 'running', ({ phase }) => phase === 'running')
    await x.end('SIGKILL')
    await x.start()
    const second = await device.until(
      survivor.launchId,
      'the picture again',
      (status) => isVisible(status) && containerIdOf(status) !== containerIdOf(first),
    )
    assert.equal(second.restarts, 0)
    assert.equal(second.findings?.[0]?.code, 'AGENT_DISPLAY_LOST')
    const still = await device.until(blind.launchId, 'running', ({ phase }) => phase === 'running')
    assert.equal(containerIdOf(still), containerIdOf(untouched))
  })

  test('several programs come back one after another', async () => {
    const x = restartableX(cleanup)
    await x.start()
    const device = await deviceOn(x)
    const launches = [0, 1, 2].map((index) => drawing('xlogo', '-geometry', `100x100+${index * 120}+0`))
    await device.want(...launches)
    for (const { launchId } of launches) await device.until(launchId, 'the picture', isVisible)
    await x.end('SIGTERM')
    await x.start()
    const spans: { startedAt: number; createdAt: number }[] = []
    for (const { launchId } of launches) {
      const status = await device.until(
        launchId,
        'the picture again',
        (seen) => isVisible(seen) && seen.findings?.[0]?.code === 'AGENT_DISPLAY_LOST',
      )
      const { Created, State } = await docker.getContainer(containerIdOf(status)).inspect()
      spans.push({ createdAt: Date.parse(Created), startedAt: Date.parse(State.StartedAt) })
    }
    const inOrder = spans.toSorted((a, b) => a.createdAt - b.createdAt)
    inOrder.slice(1).forEach((span, index) => {
      assert.ok(span.createdAt >= (inOrder[index]?.startedAt ?? 0), 'two were made at the same time')
    })
  })
})

/** Ours come and go with each look; what stays are the programs'. */
async function settledClients(x: RestartableX): Promise<number> {
  const lowest = { count: Number.POSITIVE_INFINITY, seen: 0 }
  await waitFor(
    () => {
      const count = x.clients()
      if (count < lowest.count) Object.assign(lowest, { count, seen: 0 })
      lowest.seen += 1
      return lowest.seen
    },
    { what: 'a steady number of clients', until: (seen) => seen > 30, intervalMs: 10 },
  )
  return lowest.count
}
