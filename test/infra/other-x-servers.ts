// X servers beside Xvfb, each for one test: Xorg with the dummy driver, Xephyr within another screen, and the rootless
// Xwayland of a headless Weston.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeAuthFile } from '@bongsu/trial'
import { requireProgram } from './programs.ts'
import { accepts, freeNumber } from './restartable-x.ts'
import { type Cleanup, tempDir } from './temp-dir.ts'
import { waitFor } from './wait-for.ts'

export interface OtherXServer {
  readonly display: number
  /** `:N` */
  readonly displayName: string
  readonly authFile: string
}

const DUMMY_CONFIG = `
Section "ServerFlags"
  Option "AutoAddDevices" "false"
EndSection
Section "Device"
  Identifier "card"
  Driver "dummy"
  VideoRam 65536
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
    Modes "1280x1024"
  EndSubSection
EndSection
`

/** Output DUMMY0 is lit; `xrandr` can light others. */
export async function startXorgDummy(cleanup: Cleanup): Promise<OtherXServer> {
  const program = requireProgram('Xorg', 'xserver-xorg-core')
  const folder = tempDir(cleanup, 'xorg')
  const config = join(folder, 'xorg.conf')
  writeFileSync(config, DUMMY_CONFIG)
  return startServer(cleanup, {
    argv: [program, '-config', config, '-logfile', join(folder, 'log'), '-noreset', '-nolisten', 'tcp'],
    folder,
    environment: process.env,
  })
}

/** A screen in a window of another screen. */
export async function startXephyr(cleanup: Cleanup, outer: OtherXServer): Promise<OtherXServer> {
  const program = requireProgram('Xephyr', 'xserver-xephyr')
  return startServer(cleanup, {
    argv: [program, '-screen', '640x480', '-noreset', '-nolisten', 'tcp'],
    folder: tempDir(cleanup, 'xephyr'),
    environment: { ...process.env, DISPLAY: outer.displayName, XAUTHORITY: outer.authFile },
  })
}

interface ServerStart {
  readonly argv: readonly [string, ...string[]]
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
}

async function startServer(
  cleanup: Cleanup,
  { argv: [program, ...args], folder, environment }: ServerStart,
): Promise<OtherXServer> {
  const display = freeNumber()
  const authFile = join(folder, 'Xauthority')
  writeFileSync(authFile, encodeAuthFile(display, randomBytes(16)), { mode: 0o600 })
  const child = spawn(program, [`:${display}`, '-auth', authFile, ...args], {
    stdio: 'ignore',
    env: environment,
  })
  cleanup.after(() => ended(child))
  await waitFor(() => accepts(display), { what: `${program} :${display}`, until: Boolean })
  return { display, displayName: `:${display}`, authFile }
}

/** Its Xwayland starts with the first client, and lets in whoever has the uid of this process, without a cookie. */
export async function startWeston(cleanup: Cleanup): Promise<OtherXServer> {
  const program = requireProgram('weston', 'weston')
  requireProgram('Xwayland', 'xwayland')
  const folder = tempDir(cleanup, 'weston')
  const runtimeDir = join(folder, 'run')
  mkdirSync(runtimeDir, { mode: 0o700 })
  const config = join(folder, 'weston.ini')
  writeFileSync(config, '[core]\nidle-time=0\n[shell]\npanel-position=none\n')
  const authFile = join(folder, 'Xauthority')
  writeFileSync(authFile, '', { mode: 0o600 })
  const before = displays()
  const args = ['--backend=headless-backend.so', '--xwayland', '--socket=bongsu-test', `--config=${config}`]
  const child = spawn(program, [...args, '--width=1024', '--height=768'], {
    stdio: 'ignore',
    env: { PATH: process.env.PATH, HOME: folder, XDG_RUNTIME_DIR: runtimeDir },
  })
  cleanup.after(() => ended(child))
  const display = await waitFor(() => lockedBy(child.pid ?? 0, before), { what: 'the display of weston' })
  return { display, displayName: `:${display}`, authFile }
}

const displays = (): Set<string> =>
  new Set(readdirSync('/tmp/.X11-unix').filter((name) => /^X\d+$/.test(name)))

/** The display whose lock names this process: others may come meanwhile. */
async function lockedBy(pid: number, before: ReadonlySet<string>): Promise<number | undefined> {
  for (const name of displays()) {
    if (before.has(name)) continue
    const text = await readFile(`/tmp/.${name}-lock`, 'latin1').catch(() => '')
    if (Number(text) === pid) return Number(name.slice(1))
  }
  return undefined
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill()
  await gone
}
