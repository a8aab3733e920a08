// Secrets in the database.
import type { Connection } from 'mongoose'
import { isDuplicateKey } from '../storage/mongo-errors.ts'
import { type SecretDocument, secretModel } from './model.ts'
import type { SecretPlace, SecretRepository, StoredSecret } from './repository.ts'

const MAX_LISTED = 1_000

const idOf = ({ name, deviceId }: SecretPlace): string => `${deviceId ?? 'all'}/${name}`

const toRecord = ({ _id, ...rest }: SecretDocument): StoredSecret => rest

export class MongoSecretRepository implements SecretRepository {
  readonly #secrets: ReturnType<typeof secretModel>

  constructor(connection: Connection) {
    this.#secrets = secretModel(connection)
  }

  async find(place: SecretPlace): Promise<StoredSecret | undefined> {
    const document = await this.#secrets.findById(idOf(place)).lean()
    return document ? toRecord(document) : undefined
  }

  async findFor(deviceId: string, names: readonly string[]): Promise<StoredSecret[]> {
    const ids = names.flatMap((name) => [idOf({ name }), idOf({ name, deviceId })])
    const read = await this.#secrets.find({ _id: { $in: ids } }).lean()
    return read.map(toRecord)
  }

  async list(): Promise<StoredSecret[]> {
    const read = await this.#secrets.find({}).sort({ name: 1, _id: 1 }).limit(MAX_LISTED).lean()
    return read.map(toRecord)
  }

  async write(secret: StoredSecret): Promise<boolean> {
    const _id = idOf(secret)
    try {
      if (secret.revision === 1) {
        await this.#secrets.create({ _id, ...secret })
        return true
      }
      const { revision, keyId, sealed, changedAt, isUntold } = secret
      const written = await this.#secrets.updateOne(
        { _id, revision: revision - 1 },
        { $set: { revision, keyId, sealed, changedAt, isUntold } },
      )
      return written.modifiedCount === 1
    } catch (error) {
      if (isDuplicateKey(error)) return false
      throw error
    }
  }

  async markTold(place: SecretPlace, revision: number): Promise<void> {
    await this.#secrets.updateOne({ _id: idOf(place), revision }, { $set: { isUntold: false } })
  }

  async listUntold(): Promise<StoredSecret[]> {
    return (await this.#secrets.find({ isUntold: true }).lean()).map(toRecord)
  }

  async remove(place: SecretPlace): Promise<boolean> {
    return (await this.#secrets.deleteOne({ _id: idOf(place) })).deletedCount === 1
  }

  async removeOfDevice(deviceId: string): Promise<void> {
    await this.#secrets.deleteMany({ deviceId })
  }
}
