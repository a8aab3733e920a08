// Images layer by layer: the manifest, the layers that the engine lacks, and of them an archive that it can load.
import { createReadStream } from 'node:fs'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { archiveBytes, type Clock, planArchive, streamArchive } from '@bongsu/foundation'
import type { ReleaseLayer, ReleaseManifest } from '@bongsu/protocol'
import type { ImageSource, PreparedImage } from '../reconciler/ports.ts'
import { diskOf } from '../runtime/disk.ts'
import {
  type BlobAnswer,
  blobPath,
  bytesThere,
  downloadBlob,
  removeBlob,
  type WantedBlob,
} from './blob-download.ts'
import { createBlobHolders } from './blob-holders.ts'
import { sharedLayers } from './layer-plan.ts'
import type { ReleaseAdmission } from './release-admission.ts'
import type { OrderedRelease } from './release-check.ts'

export interface LayeredImagesOptions {
  /** Blobs lie here until their image is loaded. */
  readonly folder: string
  readonly clock: Clock
  readonly admission: ReleaseAdmission
  readonly fetchBlob: (
    ordered: OrderedRelease,
    wanted: { readonly digest: string; readonly offset: number },
    signal: AbortSignal,
  ) => Promise<BlobAnswer>
}

/** What nobody came back for. */
const KEPT_MS = 7 * 24 * 3_600_000

export function createLayeredImages(options: LayeredImagesOptions): ImageSource {
  const { folder, admission, fetchBlob } = options
  const holders = createBlobHolders()
  return {
    admit: (launch, judgedBy, signal) => admission.admit(launch, judgedBy, signal),
    async room(release, present) {
      const { configurationBytes, imageId } = release
      const missing = missingLayers(release, present)
      const blobs = [{ digest: imageId, bytes: configurationBytes }, ...missing]
      const there = await Promise.all(blobs.map((blob) => bytesThere(folder, blob)))
      const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)
      return {
        missing: {
          downloadBytes: sum(blobs.map(({ bytes }) => bytes)) - sum(there),
          unpackedBytes: sum(missing.map(({ unpackedBytes }) => unpackedBytes)),
        },
        disk: await diskOf(folder),
      }
    },
    async prepare(ordered, release, { present, onProgress }, signal): Promise<PreparedImage> {
      await removeForgotten(options)
      const { imageId, configurationBytes } = release
      const omitted = omittedLayers(release, present)
      const missing: WantedBlob[] = [
        { digest: imageId, bytes: configurationBytes },
        ...missingLayers(release, present),
      ]
      const total = missing.reduce((sum, { bytes }) => sum + bytes, 0)
      const owner = `${ordered.packageId} ${ordered.version} ${imageId}`
      const digests = missing.map(({ digest }) => digest)
      holders.hold(owner, digests)
      try {
        let before = 0
        for (const blob of missing) {
          const download = {
            folder,
            fetch: (digest: string, offset: number, ending: AbortSignal) =>
              fetchBlob(ordered, { digest, offset }, ending),
          }
          const onBytes = (bytes: number) => onProgress(Math.min(1, (before + bytes) / Math.max(1, total)))
          await holders.alone(blob.digest, () => downloadBlob(blob, download, onBytes, signal), signal)
          before += blob.bytes
        }
      } catch (error) {
        holders.release(owner)
        throw error
      }
      const segments = planArchive(release, { omitted })
      const bytes = archiveBytes(segments)
      const openBlob = async (digest: string) =>
        createReadStream(blobPath(folder, digest), { highWaterMark: 1024 * 1024 })
      return {
        bytes,
        open: () => streamArchive(openBlob, segments, { start: 0, end: bytes - 1 }),
        async discard() {
          holders.release(owner)
          for (const digest of digests) {
            await holders.alone(digest, async () => {
              if (!holders.isHeld(digest)) await removeBlob(folder, digest)
            })
          }
        },
      }
    },
  }
}

const omittedLayers = ({ layers }: ReleaseManifest, present: readonly (readonly string[])[]): number =>
  sharedLayers(
    layers.map(({ diffId }) => diffId),
    present,
  )

/** Each blob once. */
const missingLayers = (release: ReleaseManifest, present: readonly (readonly string[])[]): ReleaseLayer[] => [
  ...new Map(
    release.layers.slice(omittedLayers(release, present)).map((layer) => [layer.digest, layer]),
  ).values(),
]

async function removeForgotten({ folder, clock }: LayeredImagesOptions): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const changedMs = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.POSITIVE_INFINITY,
    )
    if (changedMs < clock.now().getTime() - KEPT_MS) await rm(path, { recursive: true, force: true })
  }
}
