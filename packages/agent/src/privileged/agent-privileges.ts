// Which form of the privileged acts a configuration means, and what the helper itself is made of.
import { readFileSync } from 'node:fs'
import { type Clock, CodedError, type Logger } from '@bongsu/foundation'
import type { AgentConfig } from '../config.ts'
import { X11_SOCKET_DIR } from '../display/display-sockets.ts'
import { createOwnedDisplay, type OwnedDisplay } from '../owned-display/owned-display.ts'
import { createHelperClient } from './helper-client.ts'
import { startHelperServer } from './helper-server.ts'
import { createLocalPrivileges } from './local-privileges.ts'
import type { Privileges } from './privileges.ts'

export interface PrivilegedOptions {
  readonly config: Pick<AgentConfig, 'display' | 'helper' | 'runDir' | 'stateDir'>
  readonly clock: Clock
  readonly logger: Logger
}

export const DEFAULT_HELPER_SOCKET = '/run/bongsu/helper.sock'

/** Does nothing until used. */
export function agentPrivileges(options: PrivilegedOptions): Privileges {
  const { socketPath } = options.config.helper
  return socketPath === undefined ? local(options, 'when_needed') : createHelperClient({ socketPath })
}

/**
 * The helper, ready to be asked when this resolves.
 * @throws CodedError AGENT_HELPER_NOT_STARTED
 */
export function startHelper(options: PrivilegedOptions): Promise<{ stop(): void }> {
  const { socketPath = DEFAULT_HELPER_SOCKET, group } = options.config.helper
  if (process.geteuid?.() !== 0) throw notStarted('it is not run as root')
  const gid = groupId(readFileSync('/etc/group', 'utf8'), group)
  if (gid === undefined) throw notStarted(`there is no group ${group}`)
  const log = options.logger.child({ part: 'helper' })
  return startHelperServer({ socketPath, gid, log, privileges: local(options, 'always') })
}

function local(options: PrivilegedOptions, switching: 'always' | 'when_needed'): Privileges {
  const { runDir, stateDir, display } = options.config
  const ownedDisplay = ownedOf(options)
  const places = { socketDir: X11_SOCKET_DIR, runDir, stateDir, authFile: display.authFile }
  return createLocalPrivileges({ ...places, ownedDisplay, switching })
}

function ownedOf({ config, clock, logger }: PrivilegedOptions): OwnedDisplay {
  const { widthPixels, heightPixels, xorgConfig } = config.display
  const log = logger.child({ part: 'display' })
  return createOwnedDisplay({ clock, log, runDir: config.runDir, widthPixels, heightPixels, xorgConfig })
}

/** Pure: by the lines of /etc/group. */
export function groupId(text: string, name: string): number | undefined {
  const fields = text.split('\n').map((line) => line.split(':'))
  const id = fields.find(([each]) => each === name)?.[2]
  return id !== undefined && /^\d{1,10}$/.test(id) ? Number(id) : undefined
}

const notStarted = (message: string): CodedError =>
  new CodedError('AGENT_HELPER_NOT_STARTED', { parameters: { message } })
