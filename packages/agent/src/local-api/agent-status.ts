// What the agent says about itself on the device.
import type { DisplayReport, LaunchStatus, Reason } from '@bongsu/protocol'

export interface AgentStatus {
  readonly agentVersion: string
  readonly deviceId: string | undefined
  readonly hubUrl: string
  readonly session: 'idle' | 'connecting' | 'greeting' | 'online' | 'waiting'
  /** Why the session waits. */
  readonly sessionReason: Reason | undefined
  readonly approval: string | undefined
  readonly engine: unknown
  readonly display: DisplayReport
  readonly acceptedGeneration: number
  readonly launches: readonly LaunchStatus[]
}
