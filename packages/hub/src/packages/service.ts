// AI packages: the catalogue, their versions, and the one archive that makes a version ready for ever.
import type { Readable } from 'node:stream'
import { type Clock, CodedError } from '@bongsu/foundation'
import type {
  AiPackage,
  PackageEntry,
  PackageImage,
  PackageRegistration,
  PackageVersion,
  VersionRegistration,
} from '@bongsu/protocol'
import type { ChangeFeed } from '../changes/change-feed.ts'
import { type NamedRevision, preconditionFailed, requireRevision } from '../plugins/entity-tag.ts'
import { InvalidRequest } from '../plugins/invalid-request.ts'
import type { Origin } from '../plugins/origin.ts'
import type { PageRequest, Slice } from '../plugins/pagination.ts'
import type { BlobStore, Expectation } from './blob-store.ts'
import type { PackageRecord, PackageRepository, VersionRecord } from './repository.ts'

export interface PackageServiceParts {
  readonly repository: PackageRepository
  readonly blobs: BlobStore
  readonly changes: ChangeFeed
  readonly clock: Clock
  /** Whether an active deployment uses the package; offered by the deployments feature. */
  readonly isInUse: (packageId: string) => Promise<boolean>
  /** A version has become ready: its image can be looked at. */
  readonly onReady: (packageId: string, version: string) => void
}

/** A profile travels in the desired state, which is one control message. */
const MAX_PROFILE_BYTES = 48 * 1024

const toVersion = ({ registeredAt, origin: _, image, ...rest }: VersionRecord): PackageVersion => ({
  ...rest,
  ...(image && { image }),
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
  // Putting an archive in place and removing one that nobody uses must not cross.
  #blobWork: Promise<unknown> = Promise.resolve()

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
    for (const { image } of versions) if (image) await this.#removeUnused(image.archiveDigest)
  }

  async listVersions(packageId: string): Promise<PackageVersion[]> {
    await this.#require(packageId)
    return (await this.#parts.repository.listVersions([packageId])).map(toVersion)
  }

  /** @throws CodedError HUB_PACKAGE_NOT_FOUND, HUB_VERSION_NOT_FOUND */
  async getVersion(packageId: string, version: string): Promise<PackageVersion> {
    const record = await this.#parts.repository.findVersion(packageId, version)
    if (record) return toVersion(record)
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
   * Receives the image archive of a version. The same archive again changes nothing.
   * @throws CodedError HUB_VERSION_IMMUTABLE for another archive than the one it has
   */
  async receiveArchive(
    packageId: string,
    version: string,
    body: Readable,
    expected: Expectation,
  ): Promise<PackageVersion> {
    const { blobs, changes } = this.#parts
    await this.getVersion(packageId, version)
    const received = await blobs.receive(body, expected)
    const image: PackageImage = {
      ...received.image,
      archiveDigest: received.digest,
      archiveBytes: received.bytes,
    }
    return this.#exclusively(async () => {
      const present = await this.getVersion(packageId, version).catch(async (error: unknown) => {
        await received.discard()
        throw error
      })
      if (present.state === 'ready') {
        await received.discard()
        if (present.image?.archiveDigest === received.digest) return present
        throw new CodedError('HUB_VERSION_IMMUTABLE', { parameters: { version } })
      }
      await received.publish()
      const ready = await this.#parts.repository.markReady(packageId, version, image)
      changes.publish('package', packageId)
      this.#parts.onReady(packageId, version)
      return ready ? toVersion(ready) : this.getVersion(packageId, version)
    })
  }

  /** The ready image of a version and the name its archive is downloaded under. */
  async getArchive(packageId: string, version: string): Promise<{ image: PackageImage; fileName: string }> {
    const { image } = await this.getVersion(packageId, version)
    if (!image) throw notReady(packageId, version)
    const { entry } = await this.#require(packageId)
    return { image, fileName: entry.fileName }
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

  async #require(id: string): Promise<PackageRecord> {
    const record = await this.#parts.repository.find(id)
    if (!record) throw new CodedError('HUB_PACKAGE_NOT_FOUND', { parameters: { id } })
    return record
  }

  #removeUnused(digest: string): Promise<void> {
    return this.#exclusively(async () => {
      if (!(await this.#parts.repository.isArchiveUsed(digest))) await this.#parts.blobs.remove(digest)
    })
  }

  #exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const run = this.#blobWork.then(work)
    this.#blobWork = run.catch(() => undefined)
    return run
  }
}

const alreadyRegistered = (id: string) => new CodedError('HUB_ALREADY_REGISTERED', { parameters: { id } })

const notReady = (id: string, version: string) =>
  new CodedError('HUB_VERSION_NOT_READY', { parameters: { id, version } })
