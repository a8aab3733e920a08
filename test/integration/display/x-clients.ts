// Real X programs on a test's X server, each under a hostname of its own as a container's program is.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type Clock, systemClock } from '@bongsu/foundation'
import type { RunningChild } from '@bongsu/trial'
import { createDisplay, type Display } from '../../../packages/agent/src/display/display.ts'
import { createXScreen, type Screen } from '../../../packages/agent/src/display/screen.ts'
import type { ScreenWindow } from '../../../packages/agent/src/display/windows.ts'
import { parseAuthFile } from '../../../packages/agent/src/display/x11/auth-file.ts'
import type { XCookie } from '../../../packages/agent/src/display/x11/x-cookie.ts'
import { testChildren } from '../../infra/children.ts'
import { requireProgram } from '../../infra/programs.ts'
import { type Cleanup, tempDir } from '../../infra/temp-dir.ts'
import { waitFor } from '../../infra/wait-for.ts'

/** Any server that a test started. */
export interface XServer {
  readonly display: number
  readonly displayName: string
  readonly authFile: string
}

/** Debian packages of the programs used here. */
const PACKAGE_OF: Readonly<Record<string, string>> = {
  xclock: 'x11-apps',
  xeyes: 'x11-apps',
  xlogo: 'x11-apps',
  xmessage: 'x11-utils',
  xprop: 'x11-utils',
  xsetroot: 'x11-xserver-utils',
  twm: 'twm',
  xwininfo: 'x11-utils',
  openbox: 'openbox',
  xdotool: 'xdotool',
  import: 'imagemagick',
  xauth: 'xauth',
}

export function environmentOf(x: XServer): Record<string, string> {
  return { DISPLAY: x.displayName, XAUTHORITY: x.authFile }
}

/** The absolute path of one of the programs above; throws with the install hint. */
export function program(name: string): string {
  return requireProgram(name, PACKAGE_OF[name] ?? name)
}

export interface ClientStarter {
  start(argv: readonly [string, ...string[]], options?: { readonly hostname?: string }): Promise<RunningChild>
}

/** Programs that end with the test. */
export function xClients(cleanup: Cleanup, x: XServer): ClientStarter {
  const { processes } = testChildren(cleanup, { name: 'x-clients' })
  let count = 0
  return {
    async start([name, ...args], { hostname } = {}) {
      count += 1
      const path = program(name)
      const direct: [string, ...string[]] = [path, ...args]
      const renamed: [string, ...string[]] = [
        requireProgram('unshare', 'util-linux'),
        '--uts',
        'sh',
        '-c',
        'hostname "$0" && exec "$@"',
        hostname ?? '',
        ...direct,
      ]
      return processes.start({
        name: `${name}-${count}`,
        argv: hostname === undefined ? direct : renamed,
        environment: environmentOf(x),
        stopGraceMs: 1000,
      })
    },
  }
}

/** Resolves when it manages windows: one that is mapped while openbox starts may stay unmapped for ever. */
export async function startOpenbox(clients: ClientStarter, x: XServer): Promise<void> {
  const ready = `${program('xprop')} -root -f BONGSU_READY 8s -set BONGSU_READY yes`
  await clients.start(['openbox', '--sm-disable', '--startup', ready])
  const env = { ...process.env, ...environmentOf(x) }
  await waitFor(() => execFileSync(program('xprop'), ['-root', 'BONGSU_READY'], { env, encoding: 'utf8' }), {
    what: 'openbox manages windows',
    until: (text) => text.includes('yes'),
  })
}

/** Resolves when it manages windows: the three of its own come last, under the grab of the server that begins it. */
export async function startTwm(clients: ClientStarter, x: XServer): Promise<void> {
  const twm = await clients.start(['twm', '-f', '/dev/null'])
  const env = { ...process.env, ...environmentOf(x) }
  const children = () => execFileSync(program('xwininfo'), ['-root', '-children'], { env, encoding: 'utf8' })
  await Promise.race([
    waitFor(children, { what: 'twm manages windows', until: (text) => text.includes('3 children') }),
    twm.ended.then(() => {
      throw new Error(`twm ended: ${readFileSync(twm.logPath, 'utf8').trim()}`)
    }),
  ])
}

export function cookieOf(x: XServer): XCookie {
  const [entry] = parseAuthFile(readFileSync(x.authFile)).entries
  if (!entry) throw new Error(`no cookie in ${x.authFile}`)
  return entry.cookie
}

export const socketPathOf = (x: XServer): string => `/tmp/.X11-unix/X${x.display}`

export function screenOf(x: XServer): Screen {
  return createXScreen({ socketPath: socketPathOf(x), cookie: cookieOf(x), timeoutMs: 10_000 })
}

export function displayOf(cleanup: Cleanup, x: XServer, clock: Clock = systemClock): Display {
  return createDisplay({
    clock,
    runDir: tempDir(cleanup, 'run'),
    displayNumber: x.display,
    authFile: x.authFile,
    frozenAfterMs: 1500,
  })
}

/** Waits for a window of this hostname in the wanted state. */
export function windowOf(
  screen: Screen,
  hostname: string,
  state: ScreenWindow['state'] = 'viewable',
): Promise<ScreenWindow> {
  return waitFor(
    async () =>
      (await screen.listWindows()).find(
        (window) => window.clientMachine === hostname && window.state === state,
      ),
    { what: `a ${state} window of ${hostname}` },
  )
}

/** Halts a server as a hang does, and lets it go on whatever the test finds: a halted process ends only by force. */
export async function whileHalted(pid: number, act: () => Promise<void>): Promise<void> {
  process.kill(pid, 'SIGSTOP')
  try {
    await act()
  } finally {
    process.kill(pid, 'SIGCONT')
  }
}
