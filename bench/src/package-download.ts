// P10: how fast the hub serves a layer, one stream and twenty, held against nginx with sendfile on the same file; and what
// memory that takes, whatever the size.
import { join } from 'node:path'
import { keyOfDigest } from '../../packages/hub/src/images/digest-key.ts'
import { suiteCleanup } from '../../test/infra/suite-cleanup.ts'
import type { Benchmark, Stage } from './benchmark.ts'
import { timeDownloads } from './scene/curl.ts'
import { generateArchive } from './scene/generated-archive.ts'
import { startImageHub } from './scene/image-hub.ts'
import { startNginx } from './scene/nginx.ts'

const ONE = 'hub, one stream of 1 GB'
const TWENTY = 'hub, 20 streams of 0.25 GB'
const NGINX_ONE = 'nginx with sendfile, one stream'
const NGINX_TWENTY = 'nginx with sendfile, 20 streams'
/** At least 0.7 times the throughput. */
const TARGET = 1.43

const GROWTH_ONE = 'hub grows by, one stream of 1 GB'
const GROWTH_TWENTY = 'hub grows by, 20 streams of 1 GB'
const LIMIT = 'the limit of 64 MB'

export const packageDownload: Benchmark = {
  name: 'package-download',
  goal: 'P10',
  what: 'a layer downloaded from the hub by curl to nowhere, process start included, wall time of all streams; the floor is nginx (a worker per processor) on the same file, which asks nobody who it is. A ratio of 1.43 is 0.7 times the throughput.',
  unit: 'ms',
  rounds: 7,
  comparisons: [
    { ours: ONE, floor: NGINX_ONE, target: TARGET },
    { ours: TWENTY, floor: NGINX_TWENTY, target: TARGET },
  ],
  async open(): Promise<Stage> {
    const cleanup = suiteCleanup()
    const hub = await startImageHub(cleanup)
    const root = join(hub.dataDir, 'blobs', 'sha256')
    const nginx = await startNginx(cleanup, root)
    const make = async (contentBytes: number) => {
      const archive = generateArchive({ contentBytes, content: 'noise', seed: contentBytes })
      const { layerUrl, release } = await hub.upload(archive)
      const digest = release.layers[0]?.digest ?? ''
      return { ours: { url: layerUrl, token: hub.token }, floor: { url: `${nginx}/${keyOfDigest(digest)}` } }
    }
    const [large, small] = [await make(1e9), await make(0.25e9)]
    return {
      sides: {
        [ONE]: () => timeDownloads(1, large.ours),
        [NGINX_ONE]: () => timeDownloads(1, large.floor),
        [TWENTY]: () => timeDownloads(20, small.ours),
        [NGINX_TWENTY]: () => timeDownloads(20, small.floor),
      },
      close: () => cleanup.run(),
    }
  },
}

export const packageDownloadMemory: Benchmark = {
  name: 'package-download-memory',
  goal: 'P10',
  what: 'the most that the hub’s process held (VmHWM) while a layer was downloaded, less what it held before (VmRSS); a hub that has just started.',
  unit: 'MB',
  rounds: 3,
  comparisons: [
    { ours: GROWTH_ONE, floor: LIMIT, target: 1 },
    { ours: GROWTH_TWENTY, floor: LIMIT, target: 1 },
  ],
  async open(): Promise<Stage> {
    const cleanup = suiteCleanup()
    const hub = await startImageHub(cleanup)
    const { layerUrl } = await hub.upload(generateArchive({ contentBytes: 1e9, content: 'noise', seed: 1 }))
    const download = { url: layerUrl, token: hub.token }
    return {
      sides: {
        [GROWTH_ONE]: () => hub.growthMb(() => timeDownloads(1, download)),
        [GROWTH_TWENTY]: () => hub.growthMb(() => timeDownloads(20, download)),
        [LIMIT]: async () => 64,
      },
      close: () => cleanup.run(),
    }
  },
}
