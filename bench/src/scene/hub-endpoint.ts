// The hub that measured agents meet: the real gateway, nonces and proofs with registers in memory, and a floor's plain
// connection on a port of its own. Both are in this one process; a database's work is in neither side.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { DesiredLaunch } from '@bongsu/protocol'
import { WebSocketServer } from 'ws'
import { suiteCleanup } from '../../../test/infra/suite-cleanup.ts'
import { waitFor } from '../../../test/infra/wait-for.ts'
import { startMemoryHub } from '../../../test/support/memory-hub.ts'
import { createMemoryRegister, type KnownDevice } from '../../../test/support/memory-register.ts'

export interface HubEndpoint {
  readonly url: string
  /** Where a floor connects: one text in, one text out. */
  readonly floorUrl: string
  readonly joinToken: string
  /** Time (`performance.now()`) at which the next comer is registered: an agent's session is online, a floor is answered. */
  nextRegistration(): Promise<number>
  /** Forgets what devices have told, not who they are: what is waited for next is of the next session. */
  forgetTold(): void
  /** From now on the device of that agent should run exactly these. */
  want(launches: readonly DesiredLaunch[]): Promise<void>
  /** The device of the agent that registered last. @throws Error before the first */
  device(): KnownDevice
  /** Waits until this holds of that device. */
  until(what: string, holds: (device: KnownDevice) => boolean): Promise<void>
  close(): Promise<void>
}

export interface HubEndpointOptions {
  readonly heartbeatIntervalMs: number
  /** What every device should run. */
  readonly launches?: readonly DesiredLaunch[]
}

/** Longer than any benchmark's heartbeats take; only what hangs reaches it. */
const HOLDS_WITHIN_MS = 240_000

export async function startHubEndpoint(options: HubEndpointOptions): Promise<HubEndpoint> {
  const cleanup = suiteCleanup()
  const registrations: ((at: number) => void)[] = []
  const registered = () => {
    const at = performance.now()
    for (const tell of registrations.splice(0)) tell(at)
  }
  const register = createMemoryRegister()
  const { openSession } = register.devices
  let lastId = ''
  const devices: typeof register.devices = {
    ...register.devices,
    async openSession(deviceId, opening) {
      const known = register.known.get(deviceId)
      if (known && options.launches) {
        known.desired = { type: 'desired-state', generation: 1, launches: [...options.launches] }
      }
      const opened = await openSession(deviceId, opening)
      lastId = deviceId
      // The gateway says welcome in the turn in which this resolves: only then is the device registered.
      setImmediate(registered)
      return opened
    },
  }
  const hub = await startMemoryHub(cleanup, {
    heartbeatIntervalMs: options.heartbeatIntervalMs,
    register: { ...register, devices },
  })
  const floorUrl = await serveFloors(cleanup, registered)
  const device = () => {
    const known = register.known.get(lastId)
    if (!known) throw new Error('no device has registered yet')
    return known
  }
  return {
    url: `http://127.0.0.1:${hub.port}`,
    floorUrl,
    joinToken: hub.joinToken,
    nextRegistration: () => new Promise((resolve) => registrations.push(resolve)),
    forgetTold() {
      for (const known of register.known.values()) {
        known.facts = undefined
        known.reports.length = 0
        known.heartbeats.length = 0
      }
    },
    async want(launches) {
      const known = device()
      const generation = known.desired.generation + 1
      known.desired = { type: 'desired-state', generation, launches: [...launches] }
      await hub.sessions.pushDesiredState(lastId)
    },
    device,
    until: async (what, holds) => {
      await waitFor(() => holds(device()), { what, timeoutMs: HOLDS_WITHIN_MS, intervalMs: 50 })
    },
    close: () => cleanup.run(),
  }
}

async function serveFloors(
  cleanup: ReturnType<typeof suiteCleanup>,
  registered: () => void,
): Promise<string> {
  const floors = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
  floors.on('connection', (socket) => {
    socket.once('message', (data) => {
      socket.send(String(data))
      setImmediate(registered)
    })
  })
  await once(floors, 'listening')
  cleanup.after(async () => {
    for (const socket of floors.clients) socket.terminate()
    floors.close()
    await once(floors, 'close')
  })
  return `ws://127.0.0.1:${(floors.address() as AddressInfo).port}`
}
