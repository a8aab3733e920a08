// Manifests and pushed blobs in the database.
import type { Connection } from 'mongoose'
import { type ManifestDocument, manifestModel, pushedBlobModel } from './model.ts'
import type { ManifestRecord, RegistryRepository } from './repository.ts'

const toRecord = ({ _id, ...rest }: ManifestDocument): ManifestRecord => rest

export class MongoRegistryRepository implements RegistryRepository {
  readonly #manifests: ReturnType<typeof manifestModel>
  readonly #pushed: ReturnType<typeof pushedBlobModel>

  constructor(connection: Connection) {
    this.#manifests = manifestModel(connection)
    this.#pushed = pushedBlobModel(connection)
  }

  async saveManifest({ version, imageId, ...record }: ManifestRecord): Promise<void> {
    await this.#manifests.updateOne(
      { _id: `${record.packageId}@${record.digest}` },
      { $set: { ...record, ...(imageId && { imageId }), ...(version && { version }) } },
      { upsert: true },
    )
  }

  async findManifest(packageId: string, digest: string) {
    const document = await this.#manifests.findById(`${packageId}@${digest}`).lean()
    return document ? toRecord(document) : undefined
  }

  async findManifestOf(packageId: string, version: string, imageId: string) {
    const document = await this.#manifests.findOne({ packageId, version, imageId }).sort({ _id: 1 }).lean()
    return document ? toRecord(document) : undefined
  }

  async removeUnnamed(before: Date): Promise<void> {
    await this.#manifests.deleteMany({ version: { $exists: false }, pushedAt: { $lt: before } })
  }

  async notePushed(digests: readonly string[], at: Date): Promise<void> {
    for (const digest of digests) {
      await this.#pushed.updateOne({ _id: digest }, { $set: { at } }, { upsert: true })
    }
  }

  async listPushed(before: Date, limit: number): Promise<string[]> {
    const found = await this.#pushed
      .find({ at: { $lt: before } })
      .limit(limit)
      .lean()
    return found.map(({ _id }) => _id)
  }

  async pushedOf(digests: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.#pushed.find({ _id: { $in: [...digests] } }).lean()
    return new Set(found.map(({ _id }) => _id))
  }

  async forgetPushed(digests: readonly string[]): Promise<void> {
    await this.#pushed.deleteMany({ _id: { $in: [...digests] } })
  }
}
