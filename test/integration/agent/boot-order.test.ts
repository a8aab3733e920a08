// Who comes first does not matter: screen after agent, agent anew, engine anew. What waits starts once, what runs stays.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { LaunchStatus } from '@bongsu/protocol'
import type Docker from 'dockerode'
import { ensureX11Image } from '../../infra/base-image.ts'
import { machineEngine, startPrivateEngine } from '../../infra/docker-engine.ts'
import { restartableX } from '../../infra/restartable-x.ts'
import { suiteCleanup } from '../../infra/suite-cleanup.ts'
import { launchOf, presentImage, RealDevice } from '../runtime/real-device.ts'

const isVisible = ({ picture }: LaunchStatus): boolean => picture?.verdict === 'visible'
const isWaiting = ({ phase }: LaunchStatus): boolean => phase === 'waiting'
const containerIdOf = ({ containers }: LaunchStatus): string => containers[0]?.containerId ?? ''

const drawing = (imageId: string) =>
  launchOf(presentImage(imageId), {
    containers: [{ name: 'main', command: ['xlogo', '-geometry', '300x200+10+10'] }],
    display: { required: true },
  })

describe('the order in which a device comes up', () => {
  const cleanup = suiteCleanup()
  let docker: Docker

  before(async () => {
    docker = await machineEngine()
  })
  after(() => cleanup.run())

  const idOfImage = async (engine: Docker, reference: string) =>
    (await engine.getImage(reference).inspect()).Id

  test('a screen after the agent, and after its restart: what waits starts once, what was called off never', async () => {
    const x = restartableX(cleanup)
    const device = new RealDevice(cleanup, { authFile: x.authFile, displayNumber: x.number() })
    const imageId = await idOfImage(docker, await ensureX11Image())
    const [kept, calledOff] = [drawing(imageId), drawing(imageId)]
    const created: string[] = []
    const events = await docker.getEvents({
      filters: { type: ['container'], event: ['create'], label: [`bongsu.dev/agent=${device.owner}`] },
    })
    events.on('data', (line: Buffer) => created.push(line.toString()))
    cleanup.after(async () => void (events as NodeJS.ReadableStream & { destroy(): void }).destroy())

    await device.startAgent()
    await device.want(kept, calledOff)
    for (const { launchId } of [kept, calledOff]) {
      const { reason } = await device.until(launchId, 'waiting', isWaiting)
      assert.equal(reason?.code, 'AGENT_NO_DISPLAY')
    }
    await device.stopAgent()
    await device.startAgent()
    await device.until(kept.launchId, 'waiting again', isWaiting)
    await device.want(kept)
    await device.until(calledOff.launchId, 'its end', ({ phase }) => phase === 'stopped')
    assert.deepEqual(created, [])

    await x.start()
    const { restarts } = await device.until(kept.launchId, 'the picture', isVisible)
    assert.equal(restarts, 0)
    assert.equal(created.length, 1)
  })

  test('an engine that restarts under what runs, and an agent that does: same container, same window', async () => {
    const engine = await startPrivateEngine(cleanup, { containers: 'outlive-it' })
    const x = restartableX(cleanup)
    await x.start()
    const imageId = await idOfImage(engine.docker, await ensureX11Image(engine.api))
    const { authFile } = x
    const { socketPath } = engine
    const device = new RealDevice(cleanup, { authFile, displayNumber: x.number(), socketPath })
    const launch = drawing(imageId)
    await device.startAgent()
    await device.want(launch)
    const first = await device.until(launch.launchId, 'the picture', isVisible)
    const { State } = await engine.docker.getContainer(containerIdOf(first)).inspect()

    await engine.stop()
    await device.until(launch.launchId, 'the engine gone', ({ reason }) => reason !== undefined)
    await engine.start()
    const second = await device.until(
      launch.launchId,
      'the engine back',
      (status) => isVisible(status) && status.reason === undefined,
    )
    await device.stopAgent()
    await device.startAgent()
    const third = await device.until(launch.launchId, 'the picture for a new agent', isVisible)

    for (const status of [second, third]) {
      assert.equal(containerIdOf(status), containerIdOf(first))
      assert.equal(status.restarts, 0)
    }
    const still = await engine.docker.getContainer(containerIdOf(first)).inspect()
    assert.deepEqual([still.State.Pid, still.State.StartedAt], [State.Pid, State.StartedAt])
  })
})
