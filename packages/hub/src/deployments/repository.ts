// Where deployments, their launches and each device's desired state live. What belongs together is written at once.
import type {
  DesiredLaunch,
  DesiredState,
  DeviceSelector,
  Launch,
  LaunchInputs,
  LaunchOverride,
  LaunchStatus,
  Reason,
  Rollout,
  RolloutState,
  TimelineEntry,
} from '@bongsu/protocol'
import type { PageRequest, Slice } from '../plugins/pagination.ts'
import type { Replacing } from './replacing.ts'
import type { ToldStep } from './timeline.ts'

export interface DeploymentRecord {
  readonly id: string
  readonly packageId: string
  readonly version: string
  readonly deviceIds: readonly string[]
  readonly selector?: DeviceSelector | undefined
  readonly launchIds: readonly string[]
  readonly notAfter?: string | undefined
  /** That its launches are in, whoever named it. */
  readonly group?: string | undefined
  readonly overrides?: readonly LaunchOverride[] | undefined
  readonly rollout?: Rollout | undefined
  readonly state: 'active' | 'stopped'
  readonly createdAt: Date
  readonly revision: number
}

export interface LaunchRecord {
  readonly id: string
  readonly deploymentId: string
  readonly deviceId: string
  readonly packageId: string
  readonly version: string
  readonly wanted: Launch['wanted']
  /** Its profile requires a display. */
  readonly needsPicture?: boolean | undefined
  readonly replaces?: string | undefined
  readonly replacedBy?: string | undefined
  readonly rolledBack?: true | undefined
  /** Stopped by itself while its deployment goes on. */
  readonly stoppedAlone?: true | undefined
  /** As wished last; 0 before any restart was asked for. */
  readonly run: number
  readonly status?: LaunchStatus | undefined
  readonly reportedAt?: Date | undefined
  /** Epoch of the session that reported the status; 0 before any. */
  readonly reportEpoch: number
  readonly desiredGeneration: number
  readonly createdAt: Date
}

/** A deployment with the launch it wishes of each device, in the order of `deviceIds`. */
export interface NewDeployment {
  readonly deployment: DeploymentRecord
  readonly replacing: Replacing
  readonly launches: readonly {
    /** Of the roll-out, from 0; those beyond the first are written as a plan only. */
    readonly wave?: number | undefined
    readonly deviceId: string
    readonly desired: DesiredLaunch
    readonly inputs: LaunchInputs
  }[]
}

export interface CreatedDeployment {
  readonly deployment: DeploymentRecord
  /** `repeated`: it was there already, made by an earlier attempt of the same request. */
  readonly outcome: 'created' | 'repeated'
  /** Desired states after the change, where they were read anyway. */
  readonly desiredStates: readonly ({ readonly deviceId: string } & Omit<DesiredState, 'type'>)[]
}

export interface ChangedLaunch {
  readonly launch: LaunchRecord
  /** `refused`: its deployment is stopped, so nothing may be wished of it. */
  readonly outcome: 'changed' | 'repeated' | 'refused'
}

export interface SettledLaunch {
  readonly deviceId: string
  readonly deploymentId: string
  /** Launches that changed. */
  readonly launchIds: readonly string[]
}

export interface ReportPosition {
  readonly epoch: number
  readonly sequence: number
}

/** A secret that launches name. */
export interface InputUse {
  readonly secret: string
  /** Only launches there. */
  readonly deviceId?: string | undefined
}

export interface LaunchFilter {
  readonly deviceId?: string | undefined
  readonly deploymentId?: string | undefined
  readonly text?: string | undefined
}

