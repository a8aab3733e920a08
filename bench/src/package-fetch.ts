// P11: the agent fetching a layer (received, hashed, written, on disk) against curl and then sha256sum; and how many bytes
// it takes when the link breaks ten times.
import { join } from 'node:path'
import { runCommand } from '@bongsu/trial'
import { suiteCleanup } from '../../test/infra/suite-cleanup.ts'
import { tempDir } from '../../test/infra/temp-dir.ts'
import type { Benchmark, Stage } from './benchmark.ts'
import { startCountingRelay } from './scene/counting-relay.ts'
import { curl } from './scene/curl.ts'
import { generateArchive } from './scene/generated-archive.ts'
import { startImageHub } from './scene/image-hub.ts'
import { clearFolder, fetchBlob } from './scene/layer-fetch.ts'

const AGENT = 'agent: fetched, hashed and synced to disk'
const CURL = 'curl to a file, then sha256sum'

export const packageFetch: Benchmark = {
  name: 'package-fetch',
  goal: 'P11',
  what: 'a layer of 1 GB from the hub until it is verified; the agent keeps a journal and waits for the disk (fsync), the floor does neither and includes the start of its two processes.',
  unit: 'ms',
  rounds: 7,
  comparisons: [{ ours: AGENT, floor: CURL, target: 1 }],
  async open(): Promise<Stage> {
    const cleanup = suiteCleanup()
    const { hub, version, layer } = await hubWithLayer(cleanup, 1e9)
    const folder = join(tempDir(cleanup, 'fetch'), 'images')
    const path = join(tempDir(cleanup, 'curl'), 'layer')
    const ours = async () => {
      clearFolder(folder)
      const beganMs = performance.now()
      await fetchBlob({ ...hub, packageId: version.packageId, folder }, layer)
      return performance.now() - beganMs
    }
    const floor = async () => {
      clearFolder(path)
      const beganMs = performance.now()
      await curl({ url: version.layerUrl, token: hub.token, path })
      await runCommand(['sha256sum', path])
      return performance.now() - beganMs
    }
    return { sides: { [AGENT]: ours, [CURL]: floor }, close: () => cleanup.run() }
  },
}

const RECEIVED = 'bytes sent to the agent, ten cuts'
const SIZE = 'size of the layer'
const CUTS = 10

export const packageCuts: Benchmark = {
  name: 'package-cuts',
  goal: 'P11',
  what: 'what a relay hands to the agent, headers included, while it cuts the connection at ten random points of a layer of 1 GB; the agent takes up each time where it was.',
  unit: 'MB',
  rounds: 5,
  comparisons: [{ ours: RECEIVED, floor: SIZE, target: 1.01 }],
  async open(): Promise<Stage> {
    const cleanup = suiteCleanup()
    const { hub, version, layer } = await hubWithLayer(cleanup, 1e9)
    const relay = await startCountingRelay(cleanup, hub.url)
    const folder = join(tempDir(cleanup, 'cuts'), 'images')
    const ours = async () => {
      clearFolder(folder)
      const cutsAt = Array.from({ length: CUTS }, () => Math.floor(Math.random() * layer.bytes))
      relay.begin(cutsAt.toSorted((a, b) => a - b))
      const fetch = { url: relay.url, token: hub.token, packageId: version.packageId, folder }
      const cuts = await fetchBlob(fetch, layer)
      if (cuts !== CUTS) throw new Error(`the link broke ${cuts} times instead of ${CUTS}`)
      return relay.bytes / 1e6
    }
    return { sides: { [RECEIVED]: ours, [SIZE]: async () => layer.bytes / 1e6 }, close: () => cleanup.run() }
  },
}

async function hubWithLayer(cleanup: ReturnType<typeof suiteCleanup>, contentBytes: number) {
  const hub = await startImageHub(cleanup)
  const version = await hub.upload(generateArchive({ contentBytes, content: 'noise', seed: 1 }))
  const [layer] = version.release.layers
  if (!layer) throw new Error('the version has no layer')
  return { hub, version, layer }
}
