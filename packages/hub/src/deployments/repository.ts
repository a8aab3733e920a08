// Where deployments, their launches and each device's desired state live. What belongs together is written at once.
import type { DesiredLaunch, DesiredState, LaunchStatus, Reason } from '@bongsu/protocol'
import type { PageRequest, Slice } from '../plugins/pagination.ts'

export interface DeploymentRecord {
  readonly id: string
  readonly packageId: string
  readonly version: string
  readonly deviceIds: readonly string[]
  readonly launchIds: readonly string[]
  readonly notAfter?: string | undefined
  /** That its launches are in, whoever named it. */
  readonly group?: string | undefined
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
  readonly wanted: 'running' | 'stopped'
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
  readonly launches: readonly { readonly deviceId: string; readonly desired: DesiredLaunch }[]
}

export interface CreatedDeployment {
  readonly deployment: DeploymentRecord
  /** `repeated`: it was there already, made by an earlier attempt of the same request. */
  readonly outcome: 'created' | 'repeated'
  /** Desired states after the change, where they were read anyway. */
  readonly desiredStates: readonly ({ readonly deviceId: string } & Omit<DesiredState, 'type'>)[]
}

export interface ReportPosition {
  readonly epoch: number
  readonly sequence: number
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
  find(id: string): Promise<DeploymentRecord | undefined>
  list(page: PageRequest, text: string | undefined): Promise<Slice<DeploymentRecord>>
  count(text: string | undefined): Promise<number>
  findLaunch(id: string): Promise<LaunchRecord | undefined>
  listLaunches(page: PageRequest, filter: LaunchFilter): Promise<Slice<LaunchRecord>>
  countLaunches(filter: LaunchFilter): Promise<number>
  isPackageInUse(packageId: string): Promise<boolean>

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
  /** All that the device still knows of. */
  readonly reportedIds: readonly string[]
}
