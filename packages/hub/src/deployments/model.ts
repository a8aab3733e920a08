// Database shapes of deployments, launches, desired states and what devices reported last.
import type { DesiredLaunch, LaunchInputs, TimelineEntry } from '@bongsu/protocol'
import { type Connection, Schema } from 'mongoose'
import type { Replacing } from './replacing.ts'
import type { DeploymentRecord, LaunchRecord } from './repository.ts'

export interface DeploymentDocument extends Omit<DeploymentRecord, 'id' | 'deviceIds' | 'launchIds'> {
  _id: string
  deviceIds: string[]
  launchIds: string[]
}

export interface LaunchDocument extends Omit<LaunchRecord, 'id' | 'stoppedAlone'> {
  _id: string
  reportSequence: number
  /** Generation that no longer wishes it. */
  stopGeneration?: number
  inputs?: LaunchInputs
  /** It is wished in another one's place, and how that goes is not known yet. */
  unsettled?: true
  /** Of its roll-out, from 0. */
  wave?: number
  /** What its wave does when it comes. */
  replacing?: Replacing
  /** Its deployment was undone: the one before is on its way back. */
  undone?: true
  /** What its device has told of it, oldest first. */
  timeline?: TimelineEntry[]
  /** Key of the last of them. */
  lastStep?: string
  /** What was wished when this launch alone was stopped, to be wished again. */
  held?: DesiredLaunch
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
    selector: Mixed,
    rollout: Mixed,
    notAfter: String,
    group: String,
    overrides: Mixed,
    state: text,
    createdAt: date,
    revision: number,
  },
  options,
)
deploymentSchema.index({ createdAt: -1, _id: -1 })
deploymentSchema.index({ packageId: 1, state: 1 })
deploymentSchema.index({ 'rollout.state': 1 })

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
    run: { type: Number, default: 0 },
    held: Mixed,
    replacing: String,
    replaces: String,
    replacedBy: String,
    rolledBack: Boolean,
    unsettled: Boolean,
    wave: Number,
    needsPicture: Boolean,
    undone: Boolean,
    inputs: Mixed,
    timeline: { type: [Mixed], default: undefined } as never,
    lastStep: String,
    createdAt: date,
  },
  options,
)
launchSchema.index({ createdAt: -1, _id: -1 })
launchSchema.index({ unsettled: 1 }, { partialFilterExpression: { unsettled: true } })
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
