// What steps are done with: the parts of the agent that an executor may touch. Types only.

import type { CameraWatch } from '../cameras/camera-watch.ts'
import type { ContainerRuntime } from '../runtime/container-runtime.ts'
import type { LaunchSecretStore } from '../secrets/launch-secret-store.ts'
import type { ImageIntake } from './image-intake.ts'
import type { DisplayPort, PreflightPort } from './ports.ts'
import type { WorkingMemory } from './working-memory.ts'

export interface StepWorld {
  readonly runtime: ContainerRuntime
  readonly intake: ImageIntake
  readonly display: DisplayPort
  readonly preflight?: PreflightPort | undefined
  readonly secrets?: LaunchSecretStore | undefined
  readonly cameras?: Pick<CameraWatch, 'check'> | undefined
  readonly memory: WorkingMemory
  readonly clock: { now(): Date; monotonicMs(): number }
  /** Asks the engine for all our containers anew. */
  readonly relist: () => Promise<void>
  /** Something worth showing changed within a step. */
  readonly changed: () => void
}
