// Tells the hub the machine's facts once they are collected, and again when one of those that may change has: the engine's
// version, GPUs, cameras. Looks at every heartbeat; sends nothing while nothing is new.
import { isDeepStrictEqual } from 'node:util'
import type { HostFacts } from '@bongsu/protocol'
import type { DeviceInventory } from './telemetry/device-inventory.ts'

export interface FactsTellerOptions {
  /** Takes a second; asked once. */
  readonly collect: () => Promise<HostFacts>
  readonly readInventory: () => Promise<DeviceInventory>
  /** Undefined while it is not known. */
  readonly engineVersion: () => string | undefined
  readonly publish: (facts: HostFacts) => void
}

export interface FactsTeller {
  /** Resolves when the facts are told. Idempotent. */
  tellFirst(): Promise<void>
  /** Resolves when it is told what has changed, if anything has. Never rejects. */
  look(): Promise<void>
}

interface Changing {
  readonly inventory: DeviceInventory
  readonly engineVersion: string | undefined
}

/** Does nothing until asked. */
export function createFactsTeller(options: FactsTellerOptions): FactsTeller {
  const { collect, readInventory, engineVersion, publish } = options
  let collected: HostFacts | undefined
  let told: Changing | undefined
  /** Two looks at a time could tell the older one last. */
  let looking: Promise<void> | undefined

  const lookOnce = async () => {
    const inventory = await readInventory()
    if (!collected) return
    // An engine that is away is still of the version it was.
    const changing = { inventory, engineVersion: engineVersion() ?? told?.engineVersion }
    if (isDeepStrictEqual(changing, told)) return
    told = changing
    publish({ ...collected, ...inventory })
  }

  const look = () => {
    looking ??= lookOnce()
      .catch(() => undefined)
      .finally(() => {
        looking = undefined
      })
    return looking
  }

  return {
    async tellFirst() {
      collected ??= await collect()
      await looking
      await look()
    },
    look,
  }
}
