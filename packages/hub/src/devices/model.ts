// Database shape of a device.
import { type Connection, Schema } from 'mongoose'
import type { DeviceRecord } from './device-record.ts'

export interface DeviceDocument extends Omit<DeviceRecord, 'id'> {
  _id: string
  /** What searches look at: what people entered, and what the agent said. */
  searchEntered: string
  searchObserved: string
  /** `key=value` of every label: what selectors look at. */
  labelPairs: string[]
}

const { Mixed } = Schema.Types

const schema = new Schema<DeviceDocument>(
  {
    _id: { type: String, required: true },
    entered: { type: Mixed, required: true },
    enteredLocationAt: Date,
    observed: Mixed,
    approval: { type: String, required: true },
    keys: {
      type: [{ _id: false, publicKey: String, fingerprint: String, addedAt: Date }],
      required: true,
    },
    evidence: Mixed,
    joinTokenId: String,
    epoch: { type: Number, required: true },
    connectionChangedAt: Date,
    lastSeenAt: Date,
    display: Mixed,
    health: Mixed,
    registeredAt: { type: Date, required: true },
    revision: { type: Number, required: true },
    searchEntered: { type: String, required: true },
    searchObserved: { type: String, default: '' },
    labelPairs: { type: [String], default: [] },
  },
  { versionKey: false, minimize: false },
)
schema.index({ registeredAt: -1, _id: -1 })
schema.index({ approval: 1 })
schema.index({ 'entered.site': 1 })
schema.index({ labelPairs: 1 })
// A key belongs to one device; devices registered by hand have none yet.
schema.index(
  { 'keys.publicKey': 1 },
  { unique: true, partialFilterExpression: { 'keys.publicKey': { $exists: true } } },
)

export const deviceModel = (connection: Connection) => connection.model('Device', schema, 'devices')
