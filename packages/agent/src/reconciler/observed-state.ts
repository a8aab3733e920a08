// What the planner sees of the device at one moment, and what it is told to reach. Types only.
import type { DesiredLaunch, Reason } from '@bongsu/protocol'
import type { DisplayBinding } from '../display/display-binding.ts'
import type { ImageFacts, RuntimeContainer } from '../runtime/container-runtime.ts'

export type EngineState =
  /** Not asked yet. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ready'; readonly version: string; readonly architecture: string }
  | { readonly kind: 'unreachable'; readonly reason: Reason }

/** An image not in the map has not been looked for yet. */
export type ImageState =
  | { readonly kind: 'present'; readonly facts: ImageFacts }
  | {
      readonly kind: 'obtaining'
      readonly phase: 'checking' | 'fetching' | 'loading'
      /** 0 to 1. */
      readonly progress: number
    }
  | { readonly kind: 'failed'; readonly setback: Setback; readonly failures: number }

/** Why something is not further. Without `retryAtMs` it stays so until the next generation. */
export interface Setback {
  readonly reason: Reason
  /** On the monotonic clock. */
  readonly retryAtMs?: number | undefined
  /** `display`: over as soon as the display is another one. */
  readonly cause?: 'display' | undefined
}

/** `without`: the launch can do without a display and there is none. */
export type DisplayAccess =
  | { readonly kind: 'bound'; readonly binding: DisplayBinding }
  | { readonly kind: 'without' }

/** What the agent remembers of a launch beside its containers; lost with the agent's process. */
export interface LaunchRecord {
  /** Dropped when the display changes or a container ends: values are resolved anew for every container. */
  readonly access?: DisplayAccess | undefined
  /** The last step failed: nothing is done for the launch until it may be tried again. */
  readonly setback?: Setback | undefined
  /** The program ended by itself: it is not started again until then. */
  readonly pause?: Setback | undefined
  /** Failed attempts in a row, for the back-off. */
  readonly failures: number
  /** Attempts in a row in which a container that was made did not start. */
  readonly failedStarts: number
  /** Ends of the program by itself within the window of the restart policy, on the monotonic clock. */
  readonly endsMs: readonly number[]
  /** Ends by a broken X connection, which do not count, within the same window. */
  readonly connectionLossesMs: readonly number[]
  /** Containers whose end has been taken down. */
  readonly recordedEnds: readonly string[]
  /** What the next lead container is labelled with. */
  readonly nextRestarts: number
  /** A container of it has run: its deadline no longer applies. */
  readonly hasStarted: boolean
  /** For what the files of its secrets were laid out in this life of the agent; see `secretsKey`. */
  readonly secretsFor?: string | undefined
  /** When `access` was resolved, on the monotonic clock. */
  readonly boundAtMs?: number | undefined
  /** It is being made anew because its display is gone or another one; over when its lead runs. */
  readonly rebind?: Reason | undefined
  /** Why it ended last time, best first. */
  readonly findings: readonly Reason[]
  /** What the next containers are given besides: software rendering for good, a debug variable for one run. */
  readonly extraEnvironment: Readonly<Record<string, string>>
  /** Names of variables that were tried already. */
  readonly triedVariables: readonly string[]
}

export interface ObservedState {
  readonly engine: EngineState
  readonly containers: readonly RuntimeContainer[]
  readonly images: ReadonlyMap<string, ImageState>
  readonly records: ReadonlyMap<string, LaunchRecord>
  /** Groups of which a network or a folder is there. */
  readonly groups: ReadonlySet<string>
  /** Launches that hold access to the display. */
  readonly boundLaunches: ReadonlySet<string>
  /** Launches of which files of secrets lie in memory. */
  readonly secretLaunches: ReadonlySet<string>
  /** Launches that were in a desired state we had: their containers are not strays. */
  readonly knownLaunches: ReadonlySet<string>
  /** When each container of an unknown launch was first seen, on the monotonic clock. */
  readonly strayFirstSeenMs: ReadonlyMap<string, number>
  readonly now: Date
  readonly nowMs: number
}

export interface WantedLaunch {
  readonly launch: DesiredLaunch
  readonly specHash: string
}

/** The desired state in force. */
export interface Wanted {
  readonly generation: number
  readonly launches: readonly WantedLaunch[]
  /** Nothing is started before it is on disk, or a power cut could leave a program that nobody wished. */
  readonly durability: 'durable' | 'being_written'
}

export const FRESH_RECORD: LaunchRecord = {
  failures: 0,
  failedStarts: 0,
  endsMs: [],
  connectionLossesMs: [],
  recordedEnds: [],
  nextRestarts: 0,
  hasStarted: false,
  findings: [],
  extraEnvironment: {},
  triedVariables: [],
}
