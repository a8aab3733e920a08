// What memory the hub needs to take in an image, whatever its size: an archive of 8 GB uploaded to the hub that ships, and
// the reading of archives by itself, with a store that keeps nothing, at three sizes.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { HUB_NODE_OPTIONS } from '@bongsu/trial'
import { suiteCleanup } from '../../test/infra/suite-cleanup.ts'
import type { Benchmark, Stage } from './benchmark.ts'
import { archiveBytesOf, generateArchive } from './scene/generated-archive.ts'
import { startImageHub, type UploadedVersion } from './scene/image-hub.ts'

const UPLOAD = 'hub grows by, 8 GB uploaded'
const IN_PARTS = 'hub grows by, 8 GB uploaded resumably'
const UPLOAD_BYTES = 8e9
const UPLOAD_LIMIT = 'the limit of 100 MB'

export const packageUploadMemory: Benchmark = {
  name: 'package-upload-memory',
  goal: '8 GB',
  what: 'the most that the hub’s process held (VmHWM) while an archive of 8 GB was uploaded, read, compressed and stored, less what it held before (VmRSS); a hub that has just started.',
  unit: 'MB',
  rounds: 2,
  comparisons: [UPLOAD, IN_PARTS].map((ours) => ({ ours, floor: UPLOAD_LIMIT, target: 1 })),
  async open(): Promise<Stage> {
    const cleanup = suiteCleanup()
    const hub = await startImageHub(cleanup)
    let seed = 0
    const growthOf =
      (upload: (archive: AsyncIterable<Uint8Array>) => Promise<UploadedVersion>) => async () => {
        seed += 1
        const archive = generateArchive({ contentBytes: UPLOAD_BYTES, content: 'program', seed })
        let packageId = ''
        const growth = await hub.growthMb(async () => {
          packageId = (await upload(archive)).packageId
        })
        await hub.remove(packageId)
        return growth
      }
    const bytes = archiveBytesOf(UPLOAD_BYTES)
    return {
      sides: {
        [UPLOAD]: growthOf((archive) => hub.upload(archive)),
        [IN_PARTS]: growthOf((archive) => hub.uploadResumably(archive, bytes)),
        [UPLOAD_LIMIT]: async () => 100,
      },
      close: () => cleanup.run(),
    }
  },
}

const SIZES = [0.1, 1, 8] as const
const readingOf = (gigabytes: number) => `reader grows by, ${gigabytes} GB`
const LIMIT = 'the limit of 64 MB'

export const packageInspectionMemory: Benchmark = {
  name: 'package-inspection-memory',
  goal: 'inspection',
  what: 'the most that a process held (VmHWM) which reads an archive from a pipe in one pass as the hub does and stores nothing, less what it held after reading a small one; a process of its own each time, run as the hub is.',
  unit: 'MB',
  rounds: 2,
  comparisons: SIZES.map((gigabytes) => ({ ours: readingOf(gigabytes), floor: LIMIT, target: 1 })),
  async open(): Promise<Stage> {
    const program = join(import.meta.dirname, 'scene', 'archive-reader.ts')
    const read = async (gigabytes: number) => {
      const child = spawn(process.execPath, [...HUB_NODE_OPTIONS, program], {
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      const archive = generateArchive({ contentBytes: gigabytes * 1e9, content: 'program', seed: gigabytes })
      await pipeline(archive, child.stdin)
      return Number(await text(child.stdout))
    }
    const sides = SIZES.map((gigabytes) => [readingOf(gigabytes), () => read(gigabytes)] as const)
    return {
      sides: { ...Object.fromEntries(sides), [LIMIT]: async () => 64 },
      close: async () => undefined,
    }
  },
}
