// Database shape of an access token.
import { type Connection, Schema } from 'mongoose'
import type { StoredAccessToken } from './repository.ts'

export interface AccessTokenDocument extends Omit<StoredAccessToken, 'id'> {
  _id: string
}

const schema = new Schema<AccessTokenDocument>(
  {
    _id: { type: String, required: true },
    secretHash: { type: String, required: true },
    name: { type: String, required: true },
    role: { type: String, required: true },
    createdAt: { type: Date, required: true },
    expiresAt: Date,
    lastUsedAt: Date,
  },
  { versionKey: false },
)

export const accessTokenModel = (connection: Connection) =>
  connection.model('AccessToken', schema, 'accesstokens')
