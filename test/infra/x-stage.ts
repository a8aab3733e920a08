// X servers of every kind on a stage of their own: their sockets lie in a folder that nobody else looks into, so that
// "the machine has none, one, two" can be said whatever else runs here. The servers and their processes are real.
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { encodeAuthFile, type RunningChild } from '@bongsu/trial'
import { testChildren } from './children.ts'
import { requireProgram } from './programs.ts'
import { freeNumber } from './restartable-x.ts'
import type { Cleanup } from './temp-dir.ts'
import { waitFor } from './wait-for.ts'

export interface StagedX {
  readonly display: number
  readonly socketPath: string
  /** Undefined for a server that was given none. */
  readonly authFile: string | undefined
  readonly child: RunningChild
}

export interface StagedOptions {
  /** Default: a free one. */
  readonly number?: number
  /** `none`: the server is started without `-auth`. Default `cookie`. */
  readonly auth?: 'cookie' | 'none'
  readonly extra?: readonly string[]
  /** `WIDTHxHEIGHT`; default 800x600. */
  readonly size?: string
}

export interface XStage {
  readonly socketDir: string
  /** Holds `/proc` and `/tmp` of the machine, and else only what a test puts there: `run`, `etc`, `home`. */
  readonly rootDir: string
  xvfb(options?: StagedOptions): Promise<StagedX>
  /** The real server with the driver that needs no card. */
  xorg(options?: StagedOptions): Promise<StagedX>
  /** A window of another server that is a server itself. */
  xephyr(on: StagedX, options?: StagedOptions): Promise<StagedX>
  /** A compositor of somebody's: its Xwayland starts at the first client, without `-auth`, for that user alone. */
  weston(uid: number): Promise<StagedX>
}

export function xStage(cleanup: Cleanup): XStage {
  const { processes, folder } = testChildren(cleanup, { name: 'stage' })
  const [socketDir, rootDir] = [join(folder, 'sockets'), join(folder, 'root')]
  for (const path of [socketDir, rootDir]) mkdirSync(path)
  for (const path of [folder, rootDir]) chmodSync(path, 0o755)
  chmodSync(socketDir, 0o1777)
  for (const name of ['proc', 'tmp']) symlinkSync(`/${name}`, join(rootDir, name))
  let count = 0

  const start = async (
    argv: readonly string[],
    wanted: { readonly display: number; readonly authFile?: string | undefined },
    environment: Readonly<Record<string, string>> = {},
  ): Promise<StagedX> => {
    const { display, authFile } = wanted
    const socketPath = join(socketDir, `X${display}`)
    count += 1
    const child = await processes.start({
      name: `server-${count}`,
      argv: onStage(socketDir, argv),
      environment,
      ready: () => accepts(socketPath),
      stopGraceMs: 2000,
    })
    return { display, socketPath, authFile, child }
  }
  const common = ({ number = freeNumber(), auth = 'cookie', extra = [] }: StagedOptions) => {
    const authFile = join(folder, `auth-${number}`)
    if (auth === 'cookie') writeFileSync(authFile, encodeAuthFile(number, randomBytes(16)), { mode: 0o600 })
    const options = [
      ...(auth === 'cookie' ? ['-auth', authFile] : []),
      '-nolisten',
      'tcp',
      '-noreset',
      ...extra,
    ]
    return { display: number, authFile: auth === 'cookie' ? authFile : undefined, options }
  }
  return {
    socketDir,
    rootDir,
    xvfb: (given = {}) =>
      onFreeNumber(given, async (options) => {
        const { options: shared, ...wanted } = common(options)
        const screen = ['-screen', '0', `${options.size ?? '800x600'}x24`]
        return start([requireProgram('Xvfb', 'xvfb'), `:${wanted.display}`, ...screen, ...shared], wanted)
      }),
    xorg: (given = {}) =>
      onFreeNumber(given, async (options) => {
        const { options: shared, ...wanted } = common(options)
        const config = join(folder, `xorg-${wanted.display}.conf`)
        writeFileSync(config, dummyConfig(options.size ?? '800x600'))
        const log = join(folder, `xorg-${wanted.display}.log`)
        const own = ['-config', config, '-logfile', log, '-novtswitch', '-sharevts']
        return start(['/usr/lib/xorg/Xorg', `:${wanted.display}`, ...own, ...shared], wanted)
      }),
    xephyr(on, options = {}) {
      const { options: shared, ...wanted } = common(options)
      const program = requireProgram('Xephyr', 'xserver-xephyr')
      const argv = [program, `:${wanted.display}`, '-screen', options.size ?? '640x480', ...shared]
      return start(argv, wanted, { DISPLAY: `:${on.display}`, XAUTHORITY: on.authFile ?? '' })
    },
    async weston(uid) {
      const runtimeDir = join(folder, `runtime-${uid}`)
      mkdirSync(runtimeDir, { mode: 0o700 })
      chownSync(runtimeDir, uid, uid)
      const asUser = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups']
      const session = ['--backend=headless-backend.so', '--xwayland', '--idle-time=0']
      const setpriv = requireProgram('setpriv', 'util-linux')
      requireProgram('Xwayland', 'xwayland')
      const argv = [setpriv, ...asUser, requireProgram('weston', 'weston'), ...session]
      count += 1
      const before = new Set(socketNumbers(socketDir))
      const child = await processes.start({
        name: `weston-${count}`,
        argv: onStage(socketDir, argv),
        environment: { XDG_RUNTIME_DIR: runtimeDir, HOME: runtimeDir },
        stopGraceMs: 2000,
      })
      const display = await waitFor(() => socketNumbers(socketDir).find((number) => !before.has(number)), {
        what: 'weston made the socket of its Xwayland',
      })
      return { display, socketPath: join(socketDir, `X${display}`), authFile: undefined, child }
    },
  }
}

const TRIES = 3

/** Between choosing a number and taking it, a server of another test may have taken it. */
async function onFreeNumber(
  options: StagedOptions,
  start: (options: StagedOptions) => Promise<StagedX>,
): Promise<StagedX> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await start(options)
    } catch (error) {
      if (options.number !== undefined || left === 1) throw error
    }
  }
}

/** A server knows no other folder for its sockets: for it alone this one is there. */
function onStage(socketDir: string, argv: readonly string[]): [string, ...string[]] {
  const mounted = 'mount --bind "$0" /tmp/.X11-unix && exec "$@"'
  return [requireProgram('unshare', 'util-linux'), '--mount', 'sh', '-c', mounted, socketDir, ...argv]
}

const socketNumbers = (socketDir: string): number[] =>
  readdirSync(socketDir).flatMap((name) => (/^X\d+$/.test(name) ? [Number(name.slice(1))] : []))

function accepts(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath)
    socket.once('connect', () => resolve(socket.destroy() !== undefined))
    socket.once('error', () => resolve(false))
  })
}

/** No input device and no card is looked for: it is the server and its command line that count. */
export const dummyConfig = (size: string): string => `
Section "Device"
  Identifier "card"
  Driver "dummy"
  VideoRam 64000
EndSection
Section "Monitor"
  Identifier "monitor"
  HorizSync 5-1000
  VertRefresh 5-200
EndSection
Section "Screen"
  Identifier "screen"
  Device "card"
  Monitor "monitor"
  DefaultDepth 24
  SubSection "Display"
    Depth 24
    Modes "${size}"
  EndSubSection
EndSection
Section "ServerFlags"
  Option "AutoAddDevices" "false"
  Option "AutoAddGPU" "false"
EndSection
`
