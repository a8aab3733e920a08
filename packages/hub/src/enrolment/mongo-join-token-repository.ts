// Join tokens in the database; a use is taken by one atomic update.
import type { Connection } from 'mongoose'
import { isDuplicateKey } from '../storage/mongo-errors.ts'
import type { JoinTokenRepository, StoredJoinToken } from './join-token-repository.ts'
import { type JoinTokenDocument, joinTokenModel } from './model.ts'

/** More than any operator keeps; the oldest are not shown. */
const MAX_LISTED = 1_000

const toRecord = ({ _id, redeemedBy: _, ...rest }: JoinTokenDocument): StoredJoinToken => ({
  id: _id,
  ...rest,
})

export class MongoJoinTokenRepository implements JoinTokenRepository {
  readonly #tokens: ReturnType<typeof joinTokenModel>

  constructor(connection: Connection) {
    this.#tokens = joinTokenModel(connection)
  }

  async insert({ id, ...record }: StoredJoinToken): Promise<StoredJoinToken> {
    try {
      await this.#tokens.create({ _id: id, ...record, redeemedBy: [] })
      return { id, ...record }
    } catch (error) {
      const present = isDuplicateKey(error) ? await this.find(id) : undefined
      if (!present) throw error
      return present
    }
  }

  async find(id: string): Promise<StoredJoinToken | undefined> {
    const document = await this.#tokens.findById(id).lean()
    return document ? toRecord(document) : undefined
  }

  async list(): Promise<StoredJoinToken[]> {
    const read = await this.#tokens.find({}).sort({ createdAt: -1, _id: -1 }).limit(MAX_LISTED).lean()
    return read.map(toRecord)
  }

  async remove(id: string): Promise<boolean> {
    return (await this.#tokens.deleteOne({ _id: id })).deletedCount === 1
  }

  async redeem(id: string, publicKey: string, now: Date): Promise<boolean> {
    const open = { _id: id, expiresAt: { $gt: now } }
    const taken = await this.#tokens.updateOne(
      { ...open, usesLeft: { $gt: 0 }, redeemedBy: { $ne: publicKey } },
      { $inc: { usesLeft: -1 }, $push: { redeemedBy: publicKey } },
    )
    if (taken.modifiedCount === 1) return true
    return (await this.#tokens.exists({ ...open, redeemedBy: publicKey })) !== null
  }

  async noteDevice(id: string, deviceId: string): Promise<void> {
    await this.#tokens.updateOne({ _id: id }, { $addToSet: { deviceIds: deviceId } })
  }
}
