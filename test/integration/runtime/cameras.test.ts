// Network cameras of launches: a real stream behind a password, asked before the launch and opened by its program.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { type DesiredLaunch, type DeviceCamera, isKnownErrorCode, type Reason } from '@bongsu/protocol'
import { EngineApi, hasImage, localBaseImageName } from '@bongsu/trial'
import type Docker from 'dockerode'
import { probeCamera } from '../../../packages/agent/src/cameras/rtsp-probe.ts'
import { machineEngine } from '../../infra/docker-engine.ts'
import { type RtspServer, startRtspServer } from '../../infra/rtsp-server.ts'
import { suiteCleanup } from '../../infra/suite-cleanup.ts'
import type { Cleanup } from '../../infra/temp-dir.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { launchOf, presentImage, RealDevice } from './real-device.ts'

const USER = 'operator'
const PASSWORD = 'p@ss:wörd/?#-canary'
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** Opens what it was handed and tells what it sees, never the address. */
const PROGRAM = `
import os, time, cv2
with open(os.environ['BONGSU_CAMERA_FRONT_URL_FILE']) as file: url = file.read()
capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG)
ok, frame = capture.read()
print('seen', ok, None if frame is None else frame.shape, flush=True)
time.sleep(600)
`

/** A daemon that has just made its bridge names the gateway only after its next start: it is the network's first address. */
function bridgeAddress(
  config: { readonly Gateway?: string | undefined; readonly Subnet?: string | undefined } | undefined,
): string {
  const [, network, last] = /^(\d+\.\d+\.\d+)\.(\d+)\//.exec(config?.Subnet ?? '') ?? []
  const address = config?.Gateway || (network && `${network}.${Number(last) + 1}`)
  assert.ok(address, 'the engine has a bridge')
  return address
}

