// Access tokens in the database.
import type { Connection } from 'mongoose'
import { isDuplicateKey } from '../storage/mongo-errors.ts'
import { type AccessTokenDocument, accessTokenModel } from './model.ts'
import type { AccessTokenRepository, StoredAccessToken } from './repository.ts'

/** More than anybody keeps; the oldest are not shown. */
const MAX_LISTED = 1_000

const toRecord = ({ _id, ...rest }: AccessTokenDocument): StoredAccessToken => ({ id: _id, ...rest })

export class MongoAccessTokenRepository implements AccessTokenRepository {
  readonly #tokens: ReturnType<typeof accessTokenModel>

  constructor(connection: Connection) {
    this.#tokens = accessTokenModel(connection)
  }

  async insert({ id, ...record }: StoredAccessToken): Promise<StoredAccessToken> {
    try {
      await this.#tokens.create({ _id: id, ...record })
      return { id, ...record }
    } catch (error) {
      const present = isDuplicateKey(error) ? await this.find(id) : undefined
      if (!present) throw error
      return present
    }
  }

  async find(id: string): Promise<StoredAccessToken | undefined> {
    const document = await this.#tokens.findById(id).lean()
    return document ? toRecord(document) : undefined
  }

  async list(): Promise<StoredAccessToken[]> {
    const read = await this.#tokens.find({}).sort({ createdAt: -1, _id: -1 }).limit(MAX_LISTED).lean()
    return read.map(toRecord)
  }

  async remove(id: string): Promise<boolean> {
    return (await this.#tokens.deleteOne({ _id: id })).deletedCount === 1
  }

  async noteUse(id: string, at: Date): Promise<void> {
    await this.#tokens.updateOne({ _id: id }, { $set: { lastUsedAt: at } }, { writeConcern: { w: 1 } })
  }
}
