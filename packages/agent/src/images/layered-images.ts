// Images layer by layer: the manifest, the layers that the engine lacks, and of them an archive that it can load.
import { createReadStream } from 'node:fs'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { archiveBytes, type Clock, planArchive, streamArchive } from '@bongsu/foundation'
import type { ImageSource, PreparedImage } from '../reconciler/ports.ts'
import { type BlobAnswer, blobPath, downloadBlob, removeBlob, type WantedBlob } from './blob-download.ts'
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
    async prepare(ordered, release, { present, onProgress }, signal): Promise<PreparedImage> {
      await removeForgotten(options)
      const { imageId, configurationBytes, layers } = release
      const omitted = sharedLayers(
        layers.map(({ diffId }) => diffId),
        present,
      )
      const missing: WantedBlob[] = [
        { digest: imageId, bytes: configurationBytes },
        ...new Map(layers.slice(omitted).map((layer) => [layer.digest, layer])).values(),
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