export interface DeploymentRepository {
  /** Writes deployment, launches and the raised generation of every device in one transaction. */
  create(wish: NewDeployment): Promise<CreatedDeployment>
  /** Ends the wish in one transaction; the present deployment when it is stopped already. */
  stop(id: string): Promise<{ deployment: DeploymentRecord; outcome: 'stopped' | 'repeated' } | undefined>
  /** Takes one launch out of its device's desired state; `undefined` when there is no such launch. */
  stopLaunch(id: string): Promise<ChangedLaunch | undefined>
  /** Raises the run of one launch, and wishes it again if it was stopped; `undefined` when there is no such launch. */
  restartLaunch(id: string): Promise<ChangedLaunch | undefined>
  /** Ends the wish of the one that was replaced; `undefined` when nothing was on its way. */
  settleProven(id: string): Promise<SettledLaunch | undefined>
  /** Ends the wish of the one that should have replaced another; that one stays. The same `undefined`. */
  settleFailed(id: string, reason: Reason): Promise<SettledLaunch | undefined>
  /** Launches that are wished in another one's place, and not settled yet; at most `limit`. */
  findUnsettled(filter: { readonly deviceId?: string }, limit: number): Promise<LaunchRecord[]>
  /** Deployments whose roll-out has something to do, oldest first. */
  findRollouts(): Promise<DeploymentRecord[]>
  /** The changed deployment; `undefined` when its roll-out is not in one of the states any more. */
  changeRollout(
    id: string,
    from: readonly RolloutState[],
    change: Partial<Rollout>,
  ): Promise<DeploymentRecord | undefined>
  /** Wishes up to `limit` launches that are planned in the waves before that one; ids of their devices. */
  wishPlanned(id: string, beforeWave: number, limit: number): Promise<string[]>
  /** Gives up to `limit` devices back what ran before this deployment; what changed. */
  undoLaunches(id: string, limit: number): Promise<SettledLaunch[]>
  /** All of them, planned ones too. */
  launchesOfDeployment(id: string): Promise<LaunchRecord[]>
  find(id: string): Promise<DeploymentRecord | undefined>
  list(page: PageRequest, text: string | undefined): Promise<Slice<DeploymentRecord>>
  count(text: string | undefined): Promise<number>
  findLaunch(id: string): Promise<LaunchRecord | undefined>
  /** What it was given when it was wished; `undefined` when there is no such launch, or one older than this was kept. */
  inputsOf(id: string): Promise<LaunchInputs | undefined>
  /** What its device has told of it, oldest first. */
  timelineOf(id: string): Promise<readonly TimelineEntry[]>
  listLaunches(page: PageRequest, filter: LaunchFilter): Promise<Slice<LaunchRecord>>
  countLaunches(filter: LaunchFilter): Promise<number>
  /** Ids of active deployments of a package, or of that version of it, newest first. */
  activeUsesOf(packageId: string, version?: string): Promise<string[]>

  /** Ids of deployments with launches that name it, those stopped by themselves included. */
  usesOfInput(use: InputUse): Promise<string[]>
  /** Raises the generation of every device that is to run something with it. @returns which */
  raiseForInput(use: InputUse): Promise<string[]>

  /** Raises the generation of one device, if anything was ever wished of it. */
  raiseGeneration(deviceId: string): Promise<void>

  /** Generation 0 without launches when nothing was ever wished. */
  desiredState(deviceId: string): Promise<Omit<DesiredState, 'type'>>
  desiredGenerations(deviceIds: readonly string[]): Promise<ReadonlyMap<string, number>>
  reportedGenerations(deviceIds: readonly string[]): Promise<ReadonlyMap<string, number>>

  /** Writes the statuses of a device's launches unless something newer was written; only of launches it owns. */
  saveReport(deviceId: string, report: StoredReport): Promise<void>
  /** Marks launches wished in that generation and not reported yet as failed for this reason. */
  failUnreported(deviceId: string, generation: number, reason: Reason, at: Date): Promise<string[]>
  /** Removes what is kept of a device's wishes and reports. */
  forgetDevice(deviceId: string): Promise<void>
}

export interface StoredReport extends ReportPosition {
  /** `progress`: statuses changed within a generation that was answered before, and no launch is gone. */
  readonly kind: 'answer' | 'progress'
  readonly generation: number
  readonly receivedAt: Date
  /** Those that changed. */
  readonly statuses: readonly LaunchStatus[]
  /** Those in which a launch has come further, or fallen back. */
  readonly steps: readonly ToldStep[]
  /** All that the device still knows of. */
  readonly reportedIds: readonly string[]
}
