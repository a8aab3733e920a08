// P12: the sample package from the last byte fetched to the image in the engine, against `docker load` of the same archive;
// and what its second version costs on the wire.
import { createReadStream, createWriteStream } from 'node:fs'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { archiveBytes, planArchive, streamArchive } from '@bongsu/foundation'
import {
  checkoutFolder,
  EngineApi,
  localSampleImage,
  runCommand,
  sampleImageStep,
  trialPaths,
} from '@bongsu/trial'
import { blobPath } from '../../packages/agent/src/images/blob-download.ts'
import { sharedLayers } from '../../packages/agent/src/images/layer-plan.ts'
import { loadImageArchive } from '../../packages/agent/src/runtime/docker/image-load.ts'
import { sampleImage } from '../../test/infra/base-image.ts'
import { startPrivateEngine } from '../../test/infra/docker-engine.ts'
import { suiteCleanup } from '../../test/infra/suite-cleanup.ts'
import { tempDir } from '../../test/infra/temp-dir.ts'
import type { Benchmark, Stage } from './benchmark.ts'
import { startCountingRelay } from './scene/counting-relay.ts'
import { startImageHub } from './scene/image-hub.ts'
import { clearFolder, fetchMissing } from './scene/layer-fetch.ts'

const AGENT = 'agent: fetched layers to image'
const LOAD = 'docker load -i'

export const packageInstall: Benchmark = {
  name: 'package-install',
  goal: 'P12',
  what: 'the image of the sample package, from its layers on disk as they were fetched (compressed) until the engine names the image; the floor loads the plain archive of the same content. A private engine, which has nothing of the image before; both have been read just before.',
  unit: 'ms',
  rounds: 5,
  comparisons: [{ ours: AGENT, floor: LOAD, target: 1.1 }],
  async open(): Promise<Stage> {
    const cleanup = suiteCleanup()
    const hub = await startImageHub(cleanup)
    const engine = await startPrivateEngine(cleanup)
    const archive = await new EngineApi().saveImage(await sampleImage())
    const { packageId, release } = await hub.upload(archive)
    const folder = join(tempDir(cleanup, 'install'), 'images')
    await fetchMissing({ ...hub, packageId, folder }, release, 0)
    const segments = planArchive(release)
    const openBlob = async (digest: string) =>
      createReadStream(blobPath(folder, digest), { highWaterMark: 1024 * 1024 })
    const open = () => streamArchive(openBlob, segments, { start: 0, end: archiveBytes(segments) - 1 })
    const path = join(tempDir(cleanup, 'load'), 'image.tar')
    await pipeline(open(), createWriteStream(path))
    const timed = async (load: () => Promise<unknown>) => {
      await engine.docker
        .getImage(release.imageId)
        .remove({ force: true })
        .catch(() => undefined)
      await runCommand(['sync'])
      const beganMs = performance.now()
      await load()
      await engine.docker.getImage(release.imageId).inspect()
      return performance.now() - beganMs
    }
    return {
      sides: {
        [AGENT]: () =>
          timed(() => loadImageArchive(engine.docker, open(), { inactivityMs: 60_000 }, undefined)),
        [LOAD]: () =>
          timed(() => runCommand(['docker', '-H', `unix://${engine.socketPath}`, 'load', '-i', path])),
      },
      close: () => cleanup.run(),
    }
  },
}

const WIRE = 'bytes sent to a device that has version 1'
const CHANGED = 'layers that version 2 does not share'

export const packageSecondVersion: Benchmark = {
  name: 'package-second-version',
  goal: 'P12',
  what: 'the sample package with another line in its program, built by the same recipe and uploaded whole; what a relay hands to a device that has the first version (configuration, layers, headers), against the layers of the second that the first does not have, as they are stored.',
  unit: 'MB',
  rounds: 1,
  comparisons: [{ ours: WIRE, floor: CHANGED, target: 1.1 }],
  async open(): Promise<Stage> {
    const cleanup = suiteCleanup()
    const hub = await startImageHub(cleanup)
    const engine = new EngineApi()
    const first = await hub.upload(await engine.saveImage(await sampleImage()))
    const reference = await buildSecondVersion(join(tempDir(cleanup, 'second'), 'person-detector'), engine)
    cleanup.after(() => void runCommand(['docker', 'rmi', reference]).catch(() => undefined))
    const second = await hub.upload(await engine.saveImage(reference))
    const relay = await startCountingRelay(cleanup, hub.url)
    const folder = join(tempDir(cleanup, 'wire'), 'images')
    const diffIds = second.release.layers.map(({ diffId }) => diffId)
    const had = first.release.layers.map(({ diffId }) => diffId)
    const changed = second.release.layers.filter(({ diffId }) => !had.includes(diffId))
    const ours = async () => {
      clearFolder(folder)
      relay.begin()
      const fetch = { url: relay.url, token: hub.token, packageId: second.packageId, folder }
      await fetchMissing(fetch, second.release, sharedLayers(diffIds, [had]))
      return relay.bytes / 1e6
    }
    return {
      sides: {
        [WIRE]: ours,
        [CHANGED]: async () => changed.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6,
      },
      close: () => cleanup.run(),
    }
  },
}

async function buildSecondVersion(example: string, engine: EngineApi): Promise<string> {
  const paths = trialPaths(checkoutFolder(), process.env)
  await cp(join(paths.checkout, 'examples', 'person-detector'), example, { recursive: true })
  const program = join(example, 'main.py')
  await writeFile(program, `${await readFile(program, 'utf8')}\n# The second version.\n`)
  const step = sampleImageStep({
    engine,
    example,
    videoCache: join(paths.cache, 'video'),
    isRoot: process.getuid?.() === 0,
    logPath: join(paths.logs, 'bench.log'),
  })
  await step.run({ progress: () => undefined })
  return localSampleImage(example)
}
