// Keeps the screen lit, and says when it was not: a program is fine while its screen is dark, and nobody sees it.
import type { ScreenPower } from '@bongsu/protocol'
import type { X11Connection } from './x11/connection.ts'
import { queryExtension } from './x11/extension.ts'
import {
  disablePowerSaving,
  disableScreenSaver,
  getPowerInfo,
  getScreenSaverTimeout,
  isPowerCapable,
  queryScreenSaver,
  resetScreenSaver,
  wakeMonitor,
} from './x11/screen-saver.ts'

/** What was found, before anything was changed. */
export interface FoundPower {
  readonly power: ScreenPower
  /** True when something was set to darken the screen, now or later. */
  readonly wasArmed: boolean
}

/**
 * Reads how the screen is, then switches blanking and power saving off and wakes it.
 * A desktop's own lock is no part of the X protocol: it shows as `covered` only where it uses the server's saver.
 * @throws X11Error when the display does not answer
 */
export async function keepLit(connection: X11Connection): Promise<FoundPower> {
  const [{ rootWindow }] = connection.setup.screens
  const [saverOpcode, dpmsOpcode, timeoutSeconds] = await Promise.all([
    connection.send(queryExtension('MIT-SCREEN-SAVER')),
    connection.send(queryExtension('DPMS')),
    connection.send(getScreenSaverTimeout()),
  ])
  const saver =
    saverOpcode === undefined ? 'unknown' : await connection.send(queryScreenSaver(saverOpcode, rootWindow))
  const dpms = await readPower(connection, dpmsOpcode)
  const isAsleep = dpms?.isEnabled === true && dpms.level !== 'on'
  if (timeoutSeconds !== 0) connection.post(disableScreenSaver())
  if (saver === 'on') connection.post(resetScreenSaver())
  if (dpmsOpcode !== undefined && dpms?.isEnabled) {
    if (isAsleep) connection.post(wakeMonitor(dpmsOpcode))
    connection.post(disablePowerSaving(dpmsOpcode))
  }
  // An answer proves that what was posted before has been done.
  await connection.send(getScreenSaverTimeout())
  const power = isAsleep ? 'off' : saver === 'on' ? 'covered' : saver === 'unknown' ? 'unknown' : 'on'
  return { power, wasArmed: timeoutSeconds !== 0 || dpms?.isEnabled === true }
}

async function readPower(connection: X11Connection, opcode: number | undefined) {
  if (opcode === undefined || !(await connection.send(isPowerCapable(opcode)))) return undefined
  return connection.send(getPowerInfo(opcode))
}
