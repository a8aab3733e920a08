// AI packages and versions in the database. Filters are built here from typed fields, never from a request.
import type { PackageEntry, ReleaseLayer } from '@bongsu/protocol'
import type { ClientSession, Connection } from 'mongoose'
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
import { nameKeyOf } from './name-key.ts'
import type {
  EntryWrites,
  ListedPackage,
  PackageRecord,
  PackageRepository,
  ReadyImage,
  SignedText,
  VersionRecord,
  WithdrawalRecord,
} from './repository.ts'

const toRecord = ({
  _id,
  searchText: _,
  versionNames: __,
  nameKey: ___,
  ...rest
}: PackageDocument): PackageRecord => ({ id: _id, ...rest })
const toVersion = ({ _id, ...rest }: VersionDocument): VersionRecord => rest

/** Values that a condition names one by one. */
const MAX_ASKED = 100

const versionKey = (packageId: string, version: string) => `${packageId}/${version}`

const toDocument = ({ id, withdrawn, ...rest }: PackageRecord) => ({
  _id: id,
  ...rest,
  ...(withdrawn && { withdrawn }),
  ...findable(id, rest.entry),
})

/** What is kept beside an entry so that it is found. */
const findable = (id: string, entry: PackageEntry) => {
  const { koreanName, fileName, copyrightHolder, description, licence, tags = [] } = entry
  const texts = [id, koreanName, fileName, copyrightHolder, description, licence, ...tags]
  return {
    searchText: texts.filter((text) => text !== undefined).join('\n'),
    nameKey: nameKeyOf(entry),
  }
}

const searchFilter = (text: string | undefined): Record<string, unknown> =>
  text ? { $or: [{ searchText: contains(text) }, { versionNames: contains(text) }] } : {}

const withdrawal = (withdrawn: WithdrawalRecord | undefined) =>
  withdrawn
    ? { $set: { withdrawn }, $inc: { revision: 1 } }
    : { $unset: { withdrawn: 1 }, $inc: { revision: 1 } }

export class MongoPackageRepository implements PackageRepository {
  readonly #connection: Connection
  readonly #packages: ReturnType<typeof packageModel>
  readonly #versions: ReturnType<typeof versionModel>
  readonly #layers: ReturnType<typeof layerModel>

  constructor(connection: Connection) {
    this.#connection = connection
    this.#packages = packageModel(connection)
    this.#versions = versionModel(connection)
    this.#layers = layerModel(connection)
  }

  async insert({ id, ...record }: PackageRecord): Promise<PackageRecord> {
    try {
      await this.#packages.create(toDocument({ id, ...record }))
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

  async findMany(ids: readonly string[]): Promise<PackageRecord[]> {
    return this.#pick('_id', ids)
  }

  async findNamed(entries: readonly PackageEntry[]): Promise<PackageRecord[]> {
    return this.#pick('nameKey', [...new Set(entries.map(nameKeyOf))])
  }

  /** Of many values a condition is slower than reading all, on the embedded server by orders of magnitude. */
  async #pick(field: '_id' | 'nameKey', values: readonly string[]): Promise<PackageRecord[]> {
    if (values.length === 0) return []
    if (values.length <= MAX_ASKED) {
      return (await this.#packages.find({ [field]: { $in: [...values] } }).lean()).map(toRecord)
    }
    const wanted = new Set(values)
    const picked: PackageRecord[] = []
    for await (const document of this.#packages.find().lean().cursor()) {
      if (wanted.has(document[field])) picked.push(toRecord(document))
    }
    return picked
  }

  async *listAll(text: string | undefined): AsyncGenerator<ListedPackage> {
    const found = this.#packages.find(searchFilter(text)).sort(newestFirst('registeredAt')).lean()
    for await (const document of found.cursor({ batchSize: 500 })) {
      yield { record: toRecord(document), versionNames: document.versionNames }
    }
  }

  async writeEntries(writes: EntryWrites): Promise<'written' | 'conflict'> {
    try {
      await this.#connection.transaction((session) => writeEntries(this.#packages, writes, session))
      return 'written'
    } catch (error) {
      if (error instanceof WriteConflict || isDuplicateKey(error)) return 'conflict'
      throw error
    }
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
        { $set: { entry, ...findable(id, entry) }, $inc: { revision: 1 } },
        { returnDocument: 'after' },
      )
      .lean()
    return changed ? toRecord(changed) : undefined
  }

  async setWithdrawn(id: string, withdrawn: WithdrawalRecord | undefined) {
    const changed = await this.#packages
      .findOneAndUpdate({ _id: id }, withdrawal(withdrawn), { returnDocument: 'after' })
      .lean()
    return changed ? toRecord(changed) : undefined
  }

  async remove(id: string, revision: number): Promise<boolean> {
    if ((await this.#packages.deleteOne({ _id: id, revision })).deletedCount !== 1) return false
    await this.#versions.deleteMany({ packageId: id })
    return true
  }

  async insertVersion(record: VersionRecord): Promise<VersionRecord> {
    // First: a version that is there must be found.
    await this.#packages.updateOne({ _id: record.packageId }, { $addToSet: { versionNames: record.version } })
    try {
      const { image, blobs, withdrawn, findings, ...rest } = record
      const _id = versionKey(record.packageId, record.version)
      await this.#versions.create({
        _id,
        ...rest,
        ...(image && { image }),
        ...(blobs && { blobs: [...blobs] }),
        ...(findings && { findings: [...findings] }),
        ...(withdrawn && { withdrawn }),
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

  async setVersionWithdrawn(packageId: string, version: string, withdrawn: WithdrawalRecord | undefined) {
    const changed = await this.#versions
      .findOneAndUpdate({ _id: versionKey(packageId, version) }, withdrawal(withdrawn), {
        returnDocument: 'after',
      })
      .lean()
    return changed ? toVersion(changed) : undefined
  }

  async removeVersion(packageId: string, version: string, revision: number): Promise<boolean> {
    const { deletedCount } = await this.#versions.deleteOne({ _id: versionKey(packageId, version), revision })
    if (deletedCount !== 1) return false
    await this.#packages.updateOne({ _id: packageId }, { $pull: { versionNames: version } })
    return true
  }

  async markReady(packageId: string, version: string, { image, release, blobs, findings }: ReadyImage) {
    const changed = await this.#versions
      .findOneAndUpdate(
        { _id: versionKey(packageId, version), state: 'awaiting-archive' },
        {
          $set: { state: 'ready', image, release, blobs: [...blobs], findings: [...findings] },
          $inc: { revision: 1 },
        },
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
      await this.#layers.updateOne({ _id: diffId }, { $set: rest }, { upsert: true })
    }
  }

  async removeLayers(digests: readonly string[]): Promise<void> {
    await this.#layers.deleteMany({ digest: { $in: [...digests] } })
  }
}

/** Something that the writes were planned upon is gone or has another revision. */
class WriteConflict extends Error {}

async function writeEntries(
  packages: ReturnType<typeof packageModel>,
  { added, changed }: EntryWrites,
  session: ClientSession,
): Promise<void> {
  if (added.length > 0) await packages.insertMany(added.map(toDocument), { session, ordered: true })
  if (changed.length === 0) return
  const { matchedCount } = await packages.bulkWrite(
    changed.map(({ id, revision, entry }) => ({
      updateOne: {
        filter: { _id: id, revision },
        update: { $set: { entry, ...findable(id, entry) }, $inc: { revision: 1 } },
      },
    })),
    { session, ordered: true },
  )
  if (matchedCount !== changed.length) throw new WriteConflict()
}
