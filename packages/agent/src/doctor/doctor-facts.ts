// What an examination of a device saw: the on-device checklist, to be read on a terminal or uploaded as JSON. Types only.
// It never holds a cookie, a key or a token.
import type { DisplayReport, LaunchStatus, Reason } from '@bongsu/protocol'
import type { ProbeResult } from '../display/probe.ts'
import type { ServerKind } from '../display/x-processes.ts'
import type { DeviceTraits, NodeHolder } from '../preflight/device-traits.ts'
import type { FoundCookie } from '../privileged/privileges.ts'
import type { EngineTraits } from '../runtime/image-inspector.ts'

/** One attempt to be let in; the cookie itself is not kept. */
export interface TriedCookie {
  readonly origin: FoundCookie['origin'] | 'none'
  readonly answer: ProbeResult['kind']
  /** The server's own. */
  readonly words?: string | undefined
}

/** A display of the machine, and what it answered. */
export interface ExaminedDisplay {
  readonly number: number
  readonly serverKind: ServerKind
  /** Of the server, where it was seen. */
  readonly pid?: number | undefined
  readonly ownerUid: number
  readonly isGreeter: boolean
  readonly isOwned: boolean
  /** Empty for one that the agent would not use. */
  readonly tried: readonly TriedCookie[]
}

export interface ExaminedNode {
  readonly path: string
  readonly gid: number
  readonly groupName?: string | undefined
  /** Permission bits. */
  readonly mode: number
}

export interface DoctorFacts {
  readonly formatVersion: 1
  readonly checkedAt: string
  readonly hostname: string
  readonly agentVersion: string
  /** Without root much of other users stays unseen. */
  readonly isRoot: boolean
  /** Why the configuration could not be read; the defaults were gone by then. */
  readonly configuration?: Reason | undefined
  readonly engine:
    | { readonly kind: 'ready'; readonly traits: EngineTraits }
    | { readonly kind: 'failed'; readonly reason: Reason }
  readonly device: DeviceTraits
  readonly gpuNodes: readonly ExaminedNode[]
  readonly cameraHolders: readonly NodeHolder[]
  readonly display: DisplayReport
  /** Why it is not ready. */
  readonly displayReason?: Reason | undefined
  readonly displays: readonly ExaminedDisplay[]
  /** Of `/tmp/.X11-unix`; absent when there is no such folder. */
  readonly socketFolder?: { readonly uid: number; readonly mode: number } | undefined
  /** Numbers whose lock file names a process that is gone. */
  readonly staleLocks: readonly number[]
  readonly agent:
    | {
        readonly kind: 'running'
        readonly session: string
        readonly sessionReason?: Reason | undefined
        readonly launches: readonly LaunchStatus[]
      }
    | { readonly kind: 'away' }
}

export interface DoctorFinding {
  /** `fault`: no program shows as long as it is so. */
  readonly severity: 'fault' | 'warning'
  readonly area: 'configuration' | 'engine' | 'room' | 'display' | 'gpu' | 'agent' | 'launch'
  readonly launchId?: string | undefined
  readonly reason: Reason
}
