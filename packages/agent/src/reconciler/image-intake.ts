// Brings an image into the engine: look, check the disk, fetch to a file while hashing, verify, load, look again.
// Nothing reaches the engine before the whole archive has the digest that was ordered.
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CodedError, isCodedError, messageOf, systemErrorCode } from '@bongsu/foundation'
import type { ImageReference } from '@bongsu/protocol'
import type { ContainerRuntime, ImageFacts } from '../runtime/container-runtime.ts'
import { createInactivityWatchdog } from '../runtime/inactivity-watchdog.ts'
import type { ImageSource } from './ports.ts'

export interface IntakeProgress {
  readonly phase: 'fetching' | 'loading'
  /** 0 to 1. */
  readonly progress: number
}

export interface ImageIntakeOptions {
  readonly runtime: ContainerRuntime
  readonly source: ImageSource
  /** Archives lie here while they are fetched and loaded; emptied by `clear`. */
  readonly folder: string
  /** Longest time without a byte from the hub. Default 60 000. */
  readonly inactivityMs?: number | undefined
}

export interface ImageIntake {
  /**
   * Idempotent. Rejects soon after the signal aborts.
   * @param architecture the engine's own
   * @throws CodedError AGENT_IMAGE_…, AGENT_ARCHITECTURE_MISMATCH, AGENT_DISK_FULL or an engine error
   */
  obtain(
    image: ImageReference,
    options: { readonly architecture: string; readonly onProgress: (progress: IntakeProgress) => void },
    signal: AbortSignal,
  ): Promise<ImageFacts>
  /** Removes what an earlier life left behind. */
  clear(): Promise<void>
}

/** Stored images take a little more than their files: metadata, blocks not full. */
const UNPACKED_MARGIN = 1.1
const CHUNK_BYTES = 1024 * 1024

export function createImageIntake({
  runtime,
  source,
  folder,
  inactivityMs = 60_000,
}: ImageIntakeOptions): ImageIntake {
  return {
    async obtain(image, { architecture, onProgress }, signal) {
      const present = await runtime.inspectImage(image.imageId, signal)
      const facts = present ?? (await bring(image, onProgress, signal))
      if (facts.architecture !== architecture) {
        const parameters = { image: facts.architecture, device: architecture }
        throw new CodedError('AGENT_ARCHITECTURE_MISMATCH', { parameters })
      }
      return facts
    },
    async clear() {
      await rm(folder, { recursive: true, force: true })
    },
  }

  async function bring(
    image: ImageReference,
    onProgress: (progress: IntakeProgress) => void,
    signal: AbortSignal,
  ): Promise<ImageFacts> {
    const path = join(folder, `${image.archiveDigest.replace(/^sha256:/, '')}.tar`)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await assertRoomFor(image, signal)
    try {
      const share = (bytes: number) => Math.min(1, bytes / Math.max(1, image.archiveBytes))
      await fetchArchive(
        image,
        path,
        (bytes) => onProgress({ phase: 'fetching', progress: share(bytes) }),
        signal,
      )
      const options = {
        expectedImageId: image.imageId,
        onProgress: (bytes: number) => onProgress({ phase: 'loading', progress: share(bytes) }),
      }
      const archive = createReadStream(path, { highWaterMark: CHUNK_BYTES })
      return await runtime.loadImage(archive, options, signal)
    } catch (error) {
      if (isDiskFull(error)) throw await diskFull(image, signal)
      throw error
    } finally {
      await rm(path, { force: true })
    }
  }

  async function assertRoomFor(image: ImageReference, signal: AbortSignal): Promise<void> {
    const engineFree = await runtime.freeDiskBytes(signal)
    const ownFree = await freeBytesAt(folder)
    const isShort =
      (engineFree !== undefined && engineFree < neededBytes(image)) || ownFree < image.archiveBytes
    if (isShort) throw await diskFull(image, signal)
  }

  async function diskFull(image: ImageReference, signal: AbortSignal): Promise<CodedError> {
    const engineFree = (await runtime.freeDiskBytes(signal)) ?? Number.POSITIVE_INFINITY
    const freeBytes = Math.min(engineFree, await freeBytesAt(folder))
    return new CodedError('AGENT_DISK_FULL', { parameters: { neededBytes: neededBytes(image), freeBytes } })
  }

  async function fetchArchive(
    image: ImageReference,
    path: string,
    onBytes: (total: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const stoodStill = () => fetchFailed(`no byte came for ${inactivityMs} ms`)
    const watchdog = createInactivityWatchdog(inactivityMs, stoodStill)
    const ending = AbortSignal.any([signal, watchdog.signal])
    const hash = createHash('sha256')
    let total = 0
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        watchdog.rearm()
        hash.update(chunk)
        total += chunk.length
        if (total > image.archiveBytes) return done(new CodedError('AGENT_IMAGE_DIGEST_MISMATCH'))
        onBytes(total)
        done(null, chunk)
      },
    })
    try {
      const stream = await source.fetch(image, ending)
      const file = createWriteStream(path, { mode: 0o600, highWaterMark: CHUNK_BYTES })
      await pipeline(stream, measure, file, { signal: ending })
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (watchdog.signal.aborted) throw watchdog.signal.reason
      throw isCodedError(error) || isDiskFull(error) ? error : fetchFailed(messageOf(error))
    } finally {
      watchdog.stop()
    }
    if (`sha256:${hash.digest('hex')}` !== image.archiveDigest)
      throw new CodedError('AGENT_IMAGE_DIGEST_MISMATCH')
  }
}

/** The archive and the unpacked image lie side by side for a while. An archive holds its layers uncompressed or not. */
const neededBytes = ({ archiveBytes, unpackedBytes = archiveBytes }: ImageReference): number =>
  Math.ceil(archiveBytes + unpackedBytes * UNPACKED_MARGIN)

const fetchFailed = (message: string) =>
  new CodedError('AGENT_IMAGE_FETCH_FAILED', { parameters: { message: message.slice(0, 500) } })

const isDiskFull = (error: unknown): boolean =>
  systemErrorCode(error) === 'ENOSPC' || systemErrorCode(error) === 'AGENT_DISK_FULL'

async function freeBytesAt(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path)
  return bavail * bsize
}
