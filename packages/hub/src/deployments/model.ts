// Database shapes of deployments, launches, desired states and what devices reported last.
import type { DesiredLaunch } from '@bongsu/protocol'
import { type Connection, Schema } from 'mongoose'
import type { DeploymentRecord, LaunchRecord } from './repository.ts'

export interface DeploymentDocument extends Omit<DeploymentRecord, 'id' | 'deviceIds' | 'launchIds'> {
  _id: string
  deviceIds: string[]
  launchIds: string[]
}

export interface LaunchDocument extends Omit<LaunchRecord, 'id'> {
  _id: string
  reportSequence: number
  /** Generation that no longer wishes it. */
  stopGeneration?: number
}

export interface DesiredStateDocument {
  /** The device's id. */
  _id: string
  generation: number
  launches: DesiredLaunch[]
}

export interface DeviceReportDocument {
  /** The device's id. */
  _id: string
  epoch: number
  sequence: number
  generation: number
}

const { Mixed } = Schema.Types
const text = { type: String, required: true } as const
const number = { type: Number, required: true } as const
const date = { type: Date, required: true } as const
const options = { versionKey: false, minimize: false } as const

const deploymentSchema = new Schema<DeploymentDocument>(
  {
    _id: text,
    packageId: text,
    version: text,
    deviceIds: { type: [String], required: true },
    launchIds: { type: [String], required: true },
    notAfter: String,
    group: String,
    state: text,
    createdAt: date,
    revision: number,
  },
  options,
)
deploymentSchema.index({ createdAt: -1, _id: -1 })
deploymentSchema.index({ packageId: 1, state: 1 })

const launchSchema = new Schema<LaunchDocument>(
  {
    _id: text,
    deploymentId: text,
    deviceId: text,
    packageId: text,
    version: text,
    wanted: text,
    status: Mixed,
    reportedAt: Date,
    reportEpoch: number,
    reportSequence: number,
    desiredGeneration: number,
    stopGeneration: Number,
    createdAt: date,
  },
  options,
)
launchSchema.index({ createdAt: -1, _id: -1 })
launchSchema.index({ deviceId: 1, createdAt: -1, _id: -1 })
launchSchema.index({ deploymentId: 1, createdAt: -1, _id: -1 })

const desiredStateSchema = new Schema<DesiredStateDocument>(
  { _id: text, generation: number, launches: { type: [Mixed], required: true } as never },
  options,
)

const deviceReportSchema = new Schema<DeviceReportDocument>(
  { _id: text, epoch: number, sequence: number, generation: number },
  options,
)

export const deploymentModels = (connection: Connection) => ({
  deployments: connection.model('Deployment', deploymentSchema, 'deployments'),
  launches: connection.model('Launch', launchSchema, 'launches'),
  desiredStates: connection.model('DesiredState', desiredStateSchema, 'desiredstates'),
  reports: connection.model('DeviceReport', deviceReportSchema, 'devicereports'),
})

export type DeploymentModels = ReturnType<typeof deploymentModels>
