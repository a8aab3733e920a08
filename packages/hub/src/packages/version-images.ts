// The image of a version: taken in once, described as the text that publishers sign, and kept as long as a version needs it.
// Invariant: putting blobs in place and removing those that nobody needs never cross.
import type { Readable } from 'node:stream'
import { type Clock, CodedError, parseSignature } from '@bongsu/foundation'
import type { PackageImage, Reason, ReleaseLayer, ReleaseManifest, SignedRelease } from '@bongsu/protocol'
import type { TakenImage } from '../gate/gate.ts'
import type { Blobs } from '../images/blobs.ts'
import { type Expectation, type ReceivedImage, receiveImage } from '../images/image-intake.ts'
import { notAnImage } from '../images/not-an-image.ts'
import { parseRelease, requireSameRelease, toReleaseText } from '../images/release-text.ts'
import type { PackageRepository, VersionRecord } from './repository.ts'

export interface VersionImagesParts {
  readonly repository: PackageRepository
  readonly blobs: Blobs
  readonly clock: Clock
  /** What is to be said of an image that becomes a version's. */
  readonly judge: (taken: TakenImage) => Promise<Reason[]>
  /** Largest archive. */
  readonly maxBytes: number
}

/** An image from an archive, or from a push, which has no archive. */
export type AcceptedImage = Omit<ReceivedImage, 'archiveDigest' | 'archiveBytes'> &
  Partial<Pick<ReceivedImage, 'archiveDigest'>>

export class VersionImages {
  readonly #parts: VersionImagesParts
  #blobWork: Promise<unknown> = Promise.resolve()

  constructor(parts: VersionImagesParts) {
    this.#parts = parts
  }

  get blobs(): Blobs {
    return this.#parts.blobs
  }

  /**
   * Receives the archive of a version that `find` gives. The same image again changes nothing.
   * @throws CodedError HUB_VERSION_IMMUTABLE for another image than the one it has, besides those of `find` and intake
   */
  async receive(
    body: Readable,
    expected: Expectation,
    find: () => Promise<VersionRecord>,
  ): Promise<VersionRecord> {
    const { repository, blobs, maxBytes } = this.#parts
    const findLayers = async (diffIds: readonly string[]) =>
      this.#present(await repository.findLayers(diffIds))
    return this.accept(await receiveImage({ blobs, findLayers, maxBytes }, body, expected), find)
  }

