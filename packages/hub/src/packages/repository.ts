// Where AI packages and their versions live. Not-found is a value; a failure is an error.
import type { LaunchProfile, PackageEntry, PackageImage, Reason, ReleaseLayer } from '@bongsu/protocol'
import type { PageRequest, Slice } from '../plugins/pagination.ts'

export interface WithdrawalRecord {
  readonly at: Date
  readonly reason?: string | undefined
}

export interface PackageRecord {
  readonly id: string
  readonly entry: PackageEntry
  readonly registeredAt: Date
  readonly revision: number
  /** Of the request that registered it. */
  readonly origin: string
  readonly withdrawn?: WithdrawalRecord | undefined
}

export interface VersionRecord {
  readonly packageId: string
  readonly version: string
  readonly profile: LaunchProfile
  readonly state: 'awaiting-archive' | 'ready'
  readonly image?: PackageImage | undefined
  /** Text of the ReleaseManifest, as it was made or signed. */
  readonly release?: string | undefined
  /** A `.minisig` over that text. */
  readonly signature?: string | undefined
  /** Digests of everything stored for it. */
  readonly blobs?: readonly string[] | undefined
  /** What was found when its image came; absent for those from before anybody looked. */
  readonly findings?: readonly Reason[] | undefined
  readonly withdrawn?: WithdrawalRecord | undefined
  readonly registeredAt: Date
  readonly revision: number
  readonly origin: string
}

export interface ReadyImage {
  readonly image: PackageImage
  readonly release: string
  readonly blobs: readonly string[]
  readonly findings: readonly Reason[]
}

export interface SignedText {
  readonly release: string
  readonly signature: string
}

export interface ListedPackage {
  readonly record: PackageRecord
  /** Oldest first. */
  readonly versionNames: readonly string[]
}

/** Entries of many packages, to be written at once. */
export interface EntryWrites {
  readonly added: readonly PackageRecord[]
  readonly changed: readonly {
    readonly id: string
    readonly revision: number
    readonly entry: PackageEntry
  }[]
}

export interface PackageRepository {
  /** Adds the package; the present one when the id is taken. */
  insert(record: PackageRecord): Promise<PackageRecord>
  find(id: string): Promise<PackageRecord | undefined>
  findMany(ids: readonly string[]): Promise<PackageRecord[]>
  /** All that a list of `text` would give page after page, in one reading. */
  listAll(text: string | undefined): AsyncIterable<ListedPackage>
  /** Packages with the Korean name and copyright holder of any of these, blanks and case aside. */
  findNamed(entries: readonly PackageEntry[]): Promise<PackageRecord[]>
  /** All of it or, when something named is taken, gone or changed meanwhile, nothing. */
  writeEntries(writes: EntryWrites): Promise<'written' | 'conflict'>
  /** Newest first; `text` is a part of any field of the entry or of a version's name. */
  list(page: PageRequest, text: string | undefined): Promise<Slice<PackageRecord>>
  count(text: string | undefined): Promise<number>
  replaceEntry(id: string, revision: number, entry: PackageEntry): Promise<PackageRecord | undefined>
  /** Withdraws it, or restores it with `undefined`; what it is then, `undefined` when it is gone. */
  setWithdrawn(id: string, withdrawn: WithdrawalRecord | undefined): Promise<PackageRecord | undefined>
  /** Removes the package and its versions; false when it is gone or has another revision. */
  remove(id: string, revision: number): Promise<boolean>
  /** Adds the version; the present one when the name is taken. */
  insertVersion(record: VersionRecord): Promise<VersionRecord>
  findVersion(packageId: string, version: string): Promise<VersionRecord | undefined>
  /** All versions of these packages, newest first. */
  listVersions(packageIds: readonly string[]): Promise<VersionRecord[]>
  /** As {@link setWithdrawn}, for one version. */
  setVersionWithdrawn(
    packageId: string,
    version: string,
    withdrawn: WithdrawalRecord | undefined,
  ): Promise<VersionRecord | undefined>
  /** False when it is gone or has another revision. */
  removeVersion(packageId: string, version: string, revision: number): Promise<boolean>
  /** Makes an awaiting version ready; `undefined` when it is not awaiting (any more). */
  markReady(packageId: string, version: string, ready: ReadyImage): Promise<VersionRecord | undefined>
  /** Puts a signed manifest in place; `undefined` when the version is gone or not ready. */
  sign(packageId: string, version: string, signed: SignedText): Promise<VersionRecord | undefined>
  /** Of these digests, those that some version is made of. */
  usedBlobs(digests: readonly string[]): Promise<ReadonlySet<string>>
  /** Stored layers by diffId, whatever version brought them. */
  findLayers(diffIds: readonly string[]): Promise<ReadonlyMap<string, ReleaseLayer>>
  /** Where each lies now, whatever was known of it. */
  saveLayers(layers: readonly ReleaseLayer[]): Promise<void>
  /** Forgets layers whose blobs are gone. */
  removeLayers(digests: readonly string[]): Promise<void>
}
