// AI packages: the catalogue, their versions, and the one archive that makes a version ready for ever.
import type { Readable } from 'node:stream'
import { type Clock, CodedError } from '@bongsu/foundation'
import type {
  AiPackage,
  PackageEntry,
  PackageImage,
  PackageRegistration,
  PackageVersion,
  ReleaseManifest,
  SignedRelease,
  VersionRegistration,
} from '@bongsu/protocol'
import type { ChangeFeed } from '../changes/change-feed.ts'
import type { Expectation } from '../images/image-intake.ts'
import { type NamedRevision, preconditionFailed, requireRevision } from '../plugins/entity-tag.ts'
import { InvalidRequest } from '../plugins/invalid-request.ts'
import type { Origin } from '../plugins/origin.ts'
import type { PageRequest, Slice } from '../plugins/pagination.ts'
import type { PackageRecord, PackageRepository, VersionRecord } from './repository.ts'
import { type AcceptedImage, notReady, type VersionImages } from './version-images.ts'

export interface PackageServiceParts {
  readonly repository: PackageRepository
  readonly images: VersionImages
  readonly changes: ChangeFeed
  readonly clock: Clock
  /** Whether an active deployment uses the package; offered by the deployments feature. */
  readonly isInUse: (packageId: string) => Promise<boolean>
  /** A version has become ready: its image can be looked at. */
  readonly onReady: (packageId: string, version: string) => void
}

/** A profile travels in the desired state, which is one control message. */
const MAX_PROFILE_BYTES = 48 * 1024

const toVersion = ({
  registeredAt,
  origin: _,
  image,
  release: __,
  signature,
  blobs: ___,
  ...rest
}: VersionRecord): PackageVersion => ({
  ...rest,
  ...(image && { image, isSigned: signature !== undefined }),
  registeredAt: registeredAt.toISOString(),
})

const toPackage = (record: PackageRecord, versions: readonly VersionRecord[]): AiPackage => ({
  id: record.id,
  ...record.entry,
  registeredAt: record.registeredAt.toISOString(),
  versions: versions.map(toVersion),
  revision: record.revision,
})

export class PackageService {
  readonly #parts: PackageServiceParts

  constructor(parts: PackageServiceParts) {
    this.#parts = parts
  }

  async list(page: PageRequest, text: string | undefined, { total }: { total: boolean }) {
    const { repository } = this.#parts
    const records: Slice<PackageRecord> = await repository.list(page, text)
    const versions = await repository.listVersions(records.items.map(({ id }) => id))
    const packages = records.items.map((record) =>
      toPackage(
        record,
        versions.filter(({ packageId }) => packageId === record.id),
      ),
    )
    return { packages, records, total: total ? await repository.count(text) : undefined }
  }

