// What 200 launches leave behind in the agent: its resident memory after them, held against itself before.
import { join } from 'node:path'
import { newId } from '@bongsu/protocol'
import type { Benchmark } from './benchmark.ts'
import { freePort } from './scene/free-port.ts'
import { type HubEndpoint, startHubEndpoint } from './scene/hub-endpoint.ts'
import { bundlePrograms, endProgram, residentMb, startProgram, writeAgentConfig } from './scene/programs.ts'
import { sleepingLaunch } from './scene/sleeping-launch.ts'

const AFTER = 'agent after 200 launches'
const BEFORE = 'the same agent before'
const LAUNCHES = 200
/** Until then the engine of the language compiles what runs often and grows its heap to what the work needs. */
const WARM_UP = 50
/** Made, run and removed together, so that a run takes minutes. */
const AT_ONCE = 10
/** What is not leaked is given back within so long. */
const HEARTBEATS = 40
const HEARTBEAT_INTERVAL_MS = 500

export const memory200Launches: Benchmark = {
  name: 'memory-200-launches',
  goal: 'D5',
  what: `VmRSS of one agent process, ${(HEARTBEATS * HEARTBEAT_INTERVAL_MS) / 1000} s after ${LAUNCHES} launches (made, started, reported, stopped and removed, ${AT_ONCE} at a time), held against the same process as long after the ${WARM_UP} before them.`,
  unit: 'MB',
  rounds: 3,
  comparisons: [{ ours: AFTER, floor: BEFORE, target: 1.05 }],
  async open() {
    const programs = await bundlePrograms()
    const sample = await sleepingLaunch()
    const hub = await startHubEndpoint({ heartbeatIntervalMs: HEARTBEAT_INTERVAL_MS })
    const config = writeAgentConfig(join(programs.folder, 'device'), hub, await freePort())
    let before = Number.NaN
    const launchSome = async () => {
      const launches = Array.from({ length: AT_ONCE }, () => ({
        ...sample,
        launchId: newId('lau'),
        profile: { ...sample.profile, network: 'none' } as const,
      }))
      await hub.want(launches)
      await untilAll(hub, launches, 'running')
      await hub.want([])
      await untilAll(hub, launches, 'stopped')
    }
    const measure = async () => {
      hub.forgetTold()
      const online = hub.nextRegistration()
      const child = startProgram(programs.agent, ['--config', config])
      await online
      for (let made = 0; made < WARM_UP; made += AT_ONCE) await launchSome()
      before = await weighAtRest(hub, child.pid)
      for (let made = 0; made < LAUNCHES; made += AT_ONCE) await launchSome()
      const after = await weighAtRest(hub, child.pid)
      await endProgram(child)
      return after
    }
    return {
      sides: { [AFTER]: measure, [BEFORE]: async () => before },
      async close() {
        await hub.close()
        programs.remove()
      },
    }
  },
}

function untilAll(
  hub: HubEndpoint,
  launches: readonly { readonly launchId: string }[],
  phase: 'running' | 'stopped',
): Promise<void> {
  return hub.until(`all are ${phase}`, ({ reports }) => {
    const told = new Map(reports.at(-1)?.launches.map((status) => [status.launchId, status.phase]))
    return launches.every(({ launchId }) => told.get(launchId) === phase)
  })
}

async function weighAtRest(hub: HubEndpoint, pid: number | undefined): Promise<number> {
  if (pid === undefined) throw new Error('the agent did not start')
  // What the agent told so far would only make the hub's own lists longer.
  hub.forgetTold()
  await hub.until('heartbeats came', ({ heartbeats }) => heartbeats.length >= HEARTBEATS)
  return residentMb(pid)
}
