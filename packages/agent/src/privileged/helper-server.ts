// The root helper's end of its socket: whoever may open the socket may ask, one line at a time, and only in the vocabulary.
// Anything else ends the connection with the reason. It decides nothing itself.
import { chmodSync, chownSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { CodedError, isCodedError, type Logger, messageOf, systemErrorCode } from '@bongsu/foundation'
import { answerRequest } from './answer-request.ts'
import { LineReader } from './line-reader.ts'
import type { Privileges } from './privileges.ts'
import {
  encodeLine,
  type HelperFailure,
  type HelperRequest,
  MAX_REQUEST_BYTES,
  parseRequest,
} from './vocabulary.ts'

export interface HelperServerOptions {
  readonly socketPath: string
  /** Members of this group may ask, and nobody else but root. */
  readonly gid: number
  readonly privileges: Privileges
  readonly log: Logger
}

const MAX_CONNECTIONS = 64

/** @throws CodedError AGENT_HELPER_NOT_STARTED, where another one listens or the socket cannot be made */
export async function startHelperServer(options: HelperServerOptions): Promise<{ stop(): void }> {
  const { socketPath, gid } = options
  const connections = new Set<Socket>()
  const server = createServer((socket) => {
    if (connections.size >= MAX_CONNECTIONS) {
      socket.destroy()
      return
    }
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
    new Conversation(socket, options).begin()
  })
  try {
    if (await answers(socketPath)) throw new Error(`another helper listens on ${socketPath}`)
    rmSync(socketPath, { force: true })
    await listen(server, socketPath)
    chownSync(socketPath, process.geteuid?.() ?? 0, gid)
    chmodSync(socketPath, 0o660)
  } catch (cause) {
    server.close()
    throw new CodedError('AGENT_HELPER_NOT_STARTED', { parameters: { message: messageOf(cause) }, cause })
  }
  return {
    stop() {
      server.close()
      for (const socket of connections) socket.destroy()
    },
  }
}

/** Nobody may connect before the socket has its group. */
function listen(server: Server, socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const before = process.umask(0o177)
    try {
      server.once('error', reject).listen(socketPath, resolve)
    } finally {
      process.umask(before)
    }
  })
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ path: socketPath })
    socket.once('connect', () => resolve(socket.destroy() !== undefined))
    socket.once('error', () => resolve(false))
  })
}

class Conversation {
  readonly #socket: Socket
  readonly #options: HelperServerOptions
  readonly #lines = new LineReader(MAX_REQUEST_BYTES)
  readonly #waiting: string[] = []
  #isBusy = false
  readonly #onData = (chunk: Buffer) => this.#receive(chunk)

  constructor(socket: Socket, options: HelperServerOptions) {
    this.#socket = socket
    this.#options = options
  }

  begin(): void {
    this.#socket.on('error', () => this.#socket.destroy())
    this.#socket.on('data', this.#onData)
  }

  #receive(chunk: Buffer): void {
    try {
      this.#waiting.push(...this.#lines.push(chunk))
    } catch (error) {
      this.#endWith(messageOf(error))
      return
    }
    // Whoever asks faster than we answer waits: what has arrived is all that is kept.
    this.#socket.pause()
    if (!this.#isBusy) void this.#work()
  }

  /** One after the other, in the order of asking. */
  async #work(): Promise<void> {
    this.#isBusy = true
    for (let line = this.#waiting.shift(); line !== undefined; line = this.#waiting.shift()) {
      const request = parseRequest(line)
      if (!request) {
        this.#endWith('not a request of the vocabulary')
        return
      }
      const isOver = request.op === 'connect' ? await this.#connect(request) : await this.#answer(request)
      if (isOver || this.#socket.destroyed) return
    }
    this.#isBusy = false
    this.#socket.resume()
  }

  async #answer(request: Exclude<HelperRequest, { op: 'connect' }>): Promise<boolean> {
    try {
      const result = await answerRequest(request, this.#options.privileges)
      this.#socket.write(encodeLine({ id: request.id, result }))
    } catch (error) {
      this.#refuse(request, error)
    }
    return false
  }

  /** @returns whether the connection is the display's from now on, and no request can follow */
  async #connect({ id, op, displayNumber, uid, gid }: Extract<HelperRequest, { op: 'connect' }>) {
    try {
      if (this.#waiting.length > 0 || this.#lines.pendingBytes > 0) {
        this.#endWith('bytes before the display was connected')
        return true
      }
      const dial = this.#options.privileges.dialAs(displayNumber, { uid, gid }, 'identity')
      if (!dial) throw new Error('not root')
      const display = await dial()
      if (this.#socket.destroyed) {
        display.destroy()
        return true
      }
      this.#socket.off('data', this.#onData)
      this.#socket.write(encodeLine({ id, result: {} }))
      join(this.#socket, display)
      return true
    } catch (error) {
      this.#refuse({ id, op }, error)
      return false
    }
  }

  #refuse({ id, op }: Pick<HelperRequest, 'id' | 'op'>, error: unknown): void {
    const failure = toFailure(error)
    this.#options.log.debug({ op, code: failure.code }, 'refused')
    this.#socket.write(encodeLine({ id, failure }))
  }

  #endWith(problem: string): void {
    this.#options.log.warn({ problem }, 'a request that is none: connection ended')
    this.#waiting.length = 0
    this.#socket.off('data', this.#onData)
    const failure = { code: 'AGENT_HELPER_PROTOCOL', message: problem, parameters: { problem } }
    this.#socket.end(encodeLine({ failure }), () => this.#socket.destroy())
  }
}

function join(asker: Socket, display: Socket): void {
  for (const [one, other] of [
    [asker, display],
    [display, asker],
  ] as const) {
    one.on('error', () => other.destroy())
    one.on('close', () => other.destroy())
    one.pipe(other)
  }
}

function toFailure(error: unknown): HelperFailure {
  const message = messageOf(error).slice(0, 500)
  if (!isCodedError(error)) return { code: systemErrorCode(error) ?? 'INTERNAL', message }
  const { parameters, quote } = error.toReason()
  const shortened = Object.entries(parameters ?? {}).map(
    ([name, value]) => [name, typeof value === 'string' ? value.slice(0, 500) : value] as const,
  )
  return {
    code: error.code,
    message,
    ...(parameters && { parameters: Object.fromEntries(shortened) }),
    ...(quote !== undefined && { quote }),
  }
}
