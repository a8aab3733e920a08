// The display engine as the agent's configuration wants it: found, or of the agent's own.
import { join } from 'node:path'
import type { Clock, Logger } from '@bongsu/foundation'
import type { AgentConfig } from './config.ts'
import { createDiscovery } from './display/discovery.ts'
import { createDisplay, type Display, type DisplayLaunch } from './display/display.ts'
import { X11_SOCKET_DIR } from './display/display-sockets.ts'
import { createFindDisplay } from './owned-display/find-display.ts'
import { agentPrivileges } from './privileged/agent-privileges.ts'
import type { Privileges } from './privileged/privileges.ts'

export interface AgentDisplayOptions {
  readonly config: Pick<AgentConfig, 'display' | 'helper' | 'runDir' | 'stateDir'>
  readonly clock: Clock
  readonly logger: Logger
  /** Whose windows are masked. */
  readonly launches: () => readonly DisplayLaunch[]
}

export interface AgentDisplay {
  readonly display: Display
  /** What takes root, of this process or asked of the helper. */
  readonly privileges: Privileges
}

/** Does nothing until used. */
export function createAgentDisplay({ config, clock, logger, launches }: AgentDisplayOptions): AgentDisplay {
  const { runDir, stateDir, display } = config
  const { number: displayNumber, mode, greeter } = display
  const privileges = agentPrivileges({ config, clock, logger })
  const common = { clock, privileges, displayNumber, greeter, socketDir: X11_SOCKET_DIR }
  const find = createFindDisplay({
    mode,
    owned: privileges.ownedDisplay,
    discovery: createDiscovery(common),
    clock,
  })
  const tilesFile = join(stateDir, 'tiles.json')
  return { privileges, display: createDisplay({ ...common, runDir, tilesFile, launches, find }) }
}
