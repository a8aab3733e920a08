// P14: from starting the process to being registered with the hub, for a device that starts again and for a new one,
// held against a minimal bundled script that connects and gets an acknowledgement.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Benchmark } from './benchmark.ts'
import { freePort } from './scene/free-port.ts'
import { startHubEndpoint } from './scene/hub-endpoint.ts'
import { bundlePrograms, endProgram, startProgram, writeAgentConfig } from './scene/programs.ts'

const AGAIN = 'agent, known device'
const FIRST = 'agent, new device'
const FLOOR = 'minimal script'

export const agentStart: Benchmark = {
  name: 'agent-start',
  goal: 'P14',
  what: "Process start of the bundled agent until the hub's gateway has its session online (registers in memory); the floor makes no proof and reads no disk.",
  unit: 'ms',
  rounds: 12,
  comparisons: [
    { ours: AGAIN, floor: FLOOR, target: 2.5 },
    { ours: FIRST, floor: FLOOR, target: 2.5 },
  ],
  async open() {
    const programs = await bundlePrograms()
    const hub = await startHubEndpoint({ heartbeatIntervalMs: 30_000 })
    const port = await freePort()
    const known = join(programs.folder, 'known')
    const fresh = join(programs.folder, 'new')
    const configs = { known: writeAgentConfig(known, hub, port), fresh: writeAgentConfig(fresh, hub, port) }
    const timed = async (program: string, args: readonly string[]) => {
      const registered = hub.nextRegistration()
      const startedAt = performance.now()
      const child = startProgram(program, args)
      const failed = new Promise<never>((_, reject) =>
        child.once('exit', (code) => reject(new Error(`${program} ended with ${code}`))),
      )
      const registeredAt = await Promise.race([registered, failed])
      failed.catch(() => undefined)
      await endProgram(child)
      return registeredAt - startedAt
    }
    return {
      sides: {
        [FLOOR]: () => timed(programs.minimalAgent, [hub.floorUrl]),
        [AGAIN]: () => timed(programs.agent, ['--config', configs.known]),
        [FIRST]: () => {
          rmSync(join(fresh, 'state'), { recursive: true, force: true })
          return timed(programs.agent, ['--config', configs.fresh])
        },
      },
      async close() {
        await hub.close()
        programs.remove()
      },
    }
  },
}
