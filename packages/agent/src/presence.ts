// What the agent says of its device: the greeting, each heartbeat, and the facts. Collects; sends nothing.
import { hostname } from 'node:os'
import type { Clock } from '@bongsu/foundation'
import type { DisplayReport, Facts, Heartbeat, Hello, HostFacts, Location } from '@bongsu/protocol'
import { readBootId } from './host/boot-id.ts'
import { macAddresses, primaryAddress } from './identity/machine-evidence.ts'
import type { EngineState } from './reconciler/reconciler.ts'
import { createHealthSampler } from './telemetry/host-health.ts'

export interface PresenceSources {
  readonly clock: Clock
  readonly version: string
  readonly stateDir: string
  readonly localApiPort: number
  readonly location: () => Location | undefined
  readonly display: () => DisplayReport
  readonly engine: () => EngineState
  readonly acceptedGeneration: () => number
}

export interface Presence {
  hello(): Omit<Hello, 'type'>
  /** One sample; well under a millisecond. */
  heartbeat(): Omit<Heartbeat, 'type' | 'sequence'>
  /** The collected facts with what the agent itself knows. */
  facts(collected: HostFacts): Omit<Facts, 'type'>
}

export function createPresence(sources: PresenceSources): Presence {
  const { clock, version, localApiPort, location, display, engine, acceptedGeneration } = sources
  const health = createHealthSampler({ stateDir: sources.stateDir })
  return {
    hello() {
      const bootId = readBootId()
      const ipAddress = primaryAddress()
      return {
        agentVersion: version,
        localApiPort,
        acceptedGeneration: acceptedGeneration(),
        hostname: hostname(),
        ...(bootId !== undefined && { bootId }),
        ...(ipAddress !== undefined && { ipAddress }),
        ...placeOf(location()),
      }
    },
    heartbeat: () => ({
      health: { ...health.sample(clock.now()), engine: engine().kind === 'ready' ? 'ready' : 'unreachable' },
      display: display(),
      ...placeOf(location()),
    }),
    facts(collected) {
      const state = engine()
      return {
        facts: {
          ...collected,
          macAddresses: macAddresses(),
          agentVersion: version,
          ...(state.kind === 'ready' && { engineVersion: state.version }),
        },
        observedAt: clock.now().toISOString(),
      }
    },
  }
}

const placeOf = (location: Location | undefined): { location?: Location } => (location ? { location } : {})
