// An image on its way to a real device: only the layers that its engine lacks travel, a killed agent goes on where it
// was, and what arrives runs.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import type {
  Deployment,
  Launch,
  LaunchStatus,
  LaunchTimeline,
  ReleaseManifest,
  SignedRelease,
} from '@bongsu/protocol'
import {
  EngineApi,
  ensureRegistered,
  MACHINE_ENGINE_SOCKET,
  type SamplePackage,
  trialFiles,
} from '@bongsu/trial'
import type Docker from 'dockerode'
import { ensureX11Image } from '../infra/base-image.ts'
import { machineEngine } from '../infra/docker-engine.ts'
import { freePort } from '../infra/free-port.ts'
import { startRefusingEngine } from '../infra/refusing-engine.ts'
import { smallFileSystem } from '../infra/small-file-system.ts'
import { suiteCleanup } from '../infra/suite-cleanup.ts'
import { waitFor } from '../infra/wait-for.ts'
import { startXServer, type XServer } from '../infra/x-server.ts'
import { tarOf } from '../support/image-archive.ts'
import { type Stack, startStack } from '../support/stack.ts'

/** Stands between agent and hub, counts what blobs cost, and cuts the link after so many bytes of them. */
interface Link {
  readonly url: string
  readonly blobBytes: () => number
  readonly cutAfter: (bytes: number) => void
}

function linkTo(hubPort: number, port: number, onListen: (server: Server) => void): Promise<Link> {
  let blobBytes = 0
  let left = Number.POSITIVE_INFINITY
  const server = createServer((incoming, outgoing) => {
    const isBlob = /\/blobs\//.test(incoming.url ?? '')
    const asked = request(
      {
        port: hubPort,
        host: '127.0.0.1',
        method: incoming.method,
        path: incoming.url,
        headers: incoming.headers,
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.on('data', (chunk: Buffer) => {
          const passed = isBlob ? chunk.subarray(0, Math.max(0, left)) : chunk
          if (isBlob) {
            blobBytes += passed.length
            left -= chunk.length
          }
          // What the agent has not taken yet must wait in the hub: bytes piled up here would count as sent to it.
          if (!outgoing.write(passed)) {
            answer.pause()
            outgoing.once('drain', () => answer.resume())
          }
          if (!isBlob || left > 0) return
          left = Number.POSITIVE_INFINITY
          outgoing.destroy()
          answer.destroy()
        })
        answer.on('end', () => outgoing.end())
        answer.on('error', () => outgoing.destroy())
      },
    )
    asked.on('error', () => outgoing.destroy())
    incoming.pipe(asked)
  })
  server.on('upgrade', (incoming, socket, head) => {
    const asked = request({ port: hubPort, host: '127.0.0.1', path: incoming.url, headers: incoming.headers })
    asked.on('upgrade', (answer, upstream, upstreamHead) => {
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}`)
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
      socket.write(upstreamHead)
      upstream.write(head)
      upstream.pipe(socket).pipe(upstream)
      upstream.on('error', () => socket.destroy())
      socket.on('error', () => upstream.destroy())
    })
    asked.on('error', () => socket.destroy())
    asked.end()
  })
  onListen(server)
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () =>
      resolve({
        url: `http://127.0.0.1:${port}`,
        blobBytes: () => blobBytes,
        cutAfter: (bytes) => {
          left = bytes
        },
      }),
    )
  })
}

const STATE_BYTES = 160 * 1024 * 1024
const IN_FLIGHT_BYTES = 12_000_000

