// Where a trial keeps what: its state in the checkout, caches that outlive a checkout in the user's cache folder.
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface TrialPaths {
  readonly checkout: string
  /** `.bongsu/` of the checkout: everything that belongs to this trial. */
  readonly state: string
  readonly logs: string
  readonly database: string
  readonly databaseVenv: string
  /** Cookie files of the display this start made. */
  readonly display: string
  /** Written before a child starts, so that a later start can end what a killed one left. */
  readonly processRecord: string
  /** Names the start that runs now. */
  readonly lock: string
  /** Shared by all checkouts of this user. */
  readonly cache: string
}

/** The checkout that this file lies in. */
export const checkoutFolder = (): string => resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')

/**
 * All folders of a trial; makes none of them.
 * `environment` gives the cache folder by the XDG base directory specification.
 */
export function trialPaths(
  checkout: string,
  environment: Readonly<Record<string, string | undefined>>,
  state: string = join(checkout, '.bongsu'),
): TrialPaths {
  const xdg = environment.XDG_CACHE_HOME
  // The specification says to ignore a relative path.
  const cacheHome = xdg?.startsWith('/') ? xdg : join(environment.HOME ?? '/root', '.cache')
  return {
    checkout,
    state,
    logs: join(state, 'logs'),
    database: join(state, 'database'),
    databaseVenv: join(state, 'venv'),
    display: join(state, 'display'),
    processRecord: join(state, 'processes.json'),
    lock: join(state, 'lock'),
    cache: join(cacheHome, 'bongsu'),
  }
}
