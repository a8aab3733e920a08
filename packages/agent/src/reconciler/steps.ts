// Everything a plan may ask for. Add a key and the compiler lists what is missing.
import type { DesiredLaunch } from '@bongsu/protocol'
import type { RuntimeContainer } from '../runtime/container-runtime.ts'

export interface StepArgs {
  /** Look whether the launch's image may run here and the engine has it; fetch, verify and load it if not. */
  obtainImage: { launch: DesiredLaunch }
  /** Give the launch access to the display as it is now. */
  bindDisplay: { launch: DesiredLaunch }
  /** Lay out the files of the launch's secrets. */
  provideSecrets: { launch: DesiredLaunch; specHash: string }
  createContainer: {
    launch: DesiredLaunch
    specHash: string
    name: string
    /** Absent for the lead itself. */
    leadContainerId?: string
    restarts: number
    /** See `ContainerRequest`. */
    extraEnvironment?: Readonly<Record<string, string>>
  }
  startContainer: { launchId: string; containerId: string }
  /** Take down how a container ended by itself, before it is replaced. */
  recordEnd: { launchId: string; container: RuntimeContainer; role: 'lead' | 'member' }
  stopContainers: { launchId: string; containerIds: readonly string[]; graceMs: number }
  removeContainers: { launchId: string; containerIds: readonly string[] }
  releaseDisplay: { launchId: string }
  withdrawSecrets: { launchId: string }
  /** Remove network and folder of a group that no launch is in any more. */
  removeGroup: { group: string }
}

export type StepKind = keyof StepArgs
export type Step<K extends StepKind = StepKind> = {
  [P in K]: { readonly kind: P } & Readonly<StepArgs[P]>
}[K]
export type Executors = { readonly [K in StepKind]: (step: Step<K>, signal: AbortSignal) => Promise<void> }

/** Under what an image is known here: that it may run as one version, or sealed off, does not say that it may as another. */
export const imageKeyOf = ({ image, packageId, version, purpose }: OrderedImage): string =>
  JSON.stringify([image.imageId, packageId, version, purpose])

type OrderedImage = Pick<DesiredLaunch, 'image' | 'packageId' | 'version' | 'purpose'>

export const laneOfGroup = (group: string): string => `group ${group}`

/**
 * Steps of one lane run one after another, lanes run side by side: what is slow for one launch or image delays
 * no other.
 */
export function laneOf(step: Step): string {
  switch (step.kind) {
    case 'obtainImage':
      return imageKeyOf(step.launch)
    case 'bindDisplay':
    case 'provideSecrets':
    case 'createContainer':
      return step.launch.launchId
    case 'removeGroup':
      return laneOfGroup(step.group)
    default:
      return step.launchId
  }
}
