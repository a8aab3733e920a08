// Database shape of a join token.
import { type Connection, Schema } from 'mongoose'
import type { StoredJoinToken } from './join-token-repository.ts'

export interface JoinTokenDocument extends Omit<StoredJoinToken, 'id'> {
  _id: string
  /** Keys that took a use: a repeated enrolment of the same key is not a second one. */
  redeemedBy: string[]
}

const schema = new Schema<JoinTokenDocument>(
  {
    _id: { type: String, required: true },
    secretHash: { type: String, required: true },
    description: String,
    approval: { type: String, required: true },
    usesLeft: { type: Number, required: true },
    expiresAt: { type: Date, required: true },
    createdAt: { type: Date, required: true },
    deviceIds: { type: [String], required: true },
    redeemedBy: { type: [String], required: true },
  },
  { versionKey: false },
)
schema.index({ createdAt: -1 })

export const joinTokenModel = (connection: Connection) => connection.model('JoinToken', schema, 'jointokens')
