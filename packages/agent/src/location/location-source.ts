// Where the device stands, as it knows it: what its configuration says, else gpsd's fixes. Absent is unknown.
import type { Clock } from '@bongsu/foundation'
import { createBackoff } from '@bongsu/foundation'
import type { Location } from '@bongsu/protocol'
import type { ConfiguredLocation } from '../config.ts'
import { watchGpsd } from './gpsd.ts'

export interface LocationSourceOptions {
  readonly configured: ConfiguredLocation | undefined
  readonly gpsd: { readonly host: string; readonly port: number } | undefined
  readonly clock: Clock
}

export interface LocationSource {
  /** `undefined`: unknown. */
  current(): Location | undefined
  start(): void
  stop(): void
}

const FIRST_RETRY_MS = 5000
const LONGEST_RETRY_MS = 300_000

export function createLocationSource({ configured, gpsd, clock }: LocationSourceOptions): LocationSource {
  const stopping = new AbortController()
  const backoff = createBackoff({ firstMs: FIRST_RETRY_MS, maximumMs: LONGEST_RETRY_MS })
  let current = configured && fromConfiguration(configured, clock.now())
  let connection: { stop(): void } | undefined

  const connectToGpsd = () => {
    if (!gpsd || stopping.signal.aborted) return
    connection = watchGpsd({
      ...gpsd,
      onFix({ latitude, longitude, accuracyMetres }) {
        backoff.reset()
        // A surveyed coordinate is never overwritten by a receiver.
        if (configured?.latitude !== undefined) return
        current = {
          ...(configured?.address !== undefined && { address: configured.address }),
          latitude,
          longitude,
          source: 'gpsd',
          ...(accuracyMetres !== undefined && { accuracyMetres }),
          measuredAt: clock.now().toISOString(),
        }
      },
      onEnd: () => {
        clock.sleep(backoff.nextDelayMs(), stopping.signal).then(connectToGpsd, () => undefined)
      },
    })
  }

  return {
    current: () => current,
    start: connectToGpsd,
    stop() {
      stopping.abort()
      connection?.stop()
    },
  }
}

function fromConfiguration(configured: ConfiguredLocation, now: Date): Location {
  const { address, latitude, longitude, accuracyMetres } = configured
  return {
    ...(address !== undefined && { address }),
    ...(latitude !== undefined && { latitude }),
    ...(longitude !== undefined && { longitude }),
    ...(accuracyMetres !== undefined && { accuracyMetres }),
    source: 'agent-config',
    measuredAt: now.toISOString(),
  }
}
