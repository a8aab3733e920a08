// P13: resident memory of an idle agent that has done everything once (registered, facts told, engine's client loaded,
// one container running, heartbeats sent), held against Node with ws and undici loaded.
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { Benchmark } from './benchmark.ts'
import { freePort } from './scene/free-port.ts'
import { type HubEndpoint, startHubEndpoint } from './scene/hub-endpoint.ts'
import { bundlePrograms, endProgram, residentMb, startProgram, writeAgentConfig } from './scene/programs.ts'
import { sleepingLaunch } from './scene/sleeping-launch.ts'

const AGENT = 'agent, one container running'
const FLOOR = 'node with ws and undici'
/** An hour of heartbeats at the usual 30 s, in half a minute. */
const HEARTBEATS = 120
const HEARTBEAT_INTERVAL_MS = 250

export const agentMemory: Benchmark = {
  name: 'agent-memory',
  goal: 'P13',
  what: `VmRSS after ${HEARTBEATS} heartbeats (one per ${HEARTBEAT_INTERVAL_MS} ms); the floor idles as long with one connection open.`,
  unit: 'MB',
  rounds: 5,
  comparisons: [{ ours: AGENT, floor: FLOOR, target: 1.4 }],
  async open() {
    const programs = await bundlePrograms()
    const launches = [await sleepingLaunch()]
    const hub = await startHubEndpoint({ heartbeatIntervalMs: HEARTBEAT_INTERVAL_MS, launches })
    const config = writeAgentConfig(join(programs.folder, 'device'), hub, await freePort())
    /** Both sides idle at the same time for as long: memory does not hurry. */
    let floor = Promise.resolve(Number.NaN)
    const measureFloor = async () => {
      const registered = hub.nextRegistration()
      const child = startProgram(programs.loadedNode, [hub.floorUrl])
      await registered
      await new Promise((resolve) => setTimeout(resolve, HEARTBEATS * HEARTBEAT_INTERVAL_MS))
      return weigh(child)
    }
    const measureAgent = async () => {
      hub.forgetTold()
      const child = startProgram(programs.agent, ['--config', config])
      await everythingDone(hub)
      const before = hub.device().heartbeats.length
      await hub.until('heartbeats came', ({ heartbeats }) => heartbeats.length >= before + HEARTBEATS)
      return weigh(child)
    }
    return {
      sides: {
        [AGENT]: () => {
          floor = measureFloor()
          return measureAgent()
        },
        [FLOOR]: () => floor,
      },
      async close() {
        await hub.close()
        programs.remove()
      },
    }
  },
}

async function weigh(child: ChildProcess): Promise<number> {
  if (child.pid === undefined) throw new Error('the program did not start')
  const megabytes = residentMb(child.pid)
  await endProgram(child)
  return megabytes
}

/** Facts told, the launch running. */
function everythingDone(hub: HubEndpoint): Promise<void> {
  return hub.until(
    'facts are told and the launch runs',
    ({ facts, reports }) =>
      facts !== undefined && (reports.at(-1)?.launches.some(({ phase }) => phase === 'running') ?? false),
  )
}