  /**
   * Gives an image that was read whole to the version that `find` gives. The same image again puts back what the store
   * has lost of it, and changes nothing else.
   * @throws CodedError HUB_VERSION_IMMUTABLE for another image than the one it has, besides those of `find`
   */
  accept(received: AcceptedImage, find: () => Promise<VersionRecord>): Promise<VersionRecord> {
    return this.#exclusively(async () => {
      try {
        const present = await find()
        if (present.state === 'ready') {
          if (present.image?.imageId === received.described.imageId)
            return await this.#repair(received, present)
          throw new CodedError('HUB_VERSION_IMMUTABLE', { parameters: { version: present.version } })
        }
        return await this.#publish(received, present)
      } catch (error) {
        await received.discard()
        throw error
      }
    })
  }

  /** @throws CodedError HUB_VERSION_NOT_READY */
  release({ packageId, version, release, signature }: VersionRecord): SignedRelease {
    if (release === undefined) throw notReady(packageId, version)
    return { manifest: release, ...(signature !== undefined && { signature }) }
  }

  manifest(record: VersionRecord): ReleaseManifest {
    return parseRelease(this.release(record).manifest)
  }

  /** @throws CodedError HUB_RELEASE_MISMATCH, HUB_RELEASE_UNSIGNED, HUB_RELEASE_SIGNATURE_MALFORMED, HUB_VERSION_NOT_READY */
  async sign(record: VersionRecord, { manifest, signature }: SignedRelease): Promise<VersionRecord> {
    if (signature === undefined) throw new CodedError('HUB_RELEASE_UNSIGNED')
    if (!parseSignature(signature)) throw new CodedError('HUB_RELEASE_SIGNATURE_MALFORMED')
    requireSameRelease(this.manifest(record), parseRelease(manifest))
    const signed = { release: manifest, signature }
    const stored = await this.#parts.repository.sign(record.packageId, record.version, signed)
    if (!stored) throw notReady(record.packageId, record.version)
    return stored
  }

  /** After versions are gone: removes what no other one needs. */
  removeUnused(digests: readonly string[]): Promise<void> {
    const { repository, blobs } = this.#parts
    return this.#exclusively(async () => {
      const used = await repository.usedBlobs(digests)
      const unused = digests.filter((digest) => !used.has(digest))
      // The index first: a layer that it names must be there.
      await repository.removeLayers(unused)
      for (const digest of unused) await blobs.remove(digest)
    })
  }

  async #publish(received: AcceptedImage, present: VersionRecord): Promise<VersionRecord> {
    const { repository, clock, judge } = this.#parts
    const { packageId, version, profile } = present
    await received.publish()
    const manifest = toManifest(received, present, clock.now())
    // One that was left out because it was here may have been removed meanwhile.
    const lost = await this.#lostOf(blobsOf(manifest))
    if (lost !== undefined) throw notAnImage(`the layer ${lost} is missing`)
    await repository.saveLayers(received.layers)
    const image = toImage(received)
    const { described, contents } = received
    const ready = {
      image,
      findings: await judge({ image, profile, diffIds: described.diffIds, contents }),
      release: toReleaseText(manifest),
      blobs: blobsOf(manifest),
    }
    return (await repository.markReady(packageId, version, ready)) ?? present
  }

  async #repair(received: AcceptedImage, present: VersionRecord): Promise<VersionRecord> {
    const needed = blobsOf(this.manifest(present))
    if ((await this.#lostOf(needed)) !== undefined) {
      await received.publish()
      const lost = await this.#lostOf(needed)
      // Compressed otherwise than it was, by another release of the hub: its digest is signed and cannot be had again.
      if (lost !== undefined) throw new CodedError('HUB_BLOB_MISSING', { parameters: { digest: lost } })
    }
    await received.discard()
    return present
  }

  /** The first of them that the store does not have; undefined when it has all. */
  async #lostOf(digests: readonly string[]): Promise<string | undefined> {
    for (const digest of digests) if (!(await this.blobs.stat(digest))) return digest
    return undefined
  }

  /** Those of the index that the store really has. */
  async #present(layers: ReadonlyMap<string, ReleaseLayer>): Promise<ReadonlyMap<string, ReleaseLayer>> {
    const present = new Map<string, ReleaseLayer>()
    for (const [diffId, layer] of layers) {
      const found = await this.blobs.stat(layer.digest)
      if (found?.bytes === layer.bytes) present.set(diffId, layer)
    }
    return present
  }

  #exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const run = this.#blobWork.then(work)
    this.#blobWork = run.catch(() => undefined)
    return run
  }
}

function toManifest(
  { described, layers }: AcceptedImage,
  { packageId, version }: VersionRecord,
  createdAt: Date,
): ReleaseManifest {
  const { architecture, operatingSystem, imageId, configurationText } = described
  return {
    format: 1,
    packageId,
    version,
    architecture,
    operatingSystem,
    imageId,
    configurationBytes: configurationText.length,
    layers: [...layers],
    createdAt: createdAt.toISOString(),
  }
}

function toImage({ described, layers, archiveDigest }: AcceptedImage): PackageImage {
  const { imageId, architecture, operatingSystem, configurationText, tags, configuration } = described
  const distinct = [...new Map(layers.map((layer) => [layer.digest, layer])).values()]
  return {
    imageId,
    architecture,
    operatingSystem,
    ...(archiveDigest !== undefined && { archiveDigest }),
    downloadBytes: distinct.reduce((sum, { bytes }) => sum + bytes, configurationText.length),
    unpackedBytes: layers.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0),
    layers: layers.length,
    tags: [...tags],
    configuration,
  }
}

const blobsOf = ({ imageId, layers }: ReleaseManifest): string[] => [
  ...new Set([imageId, ...layers.map(({ digest }) => digest)]),
]

export const notReady = (id: string, version: string) =>
  new CodedError('HUB_VERSION_NOT_READY', { parameters: { id, version } })
