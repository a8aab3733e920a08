// Long-running children: started with a log of their own, ready by a condition, ended as a whole tree.
// Remembers exactly what was begun here, so that only that is ended; what each child is, its starter says.
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProcessRecord } from './process-record.ts'
import { descendantsOf, isAlive, type ProcessRow, readProcess, readProcesses } from './process-table.ts'
import { TrialError } from './trial-error.ts'
import { WaitTimedOut, waitUntil } from './wait-until.ts'

export interface ChildSpec {
  /** Kebab-case; names the log file. */
  readonly name: string
  readonly argv: readonly [string, ...string[]]
  readonly cwd?: string
  /** Added to the inherited environment. */
  readonly environment?: Readonly<Record<string, string>>
  /** Asked until it says true, the child ends or the time is over. Without it the child is ready once spawned. */
  readonly ready?: () => Promise<boolean> | boolean
  readonly readyTimeoutMs?: number
  /** Between SIGTERM and SIGKILL. */
  readonly stopGraceMs?: number
}

export interface RunningChild {
  readonly name: string
  readonly pid: number
  readonly logPath: string
  /** Settles when the child itself has ended, however. */
  readonly ended: Promise<ChildEnd>
  isRunning(): boolean
  /** SIGTERM, after the grace SIGKILL, then whatever is left of its tree. Safe to call twice. */
  stop(): Promise<void>
  /** SIGKILL to the child alone, as a crash would be; its own children are left to themselves. */
  kill(): Promise<void>
}

export interface ChildEnd {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
}

export interface ProcessesOptions {
  readonly logFolder: string
  /** Where the begun processes are written down for a later start; leave out where none follows. */
  readonly record?: ProcessRecord
}

const READY_TIMEOUT_MS = 30_000
const STOP_GRACE_MS = 10_000
const KILLED_WITHIN_MS = 5000

/** The children of one start. Stops them in the reverse order of their beginning. */
export class Processes {
  readonly #options: ProcessesOptions
  readonly #children: RunningChild[] = []
  /** Children between their spawn and their place in the list. */
  readonly #spawning = new Set<Promise<unknown>>()
  #isClosed = false

  constructor(options: ProcessesOptions) {
    this.#options = options
  }

  /** The children begun here that still run, oldest first. */
  running(): readonly RunningChild[] {
    return this.#children.filter((child) => child.isRunning())
  }

  /** Starts a child and waits until it is ready. One that does not get there is ended; throws TRIAL_PROCESS_NOT_READY. */
  async start(spec: ChildSpec): Promise<RunningChild> {
    if (this.#isClosed) throw notReady(spec, this.#options.logFolder, 'everything is being stopped')
    const spawning = spawnChild(spec, this.#options).then((child) => {
      this.#children.push(child)
      return child
    })
    this.#spawning.add(spawning)
    const child = await spawning.finally(() => this.#spawning.delete(spawning))
    try {
      await untilReady(child, spec)
    } catch (error) {
      await child.stop()
      throw error
    }
    return child
  }

  /** Ends everything begun here, and what is just being begun; nothing starts afterwards. One that cannot be ended does not keep the others; its error is thrown at the end. */
  async stopAll(): Promise<void> {
    this.#isClosed = true
    await Promise.allSettled(this.#spawning)
    const errors: unknown[] = []
    for (const child of this.#children.toReversed()) {
      await child.stop().catch((error: unknown) => errors.push(error))
    }
    if (errors.length > 0) throw errors[0]
  }
}

async function spawnChild(spec: ChildSpec, options: ProcessesOptions): Promise<RunningChild> {
  mkdirSync(options.logFolder, { recursive: true })
  const logPath = join(options.logFolder, `${spec.name}.log`)
  const log = openSync(logPath, 'a', 0o640)
  const [program, ...args] = spec.argv
  // Its own session: Ctrl-C on the terminal reaches only us, and we end the children in order.
  const child = spawn(program, args, {
    cwd: spec.cwd,
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, ...spec.environment },
  })
  closeSync(log)
  const ended = new Promise<ChildEnd>((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }))
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error) => reject(notReady(spec, logPath, error.message, error)))
  })
  return track(child, spec, { logPath, ended, record: options.record })
}

