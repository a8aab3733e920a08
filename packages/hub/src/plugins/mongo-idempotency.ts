// Idempotency records in the database; a TTL index forgets them after their day.
import { type Connection, Schema } from 'mongoose'
import { isDuplicateKey } from '../storage/mongo-errors.ts'
import type { IdempotencyRecord, IdempotencyStore } from './idempotency-store.ts'

interface IdempotencyDocument {
  _id: string
  bodyHash: string
  owner: string
  startedAt: Date
  expiresAt: Date
  /** base64url. */
  answer?: string
}

const schema = new Schema<IdempotencyDocument>(
  {
    _id: { type: String, required: true },
    bodyHash: { type: String, required: true },
    owner: { type: String, required: true },
    startedAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true, expires: 0 },
    answer: String,
  },
  { versionKey: false },
)

const toRecord = ({ bodyHash, owner, startedAt, answer }: IdempotencyDocument): IdempotencyRecord => ({
  bodyHash,
  owner,
  startedAt,
  ...(answer !== undefined && { answer: Buffer.from(answer, 'base64url') }),
})

export function createMongoIdempotencyStore(connection: Connection): IdempotencyStore {
  const model = connection.model('IdempotencyKey', schema, 'idempotencykeys')
  return {
    async begin(key, { bodyHash, owner, startedAt }, expiresAt) {
      const document = { _id: key, bodyHash, owner, startedAt, expiresAt }
      for (;;) {
        try {
          await model.create(document)
          return undefined
        } catch (error) {
          if (!isDuplicateKey(error)) throw error
        }
        const present = await model.findById(key).lean()
        // The TTL thread runs once a minute; what is over in the meantime counts as forgotten.
        if (present && present.expiresAt > startedAt) return toRecord(present)
        if (present) await model.deleteOne({ _id: key, expiresAt: present.expiresAt })
      }
    },
    async takeOver(key, from, to) {
      const filter = { _id: key, owner: from.owner, startedAt: from.startedAt, answer: { $exists: false } }
      const taken = await model.updateOne(filter, { $set: { owner: to.owner, startedAt: to.startedAt } })
      return taken.modifiedCount === 1
    },
    async complete(key, owner, answer) {
      const stored = Buffer.from(answer).toString('base64url')
      await model.updateOne({ _id: key, owner }, { $set: { answer: stored } })
    },
    async release(key, owner) {
      await model.deleteOne({ _id: key, owner, answer: { $exists: false } })
    },
  }
}