describe('network cameras', () => {
  const cleanup = suiteCleanup()
  let docker: Docker
  let imageId: string
  let bridge: string

  before(async () => {
    docker = await machineEngine()
    const { reference } = await localBaseImageName('gui')
    if (!(await hasImage(new EngineApi(), reference)))
      throw new Error(`${reference} is missing: npm test builds it`)
    imageId = (await docker.getImage(reference).inspect()).Id
    bridge = bridgeAddress((await docker.getNetwork('bridge').inspect()).IPAM?.Config?.[0])
  })
  after(() => cleanup.run())

  const asking = (camera: DeviceCamera, more: object = {}): DesiredLaunch => ({
    ...launchOf(presentImage(imageId), {
      network: 'bridge',
      containers: [
        {
          name: 'main',
          entrypoint: ['python3', '-c', PROGRAM],
          cameras: [{ name: camera.name, as: 'front', ...more }],
        },
      ],
    }),
    cameras: [camera],
    secrets: [{ name: 'gate-password', revision: '1', value: base64(PASSWORD) }],
  })
  const camera = (url: string): DeviceCamera => ({
    name: 'gate',
    kind: 'network',
    url,
    user: USER,
    secret: 'gate-password',
  })

  for (const method of ['basic', 'digest'] as const) {
    test(`a probe tells video, wrong password, no video and no stream by ${method} sign-in`, async (t) => {
      const { url } = await startRtspServer(t, { user: USER, password: PASSWORD, method })
      const probe = async (path: string, password?: string): Promise<Reason | undefined> =>
        probeCamera(
          {
            name: 'gate',
            url: `${url}${path}`,
            timeoutMs: 20_000,
            ...(password !== undefined && { credentials: { user: USER, password } }),
          },
          new AbortController().signal,
        )
      assert.equal(await probe('/gate', PASSWORD), undefined)
      assert.equal((await probe('/gate', 'another'))?.code, 'AGENT_CAMERA_PASSWORD')
      assert.equal((await probe('/gate'))?.code, 'AGENT_CAMERA_PASSWORD')
      assert.equal((await probe('/sound', PASSWORD))?.code, 'AGENT_CAMERA_NO_VIDEO')
      assert.deepEqual(await probe('/nothing', PASSWORD), {
        code: 'AGENT_CAMERA_REFUSED',
        parameters: { name: 'gate', status: 404 },
      })
    })
  }

  test('what is no camera, silent, or not there is told apart', async (t) => {
    const probe = (port: number) =>
      probeCamera(
        { name: 'gate', url: `rtsp://127.0.0.1:${port}/`, timeoutMs: 1000 },
        new AbortController().signal,
      )
    const http = await listening(t, 'HTTP/1.1 400 Bad Request\r\n\r\n')
    assert.equal((await probe(http.port))?.code, 'AGENT_CAMERA_NOT_RTSP')
    const silent = await listening(t, undefined)
    const { code, parameters } = (await probe(silent.port)) ?? {}
    assert.equal(code, 'AGENT_CAMERA_UNREACHABLE')
    assert.match(String(parameters?.message), /no answer in 1000 ms/)
    await http.close()
    assert.match(String((await probe(http.port))?.parameters?.message), /ECONNREFUSED/)
    assert.ok(isKnownErrorCode('AGENT_CAMERA_UNREACHABLE'))
  })

  test('a program opens the stream it was handed, and the password is in no inspection and no folder', async (t) => {
    const server = await startRtspServer(t, {
      address: bridge,
      user: USER,
      password: PASSWORD,
      method: 'digest',
    })
    const device = new RealDevice(cleanup)
    await device.startAgent()
    const launch = asking(camera(`${server.url}/gate`), { required: true })
    await device.want(launch)
    const status = await device.until(launch.launchId, 'it runs', ({ phase }) => phase === 'running')
    assert.equal(status.warnings, undefined)
    const containerId = status.containers[0]?.containerId ?? ''
    const said = await waitFor(() => device.runtime().logTail(containerId, { lines: 20, maxBytes: 10_000 }), {
      what: 'the program has seen a frame',
      until: (text) => text?.includes('seen') === true,
      timeoutMs: 60_000,
    })
    assert.match(said ?? '', /seen True \(288, 384, 3\)/)
    const inspected = await docker.getContainer(containerId).inspect()
    assert.ok(inspected.Config.Env.includes(`BONGSU_CAMERA_FRONT=${server.url}/gate`))
    for (const form of [PASSWORD, encodeURIComponent(PASSWORD), base64(PASSWORD)]) {
      assert.ok(!JSON.stringify(inspected).includes(form))
      assert.equal(spawnSync('grep', ['-rqF', form, device.folder]).status, 1)
    }
  })

  test('a launch whose camera is away starts with a warning, which goes when it is back', async (t) => {
    const device = new RealDevice(cleanup)
    await device.startAgent()
    const gone: RtspServer = await startRtspServer(t, { user: USER, password: PASSWORD, method: 'basic' })
    await gone.stop()
    const launch = asking(camera(`${gone.url}/gate`))
    await device.want(launch)
    const status = await device.until(launch.launchId, 'it runs', ({ phase }) => phase === 'running')
    assert.deepEqual(
      status.warnings?.map(({ code }) => code),
      ['AGENT_CAMERA_UNREACHABLE'],
    )
    // Another address under the same name, as after a repair: the launch is made anew and asks again.
    const back = await startRtspServer(t, {
      address: bridge,
      user: USER,
      password: PASSWORD,
      method: 'basic',
    })
    await device.want({ ...launch, cameras: [camera(`${back.url}/gate`)] })
    await device.until(
      launch.launchId,
      'no warning',
      ({ phase, warnings }) => phase === 'running' && !warnings,
    )
  })

  test('one that requires its camera waits, and so does one whose camera nobody entered', async (t) => {
    const device = new RealDevice(cleanup)
    await device.startAgent()
    const server = await startRtspServer(t, {
      address: bridge,
      user: USER,
      password: PASSWORD,
      method: 'basic',
    })
    const sound = asking(camera(`${server.url}/sound`), { required: true })
    const { cameras: _, ...nameless } = asking(camera(`${server.url}/gate`))
    await device.want(sound, nameless)
    const reasonOf = async ({ launchId }: DesiredLaunch) =>
      (await device.until(launchId, 'it waits', ({ phase }) => phase === 'waiting')).reason?.code
    assert.equal(await reasonOf(sound), 'AGENT_CAMERA_NO_VIDEO')
    assert.equal(await reasonOf(nameless), 'AGENT_CAMERA_NOT_ENTERED')
    await device.want({ ...sound, cameras: [camera(`${server.url}/gate`)] })
    await device.until(sound.launchId, 'it runs', ({ phase }) => phase === 'running')
  })
})

/** A server that says this to whoever asks; nothing when left out. */
async function listening(cleanup: Cleanup, says: string | undefined) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => says !== undefined && socket.end(says))
  })
  const ready = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', ready.resolve)
  await ready.promise
  const address = server.address()
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  cleanup.after(() => void server.close())
  return { port: typeof address === 'object' && address ? address.port : 0, close }
}
