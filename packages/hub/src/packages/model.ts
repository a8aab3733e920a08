// Database shapes of AI packages and their versions.
import type { LaunchProfile, PackageEntry, PackageImage, Reason, ReleaseLayer } from '@bongsu/protocol'
import { type Connection, Schema } from 'mongoose'

export interface PackageDocument {
  _id: string
  entry: PackageEntry
  registeredAt: Date
  revision: number
  origin: string
  withdrawn?: WithdrawalDocument | undefined
  searchText: string
  /** Names of its versions, to be searched. */
  versionNames: string[]
  /** Korean name and copyright holder as they are compared. */
  nameKey: string
}

interface WithdrawalDocument {
  at: Date
  reason?: string | undefined
}

export interface VersionDocument {
  /** `<packageId>/<version>`: unique by itself. */
  _id: string
  packageId: string
  version: string
  profile: LaunchProfile
  state: 'awaiting-archive' | 'ready'
  image?: PackageImage | undefined
  release?: string | undefined
  signature?: string | undefined
  blobs?: string[] | undefined
  findings?: Reason[] | undefined
  withdrawn?: WithdrawalDocument | undefined
  registeredAt: Date
  revision: number
  origin: string
}

const { Mixed } = Schema.Types
const text = { type: String, required: true } as const
const number = { type: Number, required: true } as const
const date = { type: Date, required: true } as const
const options = { versionKey: false, minimize: false } as const

const packageSchema = new Schema<PackageDocument>(
  {
    _id: text,
    entry: { type: Mixed, required: true },
    registeredAt: date,
    revision: number,
    origin: text,
    withdrawn: Mixed,
    searchText: text,
    versionNames: { type: [String], default: [] },
    nameKey: text,
  },
  options,
)
packageSchema.index({ registeredAt: -1, _id: -1 })
packageSchema.index({ nameKey: 1 })

const versionSchema = new Schema<VersionDocument>(
  {
    _id: text,
    packageId: text,
    version: text,
    profile: { type: Mixed, required: true },
    state: text,
    image: Mixed,
    release: String,
    signature: String,
    blobs: { type: [String], default: undefined },
    findings: { type: [Mixed], default: undefined } as never,
    withdrawn: Mixed,
    registeredAt: date,
    revision: number,
    origin: text,
  },
  options,
)
versionSchema.index({ packageId: 1, registeredAt: -1 })
versionSchema.index({ blobs: 1 })

/** Which blob holds a layer: `_id` is its diffId. */
export interface LayerDocument extends Omit<ReleaseLayer, 'diffId'> {
  _id: string
}

const layerSchema = new Schema<LayerDocument>(
  { _id: text, digest: text, mediaType: text, bytes: number, unpackedBytes: number },
  options,
)
layerSchema.index({ digest: 1 })

export const layerModel = (connection: Connection) => connection.model('Layer', layerSchema, 'layers')

export const packageModel = (connection: Connection) => connection.model('Package', packageSchema, 'packages')

export const versionModel = (connection: Connection) =>
  connection.model('PackageVersion', versionSchema, 'packageversions')
