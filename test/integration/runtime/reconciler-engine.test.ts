// The reconciler on a real engine: images, several containers, programs that end, an engine that goes away.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type Docker from 'dockerode'
import { machineEngine, startPrivateEngine } from '../../infra/docker-engine.ts'
import { suiteCleanup } from '../../infra/suite-cleanup.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { tinyImageArchive } from '../../support/image-archive.ts'
import { type BusyboxImage, busyboxImage, shell } from './busybox-image.ts'
import { launchOf, presentImage, RealDevice } from './real-device.ts'

describe('launches on the machine’s engine', () => {
  const cleanup = suiteCleanup()
  let docker: Docker
  let busybox: BusyboxImage

  before(async () => {
    docker = await machineEngine()
    busybox = busyboxImage(cleanup, docker)
  })
  after(() => cleanup.run())

  const deviceWith = (imageId: string, archive: Buffer) =>
    new RealDevice(cleanup, { archives: new Map([[imageId, archive]]) })

  test('an image is fetched, verified, loaded and run', async () => {
    const device = deviceWith(busybox.imageId, busybox.archive)
    await device.startAgent()
    const launch = launchOf(busybox.reference, { containers: [{ name: 'main', ...shell('sleep 600') }] })
    await device.want(launch)
    const { containers } = await device.until(launch.launchId, 'running', ({ phase }) => phase === 'running')
    const { Image } = await docker.getContainer(containers[0]?.containerId ?? '').inspect()
    assert.equal(Image, busybox.imageId)
  })

  test('containers of one launch share network, name and volumes', async () => {
    const device = deviceWith(busybox.imageId, busybox.archive)
    await device.startAgent()
    const volumes = [{ volume: 'shared', path: '/shared' }]
    const launch = launchOf(busybox.reference, {
      volumes: [{ name: 'shared' }],
      containers: [
        {
          name: 'server',
          volumes,
          ...shell('busybox hostname > /shared/name; busybox httpd -f -p 127.0.0.1:8080 -h /shared'),
        },
        {
          name: 'client',
          volumes,
          ...shell(
            'until busybox wget -q -O /shared/got http://127.0.0.1:8080/name; do busybox sleep 0.1; done; busybox hostname > /shared/client; busybox sleep 600',
          ),
        },
      ],
    })
    await device.want(launch)
    await device.until(launch.launchId, 'running', ({ phase }) => phase === 'running')
    const [lead] = (await device.runtime().listContainers()).filter(({ name }) => name === 'server')
    const read = async (path: string) => {
      const exec = await docker
        .getContainer(lead?.containerId ?? '')
        .exec({ Cmd: ['/bin/busybox', 'cat', path], AttachStdout: true })
      const chunks: Buffer[] = []
      for await (const chunk of await exec.start({})) chunks.push(Buffer.from(chunk))
      return Buffer.concat(chunks).subarray(8).toString().trim()
    }
    const seen = await waitFor(async () => [await read('/shared/got'), await read('/shared/client')], {
      what: 'both have written what they see',
      until: ([, client]) => client !== '',
    })
    assert.deepEqual(seen, [launch.launchId, launch.launchId])
  })

  test('a program killed from outside is replaced by a new container', async () => {
    const device = deviceWith(busybox.imageId, busybox.archive)
    await device.startAgent()
    const launch = launchOf(busybox.reference, {
      containers: [{ name: 'main', ...shell('echo last words; sleep 600') }],
    })
    await device.want(launch)
    const { containers } = await device.until(launch.launchId, 'running', ({ phase }) => phase === 'running')
    const first = containers[0]?.containerId ?? ''
    await docker.getContainer(first).kill()
    const ended = await device.until(launch.launchId, 'its end', ({ phase }) => phase === 'waiting')
    assert.deepEqual(ended.reason, { code: 'AGENT_CAUSE_KILLED', quote: 'last words' })
    const second = await device.until(
      launch.launchId,
      'a restart',
      ({ phase, restarts }) => phase === 'running' && restarts === 1,
    )
    assert.notEqual(second.containers[0]?.containerId, first)
  })

  test('an image for another architecture is refused by name', async () => {
    const { archive, imageId } = tinyImageArchive('s390x')
    const device = deviceWith(imageId, archive)
    await device.startAgent()
    const image = { imageId, downloadBytes: archive.length }
    const launch = launchOf(image, { containers: [{ name: 'main' }] })
    await device.want(launch)
    const { reason } = await device.until(launch.launchId, 'failed', ({ phase }) => phase === 'failed')
    assert.equal(reason?.code, 'AGENT_ARCHITECTURE_MISMATCH')
    assert.equal(reason?.parameters?.image, 's390x')
    await docker.getImage(imageId).remove({ force: true })
  })

  test('an archive that is no image fails for good', async () => {
    const archive = Buffer.from('no image at all')
    const imageId = `sha256:${'9'.repeat(64)}`
    const device = deviceWith(imageId, archive)
    await device.startAgent()
    const image = {
      ...presentImage(imageId),
      downloadBytes: archive.length,
    }
    const launch = launchOf(image, { containers: [{ name: 'main' }] })
    await device.want(launch)
    const { reason } = await device.until(launch.launchId, 'failed', ({ phase }) => phase === 'failed')
    assert.equal(reason?.code, 'AGENT_IMAGE_LOAD_FAILED')
  })

  test('a program that does not exist ends with the words of who should start it', async () => {
    const device = deviceWith(busybox.imageId, busybox.archive)
    await device.startAgent()
    const launch = launchOf(busybox.reference, {
      containers: [{ name: 'main', entrypoint: ['/no/such/program'] }],
    })
    await device.want(launch)
    const { reason } = await device.until(launch.launchId, 'its end', ({ phase }) => phase === 'waiting')
    assert.equal(reason?.code, 'AGENT_CAUSE_COMMAND_NOT_FOUND')
    assert.match(reason?.quote ?? '', /no\/such\/program.*No such file/)
  })
})

describe('launches on an engine that goes away', () => {
  const cleanup = suiteCleanup()
  after(() => cleanup.run())

  for (const how of ['stop', 'kill'] as const) {
    test(`wait with the reason after its ${how} and run again when it is back`, async () => {
      const engine = await startPrivateEngine(cleanup)
      const busybox = busyboxImage(cleanup, engine.docker)
      const device = new RealDevice(cleanup, {
        socketPath: engine.socketPath,
        archives: new Map([[busybox.reference.imageId, busybox.archive]]),
      })
      await device.startAgent()
      const launch = launchOf(busybox.reference, { containers: [{ name: 'main', ...shell('sleep 600') }] })
      await device.want(launch)
      await device.until(launch.launchId, 'running', ({ phase, reason }) => phase === 'running' && !reason)
      await engine[how]()
      await device.until(
        launch.launchId,
        'the reason',
        ({ reason }) => reason?.code === 'AGENT_ENGINE_UNREACHABLE',
      )
      await engine.start()
      await device.until(
        launch.launchId,
        'running again',
        ({ phase, reason }) => phase === 'running' && !reason,
      )
      await device.stopAgent()
      for (const { containerId } of await device.runtime().listContainers()) {
        await device.runtime().removeContainer(containerId)
      }
    })
  }
})
