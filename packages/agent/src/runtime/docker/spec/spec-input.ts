// What every section of a container's specification is computed from.
import type { ContainerProfile } from '@bongsu/protocol'
import type { ContainerRequest } from '../../container-runtime.ts'
import type { EngineConfiguration } from '../engine-configuration.ts'
import type { HostDevices } from '../host-devices.ts'

export interface SpecInput {
  readonly request: ContainerRequest
  /** The container of the launch's profile that is being made. */
  readonly profile: ContainerProfile
  readonly host: HostDevices
  readonly engine: EngineConfiguration
  /** The image's own entrypoint, command and working directory. */
  readonly imageWords: readonly string[]
  /** Which agent's containers these are: several may share one engine. */
  readonly owner: string
  /** Folder that holds one folder per deployment and volume. */
  readonly volumesDir: string
  /** Folder that holds one folder per group of launches. */
  readonly groupsDir: string
  /** Folder in memory that holds one folder per launch with secrets. */
  readonly secretsDir: string
  /** Holds a user database that knows the container's user, where the image's own does not. */
  readonly userFolder?: string | undefined
}
