// A pushed manifest makes a version ready: its blobs are there, are what it says, and unpack to what the image names.
// The version is registered with a plain launch profile if nobody registered it before.
import { buffer } from 'node:stream/consumers'
import { type Clock, CodedError } from '@bongsu/foundation'
import { type LaunchProfile, type PackageVersion, type ReleaseLayer, VersionName } from '@bongsu/protocol'
import { Check } from 'typebox/value'
import type { Blobs } from '../images/blobs.ts'
import { type DescribedImage, describeConfiguration } from '../images/image-texts.ts'
import type { LayerContents } from '../images/layer-contents.ts'
import type { AcceptedImage } from '../packages/version-images.ts'
import { createOrigin, type Origin } from '../plugins/origin.ts'
import {
  type Descriptor,
  type LayerDescriptor,
  type ReadManifest,
  readManifest,
  sha256Of,
} from './image-manifest.ts'
import type { RegistryRepository } from './repository.ts'
import { measureUnpacked } from './unpacked-layer.ts'

/** What a push needs of the catalogue. */
export interface PushedPackages {
  /** @throws CodedError HUB_PACKAGE_NOT_FOUND */
  get(packageId: string): Promise<unknown>
  listVersions(packageId: string): Promise<PackageVersion[]>
  registerVersion(
    packageId: string,
    registration: { readonly version: string; readonly profile: LaunchProfile },
    origin: Origin,
  ): Promise<unknown>
  acceptImage(packageId: string, version: string, image: AcceptedImage): Promise<unknown>
  removeUnusedBlobs(digests: readonly string[]): Promise<void>
}

export interface PushesParts {
  readonly blobs: Blobs
  readonly repository: RegistryRepository
  readonly packages: PushedPackages
  /** Stored layers by diffId. */
  readonly findLayers: (diffIds: readonly string[]) => Promise<ReadonlyMap<string, ReleaseLayer>>
  readonly clock: Clock
  /** What the ids of versions that a push registers derive from. */
  readonly secret: Uint8Array
}

export interface PushedManifest {
  readonly packageId: string
  /** A tag, which names the version, or the digest of the text. */
  readonly reference: string
  readonly text: Buffer
  readonly contentType: string | undefined
}

/** How a version runs of which nobody said how: as its image says, on the screen. */
const DEFAULT_PROFILE: LaunchProfile = { containers: [{ name: 'main' }], display: { required: true } }
const MAX_CONFIGURATION_BYTES = 4 * 1024 * 1024
/** A push that ended without a manifest may be taken up again for so long. */
const KEPT_MS = 24 * 3_600_000
const SWEEP_BATCH = 500

type ImageManifest = Extract<ReadManifest, { kind: 'image' }>

export class Pushes {
  readonly #parts: PushesParts

  constructor(parts: PushesParts) {
    this.#parts = parts
  }

  /** @throws CodedError HUB_PACKAGE_NOT_FOUND */
  async requirePackage(packageId: string): Promise<void> {
    await this.#parts.packages.get(packageId)
  }

  /** A push has sent this blob, or asked whether it is there: it must outlast the push. */
  async touch(digest: string): Promise<void> {
    await this.#parts.repository.notePushed([digest], this.#parts.clock.now())
  }

  /**
   * @returns digest of the text
   * @throws CodedError HUB_REGISTRY_*, HUB_NOT_AN_IMAGE, HUB_VERSION_IMMUTABLE, HUB_PACKAGE_NOT_FOUND
   */
  async putManifest({ packageId, reference, text, contentType }: PushedManifest): Promise<string> {
    const { packages } = this.#parts
    const digest = sha256Of(text)
    const isByDigest = reference.includes(':')
    if (isByDigest && reference !== digest) {
      throw new CodedError('HUB_REGISTRY_DIGEST_INVALID', { parameters: { digest: reference.slice(0, 80) } })
    }
    const isTag: boolean = Check(VersionName, reference)
    if (!isByDigest && !isTag) {
      throw new CodedError('HUB_REGISTRY_TAG_INVALID', { parameters: { tag: reference.slice(0, 128) } })
    }
    await packages.get(packageId)
    const version = isByDigest ? undefined : reference
    const manifest = readManifest(text, contentType)
    if (manifest.kind === 'image') await this.#takeImage(packageId, version, manifest, text)
    else await this.#takeIndex(packageId, version, manifest, text)
    return digest
  }

  /** Removes blobs and manifests of pushes that never came to a version, and blobs that a killed hub lost sight of. */
  async sweep(): Promise<void> {
    const { repository, packages, clock } = this.#parts
    const before = new Date(clock.now().getTime() - KEPT_MS)
    await repository.removeUnnamed(before)
    for (;;) {
      const digests = await repository.listPushed(before, SWEEP_BATCH)
      if (digests.length === 0) break
      await packages.removeUnusedBlobs(digests)
      await repository.forgetPushed(digests)
    }
    await this.#sweepStrays(before)
  }

