// The X server that belongs to the agent: started when the device has no other, or when it is told to; outlives the
// agent, and is taken up again by the next one. It is ended only on purpose.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  accessSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, join } from 'node:path'
import {
  type Backoff,
  type Clock,
  CodedError,
  createBackoff,
  type Logger,
  messageOf,
} from '@bongsu/foundation'
import { readLockPid, X11_SOCKET_DIR } from '../display/display-sockets.ts'
import { orUndefined } from '../display/or-undefined.ts'
import { probeDisplay } from '../display/probe.ts'
import { encodeAuthFile, wildEntry } from '../display/x11/auth-file.ts'
import { XCookie } from '../display/x11/x-cookie.ts'
import { freeDisplayNumber } from './display-number.ts'
import {
  asUnit,
  chooseServer,
  firstNumberFor,
  type OwnedServerKind,
  type ServerWish,
  serverCommand,
} from './server-command.ts'
import {
  isStillRunning,
  readServerRecord,
  type ServerRecord,
  startTicksOf,
  writeServerRecord,
} from './server-record.ts'

export interface OwnedDisplayOptions {
  readonly clock: Clock
  readonly log: Logger
  /** The agent's directory for run-time state; the server's files lie in `display/` below it. */
  readonly runDir: string
  readonly widthPixels?: number | undefined
  readonly heightPixels?: number | undefined
  readonly xorgConfig?: string | undefined
  readonly terminal?: ServerWish['terminal']
  /** Where to look for servers and cards; injected for tests. */
  readonly searchPath?: string | undefined
  readonly cardDir?: string | undefined
  readonly serviceManager?: 'systemd' | 'none' | undefined
}

export type OwnedServer = Pick<ServerRecord, 'number' | 'kind' | 'authFile'>

export interface OwnedDisplay {
  /**
   * The server, started if it does not run; undefined while a failed start is not to be repeated yet.
   * @throws CodedError AGENT_OWNED_DISPLAY_FAILED with what the server said
   */
  ensure(): Promise<OwnedServer | undefined>
  /** The server if it runs. */
  running(): Promise<OwnedServer | undefined>
  /** Ends it. Idempotent. */
  end(): Promise<void>
}

const START_TIMEOUT_MS = 15_000
/** Another number will do when it takes longer. */
const PREDECESSOR_MS = 2000
const LOOK_INTERVAL_MS = 50

export const createOwnedDisplay = (options: OwnedDisplayOptions): OwnedDisplay => new StartedDisplay(options)

class StartedDisplay implements OwnedDisplay {
  readonly #options: OwnedDisplayOptions
  readonly #folder: string
  readonly #backoff: Backoff
  #notBeforeMs = 0
  #starting: Promise<OwnedServer | undefined> | undefined

  constructor(options: OwnedDisplayOptions) {
    this.#options = options
    this.#folder = join(options.runDir, 'display')
    this.#backoff = createBackoff({ firstMs: 2000, maximumMs: 60_000, random: () => 0.999 })
  }

