// Set-up step: a display. Where the machine has none, an Xvfb with a cookie of its own stands in for it.
// Finding and proving the display a launch uses is the agent's business; here only: is there one at all.
import { randomBytes, randomInt } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { basename, join } from 'node:path'
import { findProgram } from '../command.ts'
import type { Processes, RunningChild } from '../processes.ts'
import { TrialError } from '../trial-error.ts'
import type { ProgramNeed } from './apt-packages.ts'
import type { Step } from './step.ts'

export const virtualDisplayNeeds: readonly ProgramNeed[] = [{ package: 'xvfb', anyOf: ['Xvfb'] }]

const SOCKET_FOLDER = '/tmp/.X11-unix'
/** Greeters and nested servers number their displays from here on. */
const FIRST_GREETER_DISPLAY = 1024
const FIRST_VIRTUAL_DISPLAY = 90

export interface DisplaySocket {
  readonly display: number
  /** Somebody accepts connections on it. */
  readonly isAlive: boolean
}

/**
 * The lowest display that a person can look at, or undefined.
 * An Xvfb is none. A live socket without any server process is one: Xwayland starts at its first client.
 */
export function attachedDisplay(
  sockets: readonly DisplaySocket[],
  commandLines: readonly (readonly string[])[],
): number | undefined {
  const virtual = new Set(
    commandLines
      .filter(([program]) => program !== undefined && basename(program) === 'Xvfb')
      .flatMap((argv) => argv.slice(1).find((word) => /^:\d+$/.test(word)) ?? [])
      .map((word) => Number(word.slice(1))),
  )
  return sockets
    .filter(({ display, isAlive }) => isAlive && display < FIRST_GREETER_DISPLAY && !virtual.has(display))
    .map(({ display }) => display)
    .sort((a, b) => a - b)[0]
}

/** Looks at this machine; see {@link attachedDisplay}. */
export async function findAttachedDisplay(): Promise<number | undefined> {
  const numbers = displayNumbers()
  const sockets = await Promise.all(
    numbers.map(async (display) => ({ display, isAlive: await acceptsClients(display) })),
  )
  return attachedDisplay(sockets, commandLines())
}

function displayNumbers(): number[] {
  if (!existsSync(SOCKET_FOLDER)) return []
  return readdirSync(SOCKET_FOLDER).flatMap((name) => (/^X\d+$/.test(name) ? [Number(name.slice(1))] : []))
}

function commandLines(): string[][] {
  const read = (pid: string): string[][] => {
    try {
      return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')]
    } catch {
      // Ended since the folder was read.
      return []
    }
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(read)
}

/** Whether an X server accepts connections on this display; says nothing about cookies. */
export function acceptsClients(display: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(join(SOCKET_FOLDER, `X${display}`))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    // EACCES: alive, but of another user.
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EACCES'))
  })
}

/**
 * An Xauthority file of one MIT-MAGIC-COOKIE-1 entry, family wild: valid whatever the client's host name is.
 * Layout: Xau library, five fields in big endian, each text with its length before it.
 */
export function encodeAuthFile(display: number, cookie: Buffer): Buffer {
  const counted = (bytes: Buffer) => {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(bytes.length)
    return Buffer.concat([length, bytes])
  }
  const text = (value: string) => counted(Buffer.from(value, 'latin1'))
  const wild = Buffer.from([0xff, 0xff])
  return Buffer.concat([wild, text(''), text(String(display)), text('MIT-MAGIC-COOKIE-1'), counted(cookie)])
}

export interface VirtualDisplay {
  readonly display: number
  readonly authFile: string
  readonly child: RunningChild
}

export interface VirtualDisplayOptions {
  readonly processes: Processes
  /** Gets the cookie file. */
  readonly folder: string
  /** `WIDTHxHEIGHTxDEPTH`. */
  readonly screen?: string
}

const ATTEMPTS = 10

/** Starts an Xvfb on a free number from 90 on. Throws TRIAL_NO_FREE_DISPLAY after several numbers failed. */
export async function startVirtualDisplay(options: VirtualDisplayOptions): Promise<VirtualDisplay> {
  let lastError: unknown
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const display = randomInt(FIRST_VIRTUAL_DISPLAY, FIRST_GREETER_DISPLAY)
    if (existsSync(join(SOCKET_FOLDER, `X${display}`)) || existsSync(`/tmp/.X${display}-lock`)) continue
    try {
      return await startOn(display, options)
    } catch (error) {
      // Another start may have taken the number in between.
      lastError = error
    }
  }
  throw new TrialError(
    'TRIAL_NO_FREE_DISPLAY',
    { ko: '가상 디스플레이(Xvfb)를 시작하지 못했습니다', en: 'No virtual display (Xvfb) could be started' },
    {
      ko: 'apt-get install xvfb 와 /tmp/.X11-unix 폴더의 권한(1777)을 확인하세요.',
      en: 'Check apt-get install xvfb and that /tmp/.X11-unix has mode 1777.',
    },
    { cause: lastError },
  )
}

async function startOn(
  display: number,
  { processes, folder, screen }: VirtualDisplayOptions,
): Promise<VirtualDisplay> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const authFile = join(folder, `Xauthority-${display}`)
  // Before the server: one that finds the file missing or empty lets every local user in.
  writeFileSync(authFile, encodeAuthFile(display, randomBytes(16)), { mode: 0o600 })
  const child = await processes.start({
    name: `xvfb-${display}`,
    argv: [
      findProgram('Xvfb') ?? 'Xvfb',
      ...[
        `:${display}`,
        '-screen',
        '0',
        screen ?? '1280x720x24',
        '-auth',
        authFile,
        '-nolisten',
        'tcp',
        '-noreset',
      ],
    ],
    ready: () => servesWith(authFile, display) && acceptsClients(display),
    readyTimeoutMs: 15_000,
  })
  return { display, authFile, child }
}

/** Whether the server on this number is the one we started: its lock names a process that reads our cookie file. */
function servesWith(authFile: string, display: number): boolean {
  try {
    const pid = readFileSync(`/tmp/.X${display}-lock`, 'utf8').trim()
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(authFile)
  } catch {
    return false
  }
}

/** The display of a trial: the machine's own, or the one this start made. */
export interface TrialDisplay {
  readonly display: number
  /** Only for the one that was made here; the agent finds the cookie of the machine's own. */
  readonly virtual?: VirtualDisplay
}

export interface DisplayStep extends Step {
  /** Undefined until the step has run or was skipped. */
  result(): TrialDisplay | undefined
}

export function displayStep(options: VirtualDisplayOptions): DisplayStep {
  let result: TrialDisplay | undefined
  return {
    name: { ko: '디스플레이', en: 'Display' },
    async check() {
      const display = result?.display ?? (await findAttachedDisplay())
      if (display === undefined) {
        return { state: 'missing', detail: { ko: '가상 디스플레이 시작 중', en: 'starting a virtual one' } }
      }
      result ??= { display }
      return { state: 'done', detail: { ko: `:${display} 사용`, en: `using :${display}` } }
    },
    async run() {
      const virtual = await startVirtualDisplay(options)
      result = { display: virtual.display, virtual }
      const name = `Xvfb :${virtual.display}`
      return { ko: `모니터가 없어 ${name} 시작함`, en: `no monitor, so started ${name}` }
    },
    manualCommands: () => [],
    result: () => result,
  }
}
