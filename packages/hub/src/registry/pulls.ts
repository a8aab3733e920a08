// What can be pulled: the manifest behind a tag or digest, and the blobs of a package's versions.
// A version that came as an archive has a manifest too: it is written from its release, the same text every time.
import type { Readable } from 'node:stream'
import { CodedError, createDecompressor } from '@bongsu/foundation'
import type { ReleaseManifest } from '@bongsu/protocol'
import type { Blobs } from '../images/blobs.ts'
import { parseRelease } from '../images/release-text.ts'
import { sha256Of, type WrittenManifest, writeManifest } from './image-manifest.ts'
import type { ManifestRecord, RegistryRepository } from './repository.ts'

/** What of a version counts here. */
export interface KeptVersion {
  readonly version: string
  readonly state: 'awaiting-archive' | 'ready'
  /** Text of its manifest. */
  readonly release?: string | undefined
}

export interface PullsParts {
  readonly blobs: Blobs
  readonly repository: RegistryRepository
  /** @throws CodedError HUB_PACKAGE_NOT_FOUND */
  readonly requirePackage: (packageId: string) => Promise<unknown>
  readonly listVersions: (packageId: string) => Promise<readonly KeptVersion[]>
}

/** Which versions a caller may pull; `all` also shows what belongs to no version yet. */
export type Reach = 'all' | ((version: string) => Promise<boolean>)

export interface PulledBlob {
  readonly bytes: number
  /** `ranged`: any part of it can be read; `whole`: only from its beginning, as it unpacks. */
  readonly open:
    | { readonly kind: 'ranged'; readonly read: (range: ByteRange) => Promise<Readable> }
    | { readonly kind: 'whole'; readonly read: () => Promise<Readable> }
}

interface ByteRange {
  readonly start: number
  readonly end: number
}

interface ReadyVersion {
  readonly version: string
  readonly release: ReleaseManifest
}

const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/

export class Pulls {
  readonly #parts: PullsParts

  constructor(parts: PullsParts) {
    this.#parts = parts
  }

  /** Versions that can be pulled by tag, in order. */
  async listTags(packageId: string): Promise<string[]> {
    const ready = await this.#readyVersions(packageId, 'all')
    return ready
      .map(({ version }) => version)
      .filter((version) => TAG.test(version))
      .sort()
  }

  /**
   * @param form how layers are offered that the hub compressed itself
   * @throws CodedError HUB_REGISTRY_MANIFEST_UNKNOWN, HUB_PACKAGE_NOT_FOUND
   */
  async getManifest(
    packageId: string,
    reference: string,
    { reach, form }: { readonly reach: Reach; readonly form: 'stored' | 'plain' },
  ): Promise<WrittenManifest> {
    const versions = await this.#readyVersions(packageId, reach)
    const found = reference.includes(':')
      ? await this.#byDigest(packageId, reference, versions, reach)
      : await this.#byTag(packageId, reference, versions, form)
    if (found) return found
    throw new CodedError('HUB_REGISTRY_MANIFEST_UNKNOWN', {
      parameters: { id: packageId, reference: reference.slice(0, 128) },
    })
  }

  /** @throws CodedError HUB_REGISTRY_BLOB_UNKNOWN, HUB_PACKAGE_NOT_FOUND */
  async getBlob(packageId: string, digest: string, reach: Reach): Promise<PulledBlob> {
    const { blobs } = this.#parts
    const versions = await this.#readyVersions(packageId, reach)
    const isOfVersion = versions.some(({ release }) => isPartOf(release, digest))
    // Who may push may also read: whatever is there need not be sent again.
    if (isOfVersion || reach === 'all') {
      const found = await blobs.stat(digest)
      if (found) {
        return { bytes: found.bytes, open: { kind: 'ranged', read: (range) => blobs.read(digest, range) } }
      }
    }
    const layer = versions
      .flatMap(({ release }) => release.layers)
      .find(({ diffId, mediaType }) => diffId === digest && mediaType.endsWith('+zstd'))
    if (!layer) throw new CodedError('HUB_REGISTRY_BLOB_UNKNOWN', { parameters: { digest } })
    const read = async () => {
      const stored = await blobs.read(layer.digest)
      const unpacked = createDecompressor('zstd')
      stored.once('error', (error) => unpacked.destroy(error))
      unpacked.once('close', () => stored.destroy())
      return stored.pipe(unpacked)
    }
    return { bytes: layer.unpackedBytes, open: { kind: 'whole', read } }
  }

  async #byTag(
    packageId: string,
    tag: string,
    versions: readonly ReadyVersion[],
    form: 'stored' | 'plain',
  ): Promise<WrittenManifest | undefined> {
    const found = versions.find(({ version }) => version === tag)
    if (!found) return undefined
    const { imageId } = found.release
    const pushed = await this.#parts.repository.findManifestOf(packageId, tag, imageId)
    return pushed ?? writeManifest(found.release, form)
  }

  async #byDigest(
    packageId: string,
    digest: string,
    versions: readonly ReadyVersion[],
    reach: Reach,
  ): Promise<WrittenManifest | undefined> {
    const pushed = await this.#parts.repository.findManifest(packageId, digest)
    if (pushed && isVisible(pushed, versions, reach)) return pushed
    for (const { release } of versions) {
      for (const form of ['stored', 'plain'] as const) {
        const written = writeManifest(release, form)
        if (written.digest === digest) return written
      }
    }
    return undefined
  }

  async #readyVersions(packageId: string, reach: Reach): Promise<ReadyVersion[]> {
    const { requirePackage, listVersions } = this.#parts
    await requirePackage(packageId)
    const ready: ReadyVersion[] = []
    for (const { version, state, release } of await listVersions(packageId)) {
      if (state !== 'ready' || release === undefined) continue
      if (reach === 'all' || (await reach(version))) ready.push({ version, release: parseRelease(release) })
    }
    return ready
  }
}

/** One that made no version yet is seen by who may push; one whose package was made anew is not seen at all. */
function isVisible(
  { version, imageId, text, digest }: ManifestRecord,
  versions: readonly ReadyVersion[],
  reach: Reach,
): boolean {
  if (sha256Of(text) !== digest) return false
  if (version === undefined) return reach === 'all'
  const found = versions.find((one) => one.version === version)
  return found !== undefined && (imageId === undefined || found.release.imageId === imageId)
}

const isPartOf = ({ imageId, layers }: ReleaseManifest, digest: string): boolean =>
  imageId === digest || layers.some((layer) => layer.digest === digest)
