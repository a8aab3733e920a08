// What the registry keeps besides blobs: manifests as they were pushed, and blobs that no version needs yet.

export interface ManifestRecord {
  readonly packageId: string
  /** Of the text. */
  readonly digest: string
  readonly mediaType: string
  readonly text: string
  /** Digest of the image's configuration; absent for an index. */
  readonly imageId?: string | undefined
  /** The version that was made by it; absent: pushed by digest, perhaps to be named by an index soon. */
  readonly version?: string | undefined
  readonly pushedAt: Date
}

export interface RegistryRepository {
  /** Adds the manifest, or names the version of the one that is there. */
  saveManifest(record: ManifestRecord): Promise<void>
  findManifest(packageId: string, digest: string): Promise<ManifestRecord | undefined>
  /** The image manifest that made this version. */
  findManifestOf(packageId: string, version: string, imageId: string): Promise<ManifestRecord | undefined>
  /** Forgets manifests older than that which made no version. */
  removeUnnamed(before: Date): Promise<void>
  /** Remembers blobs that came or were asked for by a push at that time. */
  notePushed(digests: readonly string[], at: Date): Promise<void>
  /** Blobs that no push has touched since. */
  listPushed(before: Date, limit: number): Promise<string[]>
  /** Of these, those that a push has touched and that are not forgotten. */
  pushedOf(digests: readonly string[]): Promise<ReadonlySet<string>>
  forgetPushed(digests: readonly string[]): Promise<void>
}
