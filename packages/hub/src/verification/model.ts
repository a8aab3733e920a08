// Database shape of smoke runs.
import { type Connection, Schema } from 'mongoose'
import type { VerificationRecord } from './repository.ts'

export interface VerificationDocument extends Omit<VerificationRecord, 'picture'> {
  /** `<packageId>/<version>`. */
  _id: string
  picture?: Buffer | undefined
}

const { Mixed } = Schema.Types
const text = { type: String, required: true } as const

const schema = new Schema<VerificationDocument>(
  {
    _id: text,
    packageId: text,
    version: text,
    state: text,
    deviceId: String,
    deploymentId: String,
    launchId: String,
    deadlineAt: Date,
    reason: Mixed,
    findings: { type: [Mixed], default: undefined } as never,
    pictureAt: Date,
    startedAt: { type: Date, required: true },
    endedAt: Date,
    picture: Buffer,
  },
  { versionKey: false, minimize: false },
)
schema.index({ state: 1, startedAt: 1 })

export const verificationModel = (connection: Connection) =>
  connection.model('Verification', schema, 'verifications')
