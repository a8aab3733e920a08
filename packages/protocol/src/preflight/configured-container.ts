// What the rules of one container look at together. Types only.
import type { ContainerProfile, LaunchProfile } from '../model/launch-profile.ts'
import type { ImageConfiguration } from '../model/package.ts'

export interface ConfiguredContainer {
  readonly image: ImageConfiguration
  readonly profile: ContainerProfile
  /** The whole launch that it belongs to. */
  readonly launch: LaunchProfile
}
