// AI packages: the catalogue, their versions, and the one archive that makes a version ready for ever.
import type { Readable } from 'node:stream'
import type { Clock } from '@bongsu/foundation'
import {
  type AiPackage,
  distinctTags,
  type PackageEntry,
  type PackageImage,
  type PackageRegistration,
  type PackageVersion,
  type ReleaseManifest,
  type SignedRelease,
  type VersionRegistration,
} from '@bongsu/protocol'
import type { ChangeFeed } from '../changes/change-feed.ts'
import type { Gate } from '../gate/gate.ts'
import type { Expectation } from '../images/image-intake.ts'
import { type NamedRevision, preconditionFailed, requireRevision } from '../plugins/entity-tag.ts'
import { InvalidRequest } from '../plugins/invalid-request.ts'
import type { Origin } from '../plugins/origin.ts'
import type { PageRequest, Slice } from '../plugins/pagination.ts'
import { toPackage, toVersion, type Weigh } from './package-view.ts'
import {
  alreadyRegistered,
  inUse,
  packageNotFound,
  requireOffered,
  sameNameAs,
  versionNotFound,
} from './refusals.ts'
import type { PackageRecord, PackageRepository, VersionRecord } from './repository.ts'
import { type AcceptedImage, notReady, type VersionImages } from './version-images.ts'

export interface PackageServiceParts {
  readonly repository: PackageRepository
  readonly images: VersionImages
  readonly changes: ChangeFeed
  readonly clock: Clock
  readonly gate: Pick<Gate, 'weigh' | 'requireLetThrough'>
  /** Ids of active deployments of the package, or of that version; offered by the deployments feature. */
  readonly usesOf: (packageId: string, version?: string) => Promise<readonly string[]>
  /** A version has become ready: its image can be looked at. */
  readonly onReady: (packageId: string, version: string) => void
  /** A version is gone: what others keep of it may go too. */
  readonly onRemoved: (packageId: string, version: string) => Promise<void>
}

/** What to do about another package of the same Korean name and copyright holder. */
export type SameName = 'allow' | 'refuse'

/** A profile travels in the desired state, which is one control message. */
const MAX_PROFILE_BYTES = 48 * 1024

