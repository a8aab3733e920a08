// What a display looks like beyond its size: monitors, window manager, whether it is lit. One short connection per look,
// apart from discovery, which a launch waits for.
import type { DisplayOutput, ScreenPower } from '@bongsu/protocol'
import { readOutputs } from './outputs.ts'
import { keepLit } from './screen-power.ts'
import { decodeText, readAtoms, type WindowAtoms, windowOf } from './window-properties.ts'
import { openX11, type X11Connection, type X11ConnectOptions } from './x11/connection.ts'
import { getProperty } from './x11/requests.ts'
import { isGone, X11Error } from './x11/x11-error.ts'

export interface ScreenDescription {
  readonly outputs: readonly DisplayOutput[]
  /** Name of the window manager; `unnamed` where it does not say; undefined where there is none. */
  readonly windowManager: string | undefined
  /** As it was found; a dark screen has been lit again by now. */
  readonly power: ScreenPower
}

/**
 * Looks, and switches blanking off.
 * @returns undefined when the display does not answer, which the next discovery will tell
 * @throws the signal's reason when aborted
 */
export async function describeScreen(options: X11ConnectOptions): Promise<ScreenDescription | undefined> {
  let connection: X11Connection | undefined
  try {
    connection = await openX11(options)
    const [outputs, windowManager, { power }] = await Promise.all([
      readOutputs(connection),
      readWindowManager(connection),
      keepLit(connection),
    ])
    return { outputs, windowManager, power }
  } catch (error) {
    if (error instanceof X11Error) return undefined
    throw error
  } finally {
    connection?.close()
  }
}

/** By EWMH, `_NET_SUPPORTING_WM_CHECK`: the window named on the root must name itself, or the manager has died. */
export async function readWindowManager(connection: X11Connection): Promise<string | undefined> {
  const [{ rootWindow }] = connection.setup.screens
  const atoms = await readAtoms(connection)
  const check = await windowOf(connection, rootWindow, atoms.netSupportingWmCheck)
  if (check === undefined) return undefined
  try {
    if ((await windowOf(connection, check, atoms.netSupportingWmCheck)) !== check) return undefined
    return (await nameOf(connection, check, atoms)) ?? 'unnamed'
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

async function nameOf(connection: X11Connection, window: number, atoms: WindowAtoms) {
  if (atoms.netWmName === 0) return undefined
  return decodeText(await connection.send(getProperty(window, atoms.netWmName, 400)), atoms)?.slice(0, 100)
}