  /** @throws CodedError HUB_PACKAGE_NOT_FOUND */
  async get(id: string): Promise<AiPackage> {
    const record = await this.#require(id)
    return toPackage(record, await this.#parts.repository.listVersions([id]))
  }

  async register({ id, ...entry }: PackageRegistration, origin: Origin): Promise<AiPackage> {
    const { repository, clock, changes } = this.#parts
    const record = { id, entry, registeredAt: clock.now(), revision: 1, origin: origin.key }
    const present = await repository.insert(record)
    if (present.origin !== origin.key) throw alreadyRegistered(id)
    changes.publish('package', id)
    return this.get(id)
  }

  async edit(id: string, entry: PackageEntry, named: NamedRevision): Promise<AiPackage> {
    const { repository, changes } = this.#parts
    const present = await this.#require(id)
    requireRevision(named, present.revision)
    const changed = await repository.replaceEntry(id, present.revision, entry)
    if (!changed) throw preconditionFailed()
    changes.publish('package', id)
    return this.get(id)
  }

  /** Removes the package, its versions, and the archives that no other version has. */
  async remove(id: string, named: NamedRevision): Promise<void> {
    const { repository, changes, isInUse } = this.#parts
    const present = await this.#require(id)
    requireRevision(named, present.revision)
    if (await isInUse(id)) throw new CodedError('HUB_PACKAGE_IN_USE', { parameters: { id } })
    const versions = await repository.listVersions([id])
    if (!(await repository.remove(id, present.revision))) throw preconditionFailed()
    changes.publish('package', id)
    await this.#parts.images.removeUnused([...new Set(versions.flatMap(({ blobs = [] }) => blobs))])
  }

  async listVersions(packageId: string): Promise<PackageVersion[]> {
    await this.#require(packageId)
    return (await this.#parts.repository.listVersions([packageId])).map(toVersion)
  }

  /** @throws CodedError HUB_PACKAGE_NOT_FOUND, HUB_VERSION_NOT_FOUND */
  async getVersion(packageId: string, version: string): Promise<PackageVersion> {
    return toVersion(await this.requireVersion(packageId, version))
  }

  /** As it is kept. @throws CodedError HUB_PACKAGE_NOT_FOUND, HUB_VERSION_NOT_FOUND */
  async requireVersion(packageId: string, version: string): Promise<VersionRecord> {
    const record = await this.#parts.repository.findVersion(packageId, version)
    if (record) return record
    await this.#require(packageId)
    throw new CodedError('HUB_VERSION_NOT_FOUND', { parameters: { id: packageId, version } })
  }

  async registerVersion(packageId: string, registration: VersionRegistration, origin: Origin) {
    const { repository, clock, changes } = this.#parts
    await this.#require(packageId)
    const { version, profile } = registration
    if (Buffer.byteLength(JSON.stringify(profile)) > MAX_PROFILE_BYTES) {
      throw new InvalidRequest([
        { pointer: '/profile', message: `must not exceed ${MAX_PROFILE_BYTES} bytes` },
      ])
    }
    const present = await repository.insertVersion({
      packageId,
      version,
      profile,
      state: 'awaiting-archive',
      registeredAt: clock.now(),
      revision: 1,
      origin: origin.key,
    })
    if (present.origin !== origin.key) throw alreadyRegistered(`${packageId} ${version}`)
    changes.publish('package', packageId)
    return toVersion(present)
  }

  /**
   * Receives the image archive of a version. The same image again changes nothing.
   * @throws CodedError HUB_VERSION_IMMUTABLE for another image than the one it has
   */
  async receiveArchive(
    packageId: string,
    version: string,
    body: Readable,
    expected: Expectation,
  ): Promise<PackageVersion> {
    const { images } = this.#parts
    const before = await this.requireVersion(packageId, version)
    const stored = await images.receive(body, expected, () => this.requireVersion(packageId, version))
    return this.#becomeReady(before, stored)
  }

  /**
   * Makes a version ready with an image whose blobs came otherwise. The same image again changes nothing.
   * @throws CodedError HUB_VERSION_IMMUTABLE for another image than the one it has
   */
  async acceptImage(packageId: string, version: string, image: AcceptedImage): Promise<PackageVersion> {
    const before = await this.requireVersion(packageId, version)
    const stored = await this.#parts.images.accept(image, () => this.requireVersion(packageId, version))
    return this.#becomeReady(before, stored)
  }

  /** Removes those of these blobs that no version needs. */
  removeUnusedBlobs(digests: readonly string[]): Promise<void> {
    return this.#parts.images.removeUnused(digests)
  }

  /** The manifest with its signature, if it has one. */
  async getRelease(packageId: string, version: string): Promise<SignedRelease> {
    return this.#parts.images.release(await this.requireVersion(packageId, version))
  }

  /** Puts a publisher's signature in place. @throws CodedError HUB_RELEASE_MISMATCH, HUB_RELEASE_UNSIGNED */
  async sign(packageId: string, version: string, signed: SignedRelease): Promise<SignedRelease> {
    const { images, changes } = this.#parts
    const stored = await images.sign(await this.requireVersion(packageId, version), signed)
    changes.publish('package', packageId)
    return images.release(stored)
  }

  /** The manifest of a ready version and the name its archive is downloaded under. */
  async getArchive(
    packageId: string,
    version: string,
  ): Promise<{ release: ReleaseManifest; fileName: string }> {
    const release = this.#parts.images.manifest(await this.requireVersion(packageId, version))
    const { entry } = await this.#require(packageId)
    return { release, fileName: entry.fileName }
  }

  /** @throws CodedError HUB_VERSION_NOT_READY, besides those of {@link getVersion} */
  async getReadyVersion(
    packageId: string,
    version: string,
  ): Promise<PackageVersion & { image: PackageImage }> {
    const found = await this.getVersion(packageId, version)
    const { image } = found
    if (found.state !== 'ready' || !image) throw notReady(packageId, version)
    return { ...found, image }
  }

  #becomeReady(before: VersionRecord, { packageId, version, ...stored }: VersionRecord): PackageVersion {
    const { changes, onReady } = this.#parts
    if (before.state !== 'ready') {
      changes.publish('package', packageId)
      onReady(packageId, version)
    }
    return toVersion({ packageId, version, ...stored })
  }

  async #require(id: string): Promise<PackageRecord> {
    const record = await this.#parts.repository.find(id)
    if (!record) throw new CodedError('HUB_PACKAGE_NOT_FOUND', { parameters: { id } })
    return record
  }
}

const alreadyRegistered = (id: string) => new CodedError('HUB_ALREADY_REGISTERED', { parameters: { id } })
