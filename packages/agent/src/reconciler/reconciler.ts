// Interface of the reconciler; see below for the loop.
import type { Clock, Logger, Part } from '@bongsu/foundation'
import type { DesiredState, DesiredStateAck, LaunchStatus, Reason } from '@bongsu/protocol'
import type { ContainerRuntime } from '../runtime/container-runtime.ts'
import type { DisplayPort, ImageSource, PictureCheckPort, StatusSink } from './ports.ts'

export interface ReconcilerOptions {
  /** Called once, after `start`: the engine's client is loaded then, so that registration comes first. */
  readonly loadRuntime: () => Promise<ContainerRuntime>
  readonly images: ImageSource
  readonly display: DisplayPort
  readonly pictures: PictureCheckPort
  readonly status: StatusSink
  /** The agent's durable folder; the desired state and half-fetched images lie in it. */
  readonly stateDir: string
  readonly clock: Clock
  readonly log: Logger
  /** How long containers of unknown launches are left alone. Default 60 000. */
  readonly strayGraceMs?: number | undefined
}

export interface Reconciler extends Part {
  /** Reads the desired state from disk and begins to converge; does not wait for engine, display or hub. */
  start(): Promise<void>
  /** Stops converging. Containers keep running. */
  stop(): Promise<void>
  /** Takes a desired state from the hub: in force at once, answered when it is durable. */
  accept(desired: DesiredState): Promise<Acceptance>
  /** Generation of the desired state on disk, 0 for none; valid after `start`. */
  acceptedGeneration(): number
  /** What was last published, for a new session. */
  statuses(): { readonly generation: number; readonly launches: readonly LaunchStatus[] }
  /** Whether the engine answers, and if not why; undefined until first asked. */
  engineState(): EngineState | undefined
}

export type Acceptance = Omit<DesiredStateAck, 'type'>

export type EngineState =
  | { readonly kind: 'ready'; readonly version: string; readonly architecture: string }
  | { readonly kind: 'unreachable'; readonly reason: Reason }

export declare function createReconciler(options: ReconcilerOptions): Reconciler