const tidyEntry = ({ tags, ...entry }: PackageEntry): PackageEntry => {
  const distinct = distinctTags(tags ?? [])
  return { ...entry, ...(distinct.length > 0 && { tags: distinct }) }
}

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
        this.#weigh,
      ),
    )
    return { packages, records, total: total ? await repository.count(text) : undefined }
  }

  /** @throws CodedError HUB_PACKAGE_NOT_FOUND */
  async get(id: string): Promise<AiPackage> {
    const record = await this.#require(id)
    return toPackage(record, await this.#parts.repository.listVersions([id]), this.#weigh)
  }

  /** @throws CodedError HUB_ALREADY_REGISTERED, HUB_PACKAGE_SAME_NAME, both naming the present one */
  async register(
    { id, ...registered }: PackageRegistration,
    origin: Origin,
    sameName: SameName,
  ): Promise<AiPackage> {
    const { repository, clock, changes } = this.#parts
    const entry = tidyEntry(registered)
    const earlier = await repository.find(id)
    if (earlier && earlier.origin !== origin.key) throw alreadyRegistered(id, earlier)
    if (!earlier && sameName === 'refuse') await this.#refuseSameName(id, entry)
    const record = { id, entry, registeredAt: clock.now(), revision: 1, origin: origin.key }
    const present = await repository.insert(record)
    if (present.origin !== origin.key) throw alreadyRegistered(id, present)
    changes.publish('package', id)
    return this.get(id)
  }

  /** @throws CodedError HUB_PACKAGE_SAME_NAME, besides those of a changed revision */
  async edit(
    id: string,
    edited: PackageEntry,
    { named, sameName }: { readonly named: NamedRevision; readonly sameName: SameName },
  ): Promise<AiPackage> {
    const { repository, changes } = this.#parts
    const entry = tidyEntry(edited)
    const present = await this.#require(id)
    requireRevision(named, present.revision)
    if (sameName === 'refuse') await this.#refuseSameName(id, entry)
    const changed = await repository.replaceEntry(id, present.revision, entry)
    if (!changed) throw preconditionFailed()
    changes.publish('package', id)
    return this.get(id)
  }

  /**
   * Removes the package, its versions, and the archives that no other version has.
   * @throws CodedError HUB_PACKAGE_IN_USE naming the deployments: such a package can only be withdrawn
   */
  async remove(id: string, named: NamedRevision): Promise<void> {
    const { repository, usesOf } = this.#parts
    const present = await this.#require(id)
    requireRevision(named, present.revision)
    const uses = await usesOf(id)
    if (uses.length > 0) throw inUse('HUB_PACKAGE_IN_USE', { id }, uses)
    const versions = await repository.listVersions([id])
    if (!(await repository.remove(id, present.revision))) throw preconditionFailed()
    await this.#forget(id, versions)
  }

  /** As {@link remove}, for one version. @throws CodedError HUB_VERSION_IN_USE */
  async removeVersion(packageId: string, version: string, named: NamedRevision): Promise<void> {
    const { repository, usesOf } = this.#parts
    const present = await this.requireVersion(packageId, version)
    requireRevision(named, present.revision)
    const uses = await usesOf(packageId, version)
    if (uses.length > 0) throw inUse('HUB_VERSION_IN_USE', { id: packageId, version }, uses)
    if (!(await repository.removeVersion(packageId, version, present.revision))) throw preconditionFailed()
    await this.#forget(packageId, [present])
  }

  async listVersions(packageId: string): Promise<PackageVersion[]> {
    await this.#require(packageId)
    return (await this.#parts.repository.listVersions([packageId])).map((record) => this.#view(record))
  }

  /** @throws CodedError HUB_PACKAGE_NOT_FOUND, HUB_VERSION_NOT_FOUND */
  async getVersion(packageId: string, version: string): Promise<PackageVersion> {
    return this.#view(await this.requireVersion(packageId, version))
  }

  /** As it is kept. @throws CodedError HUB_PACKAGE_NOT_FOUND, HUB_VERSION_NOT_FOUND */
  async requireVersion(packageId: string, version: string): Promise<VersionRecord> {
    const record = await this.#parts.repository.findVersion(packageId, version)
    if (record) return record
    await this.#require(packageId)
    throw versionNotFound(packageId, version)
  }

  async registerVersion(packageId: string, registration: VersionRegistration, origin: Origin) {
    const { repository, clock, changes } = this.#parts
    const { entry } = await this.#require(packageId)
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
    if (present.origin !== origin.key) throw alreadyRegistered(`${packageId} ${version}`, { entry })
    changes.publish('package', packageId)
    return this.#view(present)
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

  /**
   * A version that may be deployed.
   * @throws CodedError HUB_VERSION_NOT_READY, HUB_VERSION_WITHDRAWN, HUB_PACKAGE_WITHDRAWN, HUB_GATE_BLOCKED, besides those of
   *   {@link getVersion}
   */
  async getReadyVersion(
    packageId: string,
    version: string,
  ): Promise<PackageVersion & { image: PackageImage }> {
    const [record, found] = await Promise.all([this.#require(packageId), this.getVersion(packageId, version)])
    requireOffered(record, found)
    const { image } = found
    if (found.state !== 'ready' || !image) throw notReady(packageId, version)
    this.#parts.gate.requireLetThrough({ id: packageId, version }, found.findings ?? [])
    return { ...found, image }
  }

  #becomeReady(before: VersionRecord, { packageId, version, ...stored }: VersionRecord): PackageVersion {
    const { changes, onReady } = this.#parts
    if (before.state !== 'ready') {
      changes.publish('package', packageId)
      onReady(packageId, version)
    }
    return this.#view({ packageId, version, ...stored })
  }

  readonly #weigh: Weigh = (findings) => this.#parts.gate.weigh(findings)

  #view(record: VersionRecord): PackageVersion {
    return toVersion(record, this.#weigh)
  }

  async #refuseSameName(id: string, entry: PackageEntry): Promise<void> {
    const named = await this.#parts.repository.findNamed([entry])
    const present = named.find((one) => one.id !== id)
    if (present) throw sameNameAs(present)
  }

  async #forget(packageId: string, versions: readonly VersionRecord[]): Promise<void> {
    const { changes, images, onRemoved } = this.#parts
    changes.publish('package', packageId)
    await images.removeUnused([...new Set(versions.flatMap(({ blobs = [] }) => blobs))])
    for (const { version } of versions) await onRemoved(packageId, version)
  }

  async #require(id: string): Promise<PackageRecord> {
    const record = await this.#parts.repository.find(id)
    if (!record) throw packageNotFound(id)
    return record
  }
}