  async running(): Promise<OwnedServer | undefined> {
    const record = readServerRecord(this.#folder)
    return record && isStillRunning(record) ? record : undefined
  }

  ensure(): Promise<OwnedServer | undefined> {
    this.#starting ??= this.#ensure().finally(() => {
      this.#starting = undefined
    })
    return this.#starting
  }

  async #ensure(): Promise<OwnedServer | undefined> {
    const { clock, log } = this.#options
    const adopted = await this.running()
    if (adopted) {
      this.#backoff.reset()
      return adopted
    }
    if (clock.monotonicMs() < this.#notBeforeMs) return undefined
    // A server that dies at once must not be started in a tight loop; one that lived is found running above.
    this.#notBeforeMs = clock.monotonicMs() + this.#backoff.nextDelayMs()
    const server = await this.#start()
    log.info({ display: `:${server.number}`, server: server.kind }, 'display of our own started')
    return server
  }

  async end(): Promise<void> {
    const record = readServerRecord(this.#folder)
    if (!record || !isStillRunning(record)) return
    process.kill(record.pid, 'SIGTERM')
    await this.#until(async () => !isStillRunning(record), 'the server to end')
  }

  async #start(): Promise<ServerRecord> {
    const { widthPixels = 1920, heightPixels = 1080, serviceManager = 'none' } = this.#options
    const { xorgConfig, terminal } = this.#options
    const found = this.#find()
    await this.#predecessorGone()
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    const number = await freeDisplayNumber(X11_SOCKET_DIR, firstNumberFor(found.kind))
    const authFile = join(this.#folder, 'Xauthority')
    const cookie = writeCookie(authFile, number)
    const command = serverCommand({
      ...found,
      number,
      authFile,
      widthPixels,
      heightPixels,
      xorgConfig,
      terminal,
    })
    const [program = '', ...args] = asUnit(command, serviceManager)
    const logPath = join(this.#folder, 'server.log')
    const output = openSync(logPath, 'w', 0o600)
    const child = spawn(program, args, { detached: true, stdio: ['ignore', output, output], cwd: '/' })
    closeSync(output)
    let failure: string | undefined
    child.once('error', (error) => (failure = messageOf(error)))
    child.once('exit', (code, signal) => {
      // `systemd-run` itself ends when the unit runs.
      if (serviceManager === 'none' || code !== 0) failure ??= `ended with ${code ?? signal}`
    })
    child.unref()
    const socketPath = join(X11_SOCKET_DIR, `X${number}`)
    try {
      await this.#until(async () => {
        if (failure !== undefined) throw new Error(failure)
        return (await probeDisplay({ socketPath, cookie, timeoutMs: 1000 })).kind === 'ready'
      }, 'the server to answer')
      return this.#record({ number, kind: found.kind, authFile })
    } catch (cause) {
      throw startFailed(found.kind, logPath, cause)
    }
  }

  /** One that is just ending still holds its number for a moment, which programs on it would have to change. */
  async #predecessorGone(): Promise<void> {
    const record = readServerRecord(this.#folder)
    if (!record || readLockPid('/tmp', record.number) !== record.pid) return
    const socketPath = join(X11_SOCKET_DIR, `X${record.number}`)
    const isGone = async () =>
      startTicksOf(record.pid) !== record.startTicks &&
      (await probeDisplay({ socketPath, timeoutMs: 1000 })).kind === 'stale_socket'
    await this.#until(isGone, 'the server before to end', PREDECESSOR_MS).catch(() => undefined)
  }

  #record(server: OwnedServer): ServerRecord {
    const pid = readLockPid('/tmp', server.number)
    const startTicks = pid === undefined ? undefined : startTicksOf(pid)
    if (pid === undefined || startTicks === undefined) throw new Error('the server left no lock')
    const record = { pid, startTicks, ...server }
    writeServerRecord(this.#folder, record)
    return record
  }

  #find(): { readonly kind: OwnedServerKind; readonly program: string } {
    const { searchPath = '/usr/local/bin:/usr/bin:/bin', cardDir = '/dev/dri' } = this.#options
    const cards = (orUndefined(() => readdirSync(cardDir)) ?? []).filter((name) => /^card\d+$/.test(name))
    const find = (name: string) =>
      searchPath
        .split(delimiter)
        .map((folder) => join(folder, name))
        .find(isExecutable)
    const chosen = chooseServer({ hasCard: cards.length > 0, xorg: find('Xorg'), xvfb: find('Xvfb') })
    if (chosen) return chosen
    throw new CodedError('AGENT_OWNED_DISPLAY_ABSENT')
  }

  async #until(isSo: () => Promise<boolean>, what: string, timeoutMs = START_TIMEOUT_MS): Promise<void> {
    const { clock } = this.#options
    const startMs = clock.monotonicMs()
    while (!(await isSo())) {
      if (clock.monotonicMs() - startMs > timeoutMs) throw new Error(`waited in vain for ${what}`)
      await clock.sleep(LOOK_INTERVAL_MS)
    }
  }
}

/** Before the server: one that finds the file missing or empty lets every local user in. */
function writeCookie(path: string, number: number): XCookie {
  const cookie = new XCookie(randomBytes(16))
  const temporary = `${path}.new`
  writeFileSync(temporary, encodeAuthFile([wildEntry(number, cookie)]), { mode: 0o600 })
  renameSync(temporary, path)
  return cookie
}

function startFailed(kind: OwnedServerKind, logPath: string, cause: unknown): CodedError {
  const log = orUndefined(() => readFileSync(logPath, 'utf8')) ?? ''
  const quote = log.trim().split('\n').slice(-3).join(' ').slice(0, 500)
  const parameters = { server: kind === 'xorg' ? 'Xorg' : 'Xvfb', message: messageOf(cause).slice(0, 200) }
  return new CodedError('AGENT_OWNED_DISPLAY_FAILED', { parameters, ...(quote && { quote }), cause })
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
