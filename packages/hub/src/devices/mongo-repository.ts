// Device records in the database. Filters are built here from typed fields, never from a request.
import type {
  DeviceApproval,
  DeviceEntry,
  DeviceLabels,
  DeviceObservation,
  DeviceSelector,
  HostFacts,
} from '@bongsu/protocol'
import type { Connection } from 'mongoose'
import { type PageRequest, toSlice } from '../plugins/pagination.ts'
import { isDuplicateKey } from '../storage/mongo-errors.ts'
import { afterCursor, contains, newestFirst, SEARCH_MAX_TIME_MS } from '../storage/mongo-page.ts'
import type { DeviceRecord } from './device-record.ts'
import type { LiveUpdate } from './live-devices.ts'
import { type DeviceDocument, deviceModel } from './model.ts'
import type { DeviceFilter, DeviceRepository, EnteredChange, ObservedOpening } from './repository.ts'

const searchTextOf = (parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined).join('\n')

const pairsOf = (labels: DeviceLabels = {}): string[] =>
  Object.entries(labels).map(([key, value]) => `${key}=${value}`)

/** What is kept beside the entry to find it by. */
const indexed = (id: string, entered: DeviceEntry) => {
  const { name, ipAddress, location, site, description } = entered
  const labelPairs = pairsOf(entered.labels)
  const searchEntered = searchTextOf([
    id,
    name,
    ipAddress,
    location?.address,
    site,
    ...labelPairs,
    description,
  ])
  return { labelPairs, searchEntered }
}

const observedText = ({ hostname, ipAddress, location }: Partial<DeviceObservation>): string =>
  searchTextOf([hostname, ipAddress, location?.address])

const toRecord = (document: DeviceDocument): DeviceRecord => {
  const { _id, searchEntered: _e, searchObserved: _o, labelPairs: _l, ...rest } = document
  return { id: _id, ...rest }
}

const found = (document: DeviceDocument | null): DeviceRecord | undefined =>
  document === null ? undefined : toRecord(document)

const searchFilter = (text: string | undefined): Record<string, unknown> =>
  text ? { $or: [{ searchEntered: contains(text) }, { searchObserved: contains(text) }] } : {}

/** Labels are compared whole: a path of their key would take the dots that a key may have for steps. */
const selectorFilter = ({ site, labels = {} }: DeviceSelector): Record<string, unknown> => ({
  ...(site !== undefined && { 'entered.site': site }),
  ...(Object.keys(labels).length > 0 && {
    labelPairs: { $all: pairsOf(labels) },
  }),
})

const filterOf = ({ text, selector }: DeviceFilter): Record<string, unknown> => ({
  $and: [searchFilter(text), selectorFilter(selector ?? {})],
})

export class MongoDeviceRepository implements DeviceRepository {
  readonly #devices: ReturnType<typeof deviceModel>

  constructor(connection: Connection) {
    this.#devices = deviceModel(connection)
  }

  async insert({ id, ...record }: DeviceRecord): Promise<DeviceRecord> {
    const searchObserved = observedText(record.observed ?? {})
    try {
      await this.#devices.create({ _id: id, ...record, ...indexed(id, record.entered), searchObserved })
      return { id, ...record }
    } catch (error) {
      const [key] = record.keys
      const present = isDuplicateKey(error)
        ? ((await this.find(id)) ?? (key && (await this.findByKey(key.publicKey))))
        : undefined
      if (!present) throw error
      return present
    }
  }