describe('an image on its way to a device', () => {
  const cleanup = suiteCleanup()
  const engineApi = new EngineApi()
  let stack: Stack
  let docker: Docker
  let x: XServer
  let link: Link
  let agentOptions: Parameters<Stack['startAgent']>[0]

  before(async () => {
    docker = await machineEngine()
    x = await startXServer(cleanup)
    // Room for what is missing, and by far not for the images.
    stack = await startStack(cleanup, {
      prepare: (paths) => smallFileSystem(cleanup, trialFiles(paths).agentState, STATE_BYTES),
    })
    link = await linkTo(stack.ports.hub, await freePort(), (server) =>
      cleanup.after(() => {
        server.closeAllConnections()
        server.close()
      }),
    )
    agentOptions = {
      display: x.trialDisplay,
      config: {
        hub: { url: link.url, join_token: `file:${trialFiles(stack.paths).joinToken}` },
        trial: { end_launches_on_exit: true },
      },
    }
    await stack.startAgent(agentOptions)
    await stack.waitForDevice((device) => device.display?.state === 'ready', 'its display is known')
  })
  after(() => cleanup.run())

  /** An image of the small base and a layer of so many random bytes; the engine forgets it when it is uploaded. */
  async function made(id: string, layerBytes: number): Promise<SamplePackage> {
    const base = await ensureX11Image(engineApi)
    const tag = `bongsu/test-transfer:${id}`
    const dockerfile = `FROM ${base}\nRUN head -c ${layerBytes} /dev/urandom > /payload\nCMD ["xclock", "-update", "1"]\n`
    const context = tarOf([{ name: 'Dockerfile', content: Buffer.from(dockerfile) }])
    await engineApi.buildImage(Readable.from([context]), { tag, buildArguments: {} })
    const imageId = (await engineApi.imageId(tag)) ?? ''
    cleanup.after(async () => {
      await docker
        .getImage(imageId)
        .remove({ force: true })
        .catch(() => undefined)
    })
    return {
      registration: { id, koreanName: '전송 시험', fileName: `${id}.tar`, copyrightHolder: '봉수' },
      profile: { containers: [{ name: 'main' }], display: { required: true }, network: 'none' },
      imageId,
      openArchive: () => engineApi.saveImage(tag),
    }
  }

  async function uploaded(id: string, layerBytes: number) {
    const sample = await made(id, layerBytes)
    const version = await ensureRegistered(stack.hub, sample, stack.publisher)
    await docker.getImage(sample.imageId).remove({ force: true })
    const { manifest } = await stack.hub.get<SignedRelease>(
      `/api/v1/packages/${id}/versions/${encodeURIComponent(version)}/manifest`,
    )
    return { id, version, imageId: sample.imageId, release: JSON.parse(manifest) as ReleaseManifest }
  }

  async function deploy({ id, version }: { id: string; version: string }): Promise<string> {
    const wish = { packageId: id, version, deviceIds: [await stack.deviceId()] }
    const { launchIds } = await stack.hub.post<Deployment>('/api/v1/deployments', wish)
    return launchIds[0] ?? ''
  }

  const visible = (launchId: string) =>
    stack.waitForLaunch(launchId, ({ status }) => status?.picture?.verdict === 'visible', 'it is visible')

  test('only the layers that the engine lacks are fetched', async () => {
    const { release, ...wanted } = await uploaded('transfer-delta', 3_000_000)
    const before_ = link.blobBytes()
    await visible(await deploy(wanted))
    const changed = release.layers.at(-1)?.bytes ?? 0
    const cost = link.blobBytes() - before_
    assert.ok(release.layers.length > 1)
    assert.ok(cost >= changed && cost <= changed * 1.1 + release.configurationBytes, `${cost} of ${changed}`)
    assert.equal((await docker.getImage(wanted.imageId).inspect()).Id, wanted.imageId)
  })

  test('a link that is cut, and an agent that is killed meanwhile, cost hardly a byte twice', async () => {
    const { release, ...wanted } = await uploaded('transfer-cut', 60_000_000)
    const before_ = link.blobBytes()
    link.cutAfter(25_000_000)
    const launchId = await deploy(wanted)
    await waitFor(async () => link.blobBytes() - before_, {
      what: 'some of it has come',
      until: (bytes) => bytes >= 25_000_000,
      timeoutMs: 60_000,
    })
    const isHeld = ({ status }: Launch) => (status as LaunchStatus | undefined)?.phase === 'waiting'
    await stack.waitForLaunch(launchId, isHeld, 'the broken download is told')
    await stack.running.agent?.kill()
    await stack.startAgent(agentOptions)
    await visible(launchId)
    const all = release.layers.at(-1)?.bytes ?? 0
    const cost = link.blobBytes() - before_
    // What lay in the buffers of the link when the agent was killed was sent for nothing.
    assert.ok(cost <= all + IN_FLIGHT_BYTES, `${cost} of ${all}`)
    assert.deepEqual(readdirSync(join(trialFiles(stack.paths).agentState, 'images')), [])
    const { entries } = await stack.hub.get<LaunchTimeline>(`/api/v1/launches/${launchId}/timeline`)
    const broken = entries.find(({ step }) => step === 'waiting')
    assert.equal(broken?.reason?.code, 'AGENT_IMAGE_FETCH_FAILED', JSON.stringify(entries))
  })

  test('an agent that is killed while its engine loads fetches nothing again', async () => {
    const { release, ...wanted } = await uploaded('transfer-load', 40_000_000)
    const before_ = link.blobBytes()
    const all = release.layers.at(-1)?.bytes ?? 0
    const launchId = await deploy(wanted)
    // All of it is there, and by now on its way into the engine.
    await waitFor(async () => link.blobBytes() - before_, {
      what: 'all of it has come',
      until: (bytes) => bytes >= all + release.configurationBytes,
      intervalMs: 5,
      timeoutMs: 60_000,
    })
    await stack.running.agent?.kill()
    await stack.startAgent(agentOptions)
    await visible(launchId)
    const cost = link.blobBytes() - before_
    assert.ok(cost <= all + IN_FLIGHT_BYTES, `${cost} of ${all}`)
    assert.deepEqual(readdirSync(join(trialFiles(stack.paths).agentState, 'images')), [])
  })

  test('an engine that wants every layer gets every layer', async () => {
    const { release, ...wanted } = await uploaded('transfer-whole', 1_000_000)
    const engine = await startRefusingEngine(cleanup, MACHINE_ENGINE_SOCKET)
    await stack.running.agent?.stop()
    await stack.startAgent({
      ...agentOptions,
      config: { ...agentOptions.config, docker: { socket: engine.socketPath } },
    })
    const before_ = link.blobBytes()
    await visible(await deploy(wanted))
    assert.equal(engine.refused(), 1)
    const all = release.layers.reduce((sum, { bytes }) => sum + bytes, release.configurationBytes)
    // What came for the first try is not fetched again.
    assert.equal(link.blobBytes() - before_, all)
  })
})
