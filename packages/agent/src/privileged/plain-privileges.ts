// The privileges of a process that has no helper and keeps no display of its own: what its own user may do.
import { X11_SOCKET_DIR } from '../display/display-sockets.ts'
import type { OwnedDisplay } from '../owned-display/owned-display.ts'
import { createLocalPrivileges } from './local-privileges.ts'
import type { Privileges } from './privileges.ts'

export interface PlainPrivilegesOptions {
  readonly runDir: string
  /** Default: the same. */
  readonly stateDir?: string | undefined
  readonly authFile?: string | undefined
  /** Default `/tmp/.X11-unix`. */
  readonly socketDir?: string | undefined
  readonly rootDir?: string | undefined
  readonly ownedDisplay?: OwnedDisplay | undefined
}

export function plainPrivileges(options: PlainPrivilegesOptions): Privileges {
  const { runDir, stateDir = runDir, socketDir = X11_SOCKET_DIR, ownedDisplay = NO_DISPLAY } = options
  return createLocalPrivileges({
    ...options,
    runDir,
    stateDir,
    socketDir,
    ownedDisplay,
    switching: 'when_needed',
  })
}

const NO_DISPLAY: OwnedDisplay = {
  ensure: () => Promise.resolve(undefined),
  running: () => Promise.resolve(undefined),
  end: () => Promise.resolve(),
}