  async find(id: string): Promise<DeviceRecord | undefined> {
    return found(await this.#devices.findById(id).lean())
  }

  async findMany(ids: readonly string[]): Promise<DeviceRecord[]> {
    const [only] = ids
    if (ids.length === 1 && only !== undefined) {
      const record = await this.find(only)
      return record ? [record] : []
    }
    return (await this.#devices.find({ _id: { $in: [...ids] } }).lean()).map(toRecord)
  }

  async findByKey(publicKey: string): Promise<DeviceRecord | undefined> {
    return found(await this.#devices.findOne({ 'keys.publicKey': publicKey }).lean())
  }

  async list(page: PageRequest, sought: DeviceFilter) {
    const filter = { $and: [filterOf(sought), afterCursor('registeredAt', page)] }
    const read = await this.#devices
      .find(filter)
      .sort(newestFirst('registeredAt'))
      .limit(page.limit + 1)
      .maxTimeMS(SEARCH_MAX_TIME_MS)
      .lean()
    return toSlice(read.map(toRecord), page.limit)
  }

  count(sought: DeviceFilter): Promise<number> {
    return this.#devices.countDocuments(filterOf(sought)).maxTimeMS(SEARCH_MAX_TIME_MS).exec()
  }

  async selectIds(selector: DeviceSelector, limit: number): Promise<string[]> {
    const read = await this.#devices
      .find({ $and: [{ approval: 'accepted' }, selectorFilter(selector)] }, { _id: 1 })
      .sort({ registeredAt: 1, _id: 1 })
      .limit(limit)
      .lean()
    return read.map(({ _id }) => _id)
  }

  async findByCameraSecret(secret: string): Promise<string[]> {
    const found = await this.#devices.find({ 'entered.cameras.secret': secret }, { _id: 1 }).lean()
    return found.map(({ _id }) => _id)
  }

  async countSites(): Promise<{ site: string; devices: number }[]> {
    const counted = await this.#devices.aggregate<{ _id: string; devices: number }>([
      { $match: { 'entered.site': { $exists: true } } },
      { $group: { _id: '$entered.site', devices: { $sum: 1 } } },
      { $sort: { _id: 1 } },
    ])
    return counted.map(({ _id, devices }) => ({ site: _id, devices }))
  }

  countPending(): Promise<number> {
    return this.#devices.countDocuments({ approval: 'pending' }).exec()
  }

  async replaceEntered(id: string, revision: number, change: EnteredChange) {
    const { entered, enteredLocationAt } = change
    const set = {
      entered,
      ...indexed(id, entered),
      ...(enteredLocationAt && { enteredLocationAt }),
    }
    const update = {
      $set: set,
      $inc: { revision: 1 },
      ...(!enteredLocationAt && { $unset: { enteredLocationAt: 1 as const } }),
    }
    return found(
      await this.#devices.findOneAndUpdate({ _id: id, revision }, update, { returnDocument: 'after' }).lean(),
    )
  }

  async setApproval(id: string, approval: DeviceApproval) {
    const filter = { _id: id, approval: { $ne: approval } }
    const update = { $set: { approval }, $inc: { revision: 1 } }
    const changed = await this.#devices.findOneAndUpdate(filter, update, { returnDocument: 'after' }).lean()
    return found(changed) ?? (await this.find(id))
  }

  async remove(id: string, revision: number): Promise<boolean> {
    return (await this.#devices.deleteOne({ _id: id, revision })).deletedCount === 1
  }

  async listFleet() {
    const found = await this.#devices.find({ approval: 'accepted' }).lean()
    return found
      .map(toRecord)
      .map(({ id, observed }) => ({ id, architecture: observed?.facts?.architecture }))
  }

  async findVerifiers(): Promise<DeviceRecord[]> {
    const found = await this.#devices
      .find({ approval: 'accepted', 'observed.facts.isVerifier': true })
      .limit(100)
      .lean()
    return found.map(toRecord)
  }

  async openSession(id: string, { observed, openedAt }: ObservedOpening) {
    const { location, ...rest } = observed
    const fields = Object.entries({ ...rest, ...(location && { location }) })
    const set = Object.fromEntries(fields.map(([name, value]) => [`observed.${name}`, value]))
    const update = {
      $inc: { epoch: 1 },
      $set: {
        ...set,
        searchObserved: observedText(observed),
        connectionChangedAt: openedAt,
        lastSeenAt: openedAt,
      },
    }
    return found(
      await this.#devices.findOneAndUpdate({ _id: id }, update, { returnDocument: 'after' }).lean(),
    )
  }

  async closeSession(id: string, epoch: number, closedAt: Date, lastSeenAt: Date): Promise<void> {
    await this.#devices.updateOne({ _id: id, epoch }, { $set: { connectionChangedAt: closedAt, lastSeenAt } })
  }

  async recordFacts(id: string, facts: HostFacts, observedAt: string): Promise<void> {
    await this.#devices.updateOne(
      { _id: id },
      { $set: { 'observed.facts': facts, 'observed.observedAt': observedAt } },
    )
  }

  async saveLive(updates: readonly LiveUpdate[]): Promise<void> {
    await this.#devices.bulkWrite(
      updates.map(({ deviceId, epoch, lastSeenAt, health, display, location }) => ({
        updateOne: {
          filter: { _id: deviceId, epoch },
          update: {
            $set: {
              lastSeenAt,
              ...(health && { health }),
              ...(display && { display }),
              ...(location && { 'observed.location': location }),
            },
          },
        },
      })),
      { ordered: false, writeConcern: { w: 1, journal: false } },
    )
  }
}
