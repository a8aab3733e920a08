// What the devices feature needs of its neighbours, and what it offers them.
import type { DeviceApproval, DisplayReport } from '@bongsu/protocol'
import type { Generations } from './device-view.ts'

/** Desired and reported generations, and whether anything is wished; offered by the deployments feature. */
export interface DeviceWishes {
  generationsOf(deviceIds: readonly string[]): Promise<ReadonlyMap<string, Generations>>
  isWished(deviceId: string): Promise<boolean>
}

/** What a deployment must know of a device before it wishes anything of it. */
export interface DeploymentTarget {
  readonly id: string
  readonly approval: DeviceApproval
  readonly site?: string | undefined
  readonly labels?: Readonly<Record<string, string>> | undefined
  /** As Docker names it; absent while unknown. */
  readonly architecture?: string | undefined
  /** What a device that is connected now says of its screen; absent while unknown. */
  readonly display?: DisplayReport | undefined
}
