// The display engine as the agent's configuration wants it: found, or of the agent's own.
import { join } from 'node:path'
import type { Clock, Logger } from '@bongsu/foundation'
import type { AgentConfig } from './config.ts'
import { createDisplay, type Display, type DisplayLaunch } from './display/display.ts'
import { createFindDisplay } from './owned-display/find-display.ts'
import { createOwnedDisplay } from './owned-display/owned-display.ts'

export interface AgentDisplayOptions {
  readonly config: Pick<AgentConfig, 'display' | 'runDir' | 'stateDir'>
  readonly clock: Clock
  readonly logger: Logger
  /** Whose windows are masked. */
  readonly launches: () => readonly DisplayLaunch[]
}

/** Does nothing until used. */
export function createAgentDisplay({ config, clock, logger, launches }: AgentDisplayOptions): Display {
  const { runDir, stateDir, display } = config
  const { number, authFile, mode, widthPixels, heightPixels } = display
  const discovery = {
    clock,
    ...(number !== undefined && { displayNumber: number }),
    ...(authFile !== undefined && { authFile }),
  }
  const log = logger.child({ part: 'display' })
  const owned = createOwnedDisplay({ clock, log, runDir, widthPixels, heightPixels })
  return createDisplay({
    ...discovery,
    runDir,
    tilesFile: join(stateDir, 'tiles.json'),
    launches,
    find: createFindDisplay({ mode, owned, discovery, clock }),
  })
}
