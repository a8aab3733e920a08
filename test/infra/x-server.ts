// An Xvfb for one test, with a cookie of its own, on a number from 90 on.
import { startVirtualDisplay, type TrialDisplay } from '@bongsu/trial'
import { testChildren } from './children.ts'
import { requireProgram } from './programs.ts'
import { clearRemains } from './restartable-x.ts'
import type { Cleanup } from './temp-dir.ts'

/** A display that nothing serves: beyond the numbers that servers of tests are given at random. */
export const ABSENT_DISPLAY = 60_000

export interface XServer {
  readonly display: number
  /** `:N` */
  readonly displayName: string
  readonly authFile: string
  readonly pid: number
  /** As the trial hands a display to its agent. */
  readonly trialDisplay: TrialDisplay
  stop(): Promise<void>
  /** SIGKILL: leaves its socket and lock file behind, as a crash does. */
  kill(): Promise<void>
}

/** @param options.screen `WIDTHxHEIGHTxDEPTH`, by default 1280x720x24 */
export async function startXServer(
  cleanup: Cleanup,
  options: { readonly screen?: string } = {},
): Promise<XServer> {
  requireProgram('Xvfb', 'xvfb')
  let display = -1
  const { processes, folder } = testChildren(cleanup, { name: 'x', afterStop: () => clearRemains(display) })
  const virtual = await startVirtualDisplay({ processes, folder, ...options })
  const { authFile, child } = virtual
  display = virtual.display
  return {
    display,
    displayName: `:${display}`,
    authFile,
    pid: child.pid,
    trialDisplay: { display, virtual },
    stop: () => child.stop(),
    kill: () => child.kill(),
  }
}
