// Database shapes of the registry.
import { type Connection, Schema } from 'mongoose'
import type { ManifestRecord } from './repository.ts'

export interface ManifestDocument extends ManifestRecord {
  /** `<packageId>@<digest>` */
  _id: string
}

export interface PushedBlobDocument {
  /** Digest. */
  _id: string
  at: Date
}

const text = { type: String, required: true } as const
const date = { type: Date, required: true } as const
const options = { versionKey: false, minimize: false } as const

const manifestSchema = new Schema<ManifestDocument>(
  {
    _id: text,
    packageId: text,
    digest: text,
    mediaType: text,
    text,
    imageId: String,
    version: String,
    pushedAt: date,
  },
  options,
)
manifestSchema.index({ packageId: 1, version: 1 })
manifestSchema.index({ pushedAt: 1 })

const pushedBlobSchema = new Schema<PushedBlobDocument>({ _id: text, at: date }, options)
pushedBlobSchema.index({ at: 1 })

export const manifestModel = (connection: Connection) =>
  connection.model('RegistryManifest', manifestSchema, 'registrymanifests')

export const pushedBlobModel = (connection: Connection) =>
  connection.model('PushedBlob', pushedBlobSchema, 'pushedblobs')