interface Tracked {
  readonly logPath: string
  readonly ended: Promise<ChildEnd>
  readonly record: ProcessRecord | undefined
}

function track(child: ChildProcess, spec: ChildSpec, { logPath, ended, record }: Tracked): RunningChild {
  const pid = child.pid ?? 0
  const row = readProcess(pid)
  if (row) record?.add({ name: spec.name, pid, startTicks: row.startTicks })
  const isRunning = () => child.exitCode === null && child.signalCode === null
  let stopping: Promise<void> | undefined
  const stop = async () => {
    if (row) await endTree(row, spec.stopGraceMs ?? STOP_GRACE_MS)
    if (isRunning()) await ended
    record?.remove(pid)
  }
  return {
    name: spec.name,
    pid,
    logPath,
    ended,
    isRunning,
    stop: () => (stopping ??= stop()),
    async kill() {
      child.kill('SIGKILL')
      await ended
      record?.remove(pid)
    },
  }
}

async function untilReady(child: RunningChild, spec: ChildSpec): Promise<void> {
  const { ready } = spec
  if (!ready) return
  const timeoutMs = spec.readyTimeoutMs ?? READY_TIMEOUT_MS
  const check = async () => {
    if (!child.isRunning()) throw notReady(spec, child.logPath, await describeEnd(child))
    return ready()
  }
  try {
    await waitUntil(check, { what: `${spec.name} is ready`, timeoutMs })
  } catch (error) {
    if (!(error instanceof WaitTimedOut)) throw error
    throw notReady(spec, child.logPath, `not ready after ${timeoutMs / 1000} s`, error)
  }
}

async function describeEnd(child: RunningChild): Promise<string> {
  const { exitCode, signal } = await child.ended
  const last = readFileSync(child.logPath, 'utf8').trimEnd().split('\n').slice(-3).join(' | ')
  return `ended with ${exitCode ?? signal}: ${last}`
}

function notReady(spec: ChildSpec, logPath: string, reason: string, cause?: unknown): TrialError {
  return new TrialError(
    'TRIAL_PROCESS_NOT_READY',
    {
      ko: `${spec.name} 프로세스를 시작하지 못했습니다: ${reason}`,
      en: `${spec.name} did not start: ${reason}`,
    },
    { ko: `기록을 확인하세요: ${logPath}`, en: `Look at its log: ${logPath}` },
    { cause },
  )
}

/**
 * Ends a process and everything below it. The tree is noted before the signal, since afterwards the orphans
 * hang on another parent; only processes that were in it, by pid and start time, are touched.
 */
export async function endTree(root: Pick<ProcessRow, 'pid' | 'startTicks'>, graceMs: number): Promise<void> {
  if (!isAlive(root)) return
  const tree = () => descendantsOf(root.pid, readProcesses())
  const known = new Map(tree().map((row) => [row.pid, row]))
  signalIfAlive(root, 'SIGTERM')
  const gone = await waitUntil(
    () => {
      for (const row of tree()) known.set(row.pid, row)
      return !isAlive(root)
    },
    { what: `process ${root.pid} ends`, timeoutMs: graceMs },
  ).catch(() => false)
  if (!gone) signalIfAlive(root, 'SIGKILL')
  for (const row of known.values()) signalIfAlive(row, 'SIGKILL')
  const all = [root, ...known.values()]
  await waitUntil(() => !all.some(isAlive), {
    what: `process ${root.pid} and its ${known.size} descendants are gone`,
    timeoutMs: KILLED_WITHIN_MS,
  })
}

function signalIfAlive(row: Pick<ProcessRow, 'pid' | 'startTicks'>, signal: NodeJS.Signals): void {
  if (!isAlive(row)) return
  try {
    process.kill(row.pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
