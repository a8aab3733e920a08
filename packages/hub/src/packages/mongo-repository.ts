// AI packages and versions in the database. Filters are built here from typed fields, never from a request.
import type { PackageEntry, ReleaseLayer } from '@bongsu/protocol'
import type { Connection } from 'mongoose'
import { type PageRequest, toSlice } from '../plugins/pagination.ts'
import { isDuplicateKey } from '../storage/mongo-errors.ts'
import { afterCursor, contains, newestFirst, SEARCH_MAX_TIME_MS } from '../storage/mongo-page.ts'
import {
  layerModel,
  type PackageDocument,
  packageModel,
  type VersionDocument,
  versionModel,
} from './model.ts'
import type { PackageRecord, PackageRepository, ReadyImage, SignedText, VersionRecord } from './repository.ts'

const toRecord = ({ _id, searchText: _, ...rest }: PackageDocument): PackageRecord => ({ id: _id, ...rest })
const toVersion = ({ _id, ...rest }: VersionDocument): VersionRecord => rest

const versionKey = (packageId: string, version: string) => `${packageId}/${version}`

const searchTextOf = (id: string, { koreanName, fileName, copyrightHolder, description }: PackageEntry) =>
  [id, koreanName, fileName, copyrightHolder, description ?? ''].join('\n')

const searchFilter = (text: string | undefined): Record<string, unknown> =>
  text ? { searchText: contains(text) } : {}

export class MongoPackageRepository implements PackageRepository {
  readonly #packages: ReturnType<typeof packageModel>
  readonly #versions: ReturnType<typeof versionModel>
  readonly #layers: ReturnType<typeof layerModel>

  constructor(connection: Connection) {
    this.#packages = packageModel(connection)
    this.#versions = versionModel(connection)
    this.#layers = layerModel(connection)
  }

  async insert({ id, ...record }: PackageRecord): Promise<PackageRecord> {
    try {
      await this.#packages.create({ _id: id, ...record, searchText: searchTextOf(id, record.entry) })
      return { id, ...record }
    } catch (error) {
      const present = isDuplicateKey(error) ? await this.find(id) : undefined
      if (!present) throw error
      return present
    }
  }

  async find(id: string): Promise<PackageRecord | undefined> {
    const document = await this.#packages.findById(id).lean()
    return document ? toRecord(document) : undefined
  }

  async list(page: PageRequest, text: string | undefined) {
    const read = await this.#packages
      .find({ $and: [searchFilter(text), afterCursor('registeredAt', page)] })
      .sort(newestFirst('registeredAt'))
      .limit(page.limit + 1)
      .maxTimeMS(SEARCH_MAX_TIME_MS)
      .lean()
    return toSlice(read.map(toRecord), page.limit)
  }

  count(text: string | undefined): Promise<number> {
    return this.#packages.countDocuments(searchFilter(text)).maxTimeMS(SEARCH_MAX_TIME_MS).exec()
  }

  async replaceEntry(id: string, revision: number, entry: PackageEntry) {
    const changed = await this.#packages
      .findOneAndUpdate(
        { _id: id, revision },
        { $set: { entry, searchText: searchTextOf(id, entry) }, $inc: { revision: 1 } },
        { returnDocument: 'after' },
      )
      .lean()
    return changed ? toRecord(changed) : undefined
  }

  async remove(id: string, revision: number): Promise<boolean> {
    if ((await this.#packages.deleteOne({ _id: id, revision })).deletedCount !== 1) return false
    await this.#versions.deleteMany({ packageId: id })
    return true
  }

  async insertVersion(record: VersionRecord): Promise<VersionRecord> {
    try {
      const { image, blobs, ...rest } = record
      const _id = versionKey(record.packageId, record.version)
      await this.#versions.create({
        _id,
        ...rest,
        ...(image && { image }),
        ...(blobs && { blobs: [...blobs] }),
      })
      return record
    } catch (error) {
      const present = isDuplicateKey(error)
        ? await this.findVersion(record.packageId, record.version)
        : undefined
      if (!present) throw error
      return present
    }
  }

  async findVersion(packageId: string, version: string): Promise<VersionRecord | undefined> {
    const document = await this.#versions.findById(versionKey(packageId, version)).lean()
    return document ? toVersion(document) : undefined
  }

  async listVersions(packageIds: readonly string[]): Promise<VersionRecord[]> {
    const filter = { packageId: { $in: [...packageIds] } }
    const read = await this.#versions.find(filter).sort({ registeredAt: -1, _id: -1 }).lean()
    return read.map(toVersion)
  }

  async markReady(packageId: string, version: string, { image, release, blobs }: ReadyImage) {
    const changed = await this.#versions
      .findOneAndUpdate(
        { _id: versionKey(packageId, version), state: 'awaiting-archive' },
        { $set: { state: 'ready', image, release, blobs: [...blobs] }, $inc: { revision: 1 } },
        { returnDocument: 'after' },
      )
      .lean()
    return changed ? toVersion(changed) : undefined
  }

  async sign(packageId: string, version: string, { release, signature }: SignedText) {
    const changed = await this.#versions
      .findOneAndUpdate(
        { _id: versionKey(packageId, version), state: 'ready' },
        { $set: { release, signature }, $inc: { revision: 1 } },
        { returnDocument: 'after' },
      )
      .lean()
    return changed ? toVersion(changed) : undefined
  }

  async usedBlobs(digests: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.#versions.find({ blobs: { $in: [...digests] } }, { blobs: 1 }).lean()
    const used = new Set(found.flatMap(({ blobs = [] }) => blobs))
    return new Set(digests.filter((digest) => used.has(digest)))
  }

  async findLayers(diffIds: readonly string[]): Promise<ReadonlyMap<string, ReleaseLayer>> {
    const found = await this.#layers.find({ _id: { $in: [...diffIds] } }).lean()
    return new Map(found.map(({ _id, ...rest }) => [_id, { diffId: _id, ...rest }]))
  }

  async saveLayers(layers: readonly ReleaseLayer[]): Promise<void> {
    for (const { diffId, ...rest } of layers) {
      await this.#layers.updateOne({ _id: diffId }, { $setOnInsert: rest }, { upsert: true })
    }
  }

  async removeLayers(digests: readonly string[]): Promise<void> {
    await this.#layers.deleteMany({ digest: { $in: [...digests] } })
  }
}