  /** In the store for longer than any push lasts, and nobody names them. */
  async #sweepStrays(before: Date): Promise<void> {
    const { blobs, repository, packages } = this.#parts
    let batch: string[] = []
    const remove = async () => {
      const pushed = await repository.pushedOf(batch)
      await packages.removeUnusedBlobs(batch.filter((digest) => !pushed.has(digest)))
      batch = []
    }
    for await (const { digest, storedAt } of blobs.list()) {
      if (storedAt < before) batch.push(digest)
      if (batch.length === SWEEP_BATCH) await remove()
    }
    await remove()
  }

  async #takeImage(
    packageId: string,
    version: string | undefined,
    manifest: ImageManifest,
    text: Buffer,
  ): Promise<void> {
    const described = await this.#describe(manifest)
    const present = version && (await this.#imageIdOf(packageId, version))
    if (version !== undefined && present !== described.imageId) {
      if (present) throw new CodedError('HUB_VERSION_IMMUTABLE', { parameters: { version } })
      await this.#makeReady(packageId, version, manifest, described)
    }
    await this.#parts.repository.saveManifest({
      packageId,
      digest: sha256Of(text),
      mediaType: manifest.mediaType,
      text: text.toString('utf8'),
      imageId: described.imageId,
      version: present ? undefined : version,
      pushedAt: this.#parts.clock.now(),
    })
  }

  async #takeIndex(
    packageId: string,
    version: string | undefined,
    { mediaType, chosen }: Extract<ReadManifest, { kind: 'index' }>,
    text: Buffer,
  ): Promise<void> {
    const { repository, clock } = this.#parts
    const image = await repository.findManifest(packageId, chosen)
    if (!image) throw new CodedError('HUB_REGISTRY_BLOB_UNKNOWN', { parameters: { digest: chosen } })
    if (version !== undefined) {
      const bytes = Buffer.from(image.text, 'utf8')
      const manifest = readManifest(bytes, image.mediaType)
      if (manifest.kind === 'index') {
        throw new CodedError('HUB_REGISTRY_MANIFEST_INVALID', {
          parameters: { problem: 'it lists an index' },
        })
      }
      await this.#takeImage(packageId, version, manifest, bytes)
    }
    const record = { packageId, digest: sha256Of(text), mediaType, text: text.toString('utf8') }
    await repository.saveManifest({ ...record, version, pushedAt: clock.now() })
  }

  async #makeReady(
    packageId: string,
    version: string,
    { layers, configuration }: ImageManifest,
    described: DescribedImage,
  ): Promise<void> {
    const { packages, secret } = this.#parts
    const { layers: release, contents } = await this.#readLayers(layers, described.diffIds)
    const versions = await packages.listVersions(packageId)
    if (!versions.some((one) => one.version === version)) {
      const origin = createOrigin(`registry ${packageId}/${version}`, secret)
      await packages.registerVersion(packageId, { version, profile: DEFAULT_PROFILE }, origin)
    }
    await packages.acceptImage(packageId, version, {
      described,
      layers: release,
      contents,
      // In place since they were pushed, unless a removal came in between.
      publish: async () => {
        for (const blob of [configuration, ...layers]) await this.#requireBlob(blob)
      },
      discard: async () => undefined,
    })
  }

  async #describe({ configuration, layers }: ImageManifest): Promise<DescribedImage> {
    const { blobs } = this.#parts
    for (const blob of [configuration, ...layers]) await this.#requireBlob(blob)
    if (configuration.bytes > MAX_CONFIGURATION_BYTES) throw invalid('its configuration is too large')
    const described = describeConfiguration(await buffer(await blobs.read(configuration.digest)))
    if (described.diffIds.length !== layers.length) {
      throw invalid(`it lists ${layers.length} layers, and its configuration ${described.diffIds.length}`)
    }
    if (described.operatingSystem !== 'linux') {
      const platforms = `${described.operatingSystem}/${described.architecture}`
      throw new CodedError('HUB_REGISTRY_PLATFORM_UNFIT', { parameters: { platforms } })
    }
    return described
  }

  async #readLayers(layers: readonly LayerDescriptor[], diffIds: readonly string[]) {
    const { blobs, findLayers } = this.#parts
    const known = await findLayers(diffIds)
    const read: ReleaseLayer[] = []
    const contents = new Map<string, LayerContents>()
    for (const [index, { digest, bytes, mediaType }] of layers.entries()) {
      const diffId = diffIds[index] ?? ''
      const stored = known.get(diffId) ?? read.find((layer) => layer.digest === digest)
      const unpacked =
        stored?.digest === digest ? stored : await measureUnpacked(await blobs.read(digest), mediaType, bytes)
      if (unpacked.diffId !== diffId)
        throw invalid(`layer ${index + 1} is not the one its configuration names`)
      if ('contents' in unpacked) contents.set(diffId, unpacked.contents)
      read.push({ diffId, digest, mediaType, bytes, unpackedBytes: unpacked.unpackedBytes })
    }
    return { layers: read, contents }
  }

  async #requireBlob({ digest, bytes }: Descriptor): Promise<void> {
    const found = await this.#parts.blobs.stat(digest)
    if (!found) throw new CodedError('HUB_REGISTRY_BLOB_UNKNOWN', { parameters: { digest } })
    if (found.bytes !== bytes) throw invalid(`it gives ${digest} another size than it has`)
  }

  async #imageIdOf(packageId: string, version: string): Promise<string | undefined> {
    const versions = await this.#parts.packages.listVersions(packageId)
    return versions.find((one) => one.version === version)?.image?.imageId
  }
}

const invalid = (problem: string) =>
  new CodedError('HUB_REGISTRY_MANIFEST_INVALID', { parameters: { problem } })
