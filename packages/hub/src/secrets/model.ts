// Database shape of a secret.
import { type Connection, Schema } from 'mongoose'
import type { StoredSecret } from './repository.ts'

export interface SecretDocument extends StoredSecret {
  /** Place and name: one value each. */
  _id: string
}

const text = { type: String, required: true } as const
const date = { type: Date, required: true } as const

const schema = new Schema<SecretDocument>(
  {
    _id: text,
    name: text,
    deviceId: String,
    keyId: text,
    sealed: text,
    revision: { type: Number, required: true },
    createdAt: date,
    changedAt: date,
    isUntold: { type: Boolean, required: true },
  },
  { versionKey: false },
)

export const secretModel = (connection: Connection) => connection.model('Secret', schema, 'secrets')
