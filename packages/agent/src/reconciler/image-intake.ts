// Brings an image into the engine: look, check the disk, have what is missing fetched and verified, load, look again.
// Nothing reaches the engine before every part of it has the digest that was ordered.
import { CodedError, isCodedError, systemErrorCode } from '@bongsu/foundation'
import type { ReleaseManifest } from '@bongsu/protocol'
import type { ContainerRuntime, ImageFacts } from '../runtime/container-runtime.ts'
import type { ImageSource, WantedImage } from './ports.ts'
import { lackOf } from './room.ts'

export interface IntakeProgress {
  readonly phase: 'fetching' | 'loading'
  /** 0 to 1. */
  readonly progress: number
}

export interface ImageIntakeOptions {
  readonly runtime: ContainerRuntime
  readonly source: ImageSource
}

export interface ImageIntake {
  /**
   * Idempotent. Rejects soon after the signal aborts.
   * @param architecture the engine's own
   * @throws CodedError AGENT_RELEASE_… before anything of the image is fetched or used, AGENT_IMAGE_…, AGENT_ARCHITECTURE_MISMATCH, AGENT_DISK_FULL or an engine error
   */
  obtain(
    wanted: WantedImage,
    options: { readonly architecture: string; readonly onProgress: (progress: IntakeProgress) => void },
    signal: AbortSignal,
  ): Promise<ImageFacts>
}

interface Admitted {
  readonly wanted: WantedImage
  readonly release: ReleaseManifest
}

type OnProgress = (progress: IntakeProgress) => void

export function createImageIntake({ runtime, source }: ImageIntakeOptions): ImageIntake {
  return {
    async obtain(wanted, { architecture, onProgress }, signal) {
      // Also for an image that the engine has: whoever brought it, it runs only where somebody vouches for it.
      const release = await source.admit(wanted, { architecture }, signal)
      const present = await runtime.inspectImage(wanted.image.imageId, signal)
      const facts = present ?? (await bring({ wanted, release }, onProgress, signal))
      if (facts.architecture !== architecture) {
        const parameters = { image: facts.architecture, device: architecture }
        throw new CodedError('AGENT_ARCHITECTURE_MISMATCH', { parameters })
      }
      return facts
    },
  }

  async function bring(admitted: Admitted, onProgress: OnProgress, signal: AbortSignal): Promise<ImageFacts> {
    const present = await runtime.layerChains(signal)
    await assertRoomFor(admitted.release, present, signal)
    try {
      return await fetchAndLoad(admitted, present, onProgress, signal).catch((error: unknown) => {
        const isRefused = isCodedError(error) && error.code === 'AGENT_IMAGE_LOAD_FAILED'
        if (!isRefused || present.length === 0) throw error
        // Some engines want every layer in the archive, whatever they have.
        return assertRoomFor(admitted.release, [], signal).then(() =>
          fetchAndLoad(admitted, [], onProgress, signal),
        )
      })
    } catch (error) {
      // Told before anything was fetched: with its numbers.
      if (isCodedError(error) && error.parameters?.neededBytes !== undefined) throw error
      if (isDiskFull(error)) throw await diskFull(admitted.release, present, signal)
      throw error
    }
  }

  async function fetchAndLoad(
    { wanted, release }: Admitted,
    present: readonly (readonly string[])[],
    onProgress: OnProgress,
    signal: AbortSignal,
  ): Promise<ImageFacts> {
    const onFetched = (progress: number) => onProgress({ phase: 'fetching', progress })
    const prepared = await source.prepare(wanted, release, { present, onProgress: onFetched }, signal)
    const share = (bytes: number) => Math.min(1, bytes / Math.max(1, prepared.bytes))
    const options = {
      expectedImageId: wanted.image.imageId,
      onProgress: (bytes: number) => onProgress({ phase: 'loading', progress: share(bytes) }),
    }
    const facts = await runtime.loadImage(prepared.open(), options, signal)
    // Only now: a load that fails finds everything still there.
    await prepared.discard()
    return facts
  }

  async function assertRoomFor(
    release: ReleaseManifest,
    present: readonly (readonly string[])[],
    signal: AbortSignal,
  ): Promise<void> {
    const { missing, disk: folder } = await source.room(release, present)
    const lack = lackOf(missing, { engine: await runtime.disk(signal), folder })
    if (lack) throw new CodedError('AGENT_DISK_FULL', { parameters: { ...lack } })
  }

  /** It was enough when it began; somebody else has used it up. */
  async function diskFull(
    release: ReleaseManifest,
    present: readonly (readonly string[])[],
    signal: AbortSignal,
  ): Promise<CodedError> {
    const { missing } = await source.room(release, present)
    const engine = await runtime.disk(signal)
    const lack = lackOf(missing, { engine: engine && { ...engine, freeBytes: 0 }, folder: undefined })
    const neededBytes = lack?.neededBytes ?? missing.downloadBytes + missing.unpackedBytes
    return new CodedError('AGENT_DISK_FULL', {
      parameters: { neededBytes, freeBytes: engine?.freeBytes ?? 0 },
    })
  }
}

const isDiskFull = (error: unknown): boolean =>
  systemErrorCode(error) === 'ENOSPC' || systemErrorCode(error) === 'AGENT_DISK_FULL'
