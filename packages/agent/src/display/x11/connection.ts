// One client connection to an X server over its unix socket: setup, requests in order, replies matched by number.
// It makes no request of its own and keeps no state beyond the connection.
import { createConnection, type Socket } from 'node:net'
import { decodeSetupReply, encodeSetupRequest, type ServerSetup } from './connection-setup.ts'
import { type Frame, FrameReader } from './frame-reader.ts'
import type { XRequest } from './requests.ts'
import type { XCookie } from './x-cookie.ts'
import { malformed, requestFailed, X11Error } from './x11-error.ts'

export interface X11ConnectOptions {
  readonly socketPath: string
  readonly cookie?: XCookie | undefined
  /** Longest silence of the server while an answer is due. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  /** Connects in another way than as ourselves. Default: as ourselves. */
  readonly dial?: Dial | undefined
}

/** @returns a connected socket; rejects with the system's error */
export type Dial = () => Promise<Socket>

export interface X11Connection {
  readonly setup: ServerSetup
  /**
   * Sends at once; replies come in the order of sending, so several may be under way.
   * @throws X11Error; `request_failed` leaves the connection usable, all else ends it
   */
  send<T>(request: XRequest<T>): Promise<T>
  /** Sends a request that has no reply. If the server refuses it, nobody hears: ask afterwards for what it was to change. */
  post(request: Buffer): void
  /** Idempotent; requests under way fail with `lost`. */
  close(): void
}

/**
 * Connects and authenticates. Aborting the signal closes the connection and rejects all with the signal's reason.
 * @throws X11Error `no_socket | stale_socket | denied | refused | timeout | lost | malformed`
 */
export async function openX11(options: X11ConnectOptions): Promise<X11Connection> {
  options.signal?.throwIfAborted()
  const connection = new SocketConnection(options)
  return connection.open()
}

interface PendingRequest {
  readonly sequence: number
  /** `none`: passed over when something later is answered. */
  readonly answer: 'due' | 'none'
  readonly maxReplyBytes: number
  readonly settle: (frame: Frame) => void
  readonly fail: (error: unknown) => void
}

class SocketConnection {
  readonly #options: X11ConnectOptions
  #socket: Socket | undefined
  readonly #pending: PendingRequest[] = []
  readonly #frames = new FrameReader(
    () => this.#pending.find(({ answer }) => answer === 'due')?.maxReplyBytes ?? 0,
  )
  #setupBytes = Buffer.alloc(0)
  #opening: { resolve: (setup: ServerSetup) => void; reject: (error: unknown) => void } | undefined
  #sequence = 0
  #ended: unknown
  /** Bounds the whole setup: a peer that drips bytes is never silent. */
  #setupTimer: NodeJS.Timeout | undefined
  readonly #onAbort = () => this.#end(this.#options.signal?.reason)

  constructor(options: X11ConnectOptions) {
    this.#options = options
  }

  async open(): Promise<X11Connection> {
    const opened = new Promise<ServerSetup>((resolve, reject) => {
      this.#opening = { resolve, reject }
    })
    this.#setupTimer = setTimeout(() => this.#timeOut(), this.#options.timeoutMs)
    this.#options.signal?.addEventListener('abort', this.#onAbort, { once: true })
    const { dial, socketPath } = this.#options
    if (!dial) this.#begin(createConnection({ path: socketPath }))
    else {
      dial().then(
        (socket) => this.#begin(socket),
        (error: unknown) => this.#end(error instanceof Error ? fromSocketError(error) : error),
      )
    }
    const setup = await opened
    return {
      setup,
      send: (request) => this.#send(request),
      post: (request) => this.#post(request),
      close: () => this.#end(closedByUs()),
    }
  }

  #begin(socket: Socket): void {
    if (this.#ended !== undefined) {
      socket.on('error', () => {}).destroy()
      return
    }
    this.#socket = socket
    socket
      .on('data', (chunk: Buffer) => this.#receive(chunk))
      .on('error', (error) => this.#end(fromSocketError(error)))
      .on('close', () => this.#end(new X11Error('lost', 'The X server closed the connection')))
      .on('timeout', () => this.#timeOut())
    socket.write(encodeSetupRequest(this.#options.cookie))
  }

  #send<T>(request: XRequest<T>): Promise<T> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    const sequence = this.#nextSequence()
    return new Promise<T>((resolve, reject) => {
      this.#pending.push({
        sequence,
        answer: 'due',
        maxReplyBytes: request.maxReplyBytes,
        settle: (frame) => resolve(request.decode(frame.bytes)),
        fail: reject,
      })
      this.#socket?.write(request.bytes)
    })
  }

  #post(request: Buffer): void {
    if (this.#ended !== undefined) return
    const sequence = this.#nextSequence()
    this.#pending.push({ sequence, answer: 'none', maxReplyBytes: 0, settle: () => {}, fail: () => {} })
    this.#socket?.write(request)
  }

  #nextSequence(): number {
    this.#sequence = (this.#sequence + 1) & 0xffff
    return this.#sequence
  }

  #receive(chunk: Buffer): void {
    if (this.#ended !== undefined) return
    try {
      if (this.#opening) this.#receiveSetup(chunk)
      else this.#frames.push(chunk, (frame) => this.#settle(frame))
    } catch (error) {
      this.#end(error)
    }
  }

  #receiveSetup(chunk: Buffer): void {
    this.#setupBytes = Buffer.concat([this.#setupBytes, chunk])
    const reply = decodeSetupReply(this.#setupBytes)
    if (reply.kind === 'incomplete') return
    if (reply.kind !== 'accepted') throw new X11Error('refused', reply.reason)
    const rest = this.#setupBytes.subarray(reply.consumedBytes)
    this.#opening?.resolve(reply.setup)
    this.#opening = undefined
    this.#setupBytes = Buffer.alloc(0)
    clearTimeout(this.#setupTimer)
    this.#socket?.setTimeout(this.#options.timeoutMs)
    this.#frames.push(rest, (frame) => this.#settle(frame))
  }

  #settle(frame: Frame): void {
    if (frame.kind === 'event') return
    while (this.#pending[0]?.answer === 'none' && this.#pending[0].sequence !== frame.sequence) {
      this.#pending.shift()
    }
    const pending = this.#pending.shift()
    if (pending?.sequence !== frame.sequence) {
      if (pending) this.#pending.unshift(pending)
      throw malformed(`answer to request ${frame.sequence}, which is not due`)
    }
    if (frame.kind === 'error') {
      const { bytes } = frame
      pending.fail(requestFailed(bytes.readUInt8(1), bytes.readUInt8(10), bytes.readUInt32LE(4)))
      return
    }
    try {
      pending.settle(frame)
    } catch (error) {
      pending.fail(error)
      throw error
    }
  }

  #timeOut(): void {
    if (!this.#opening && !this.#pending.some(({ answer }) => answer === 'due')) return
    const { timeoutMs } = this.#options
    this.#end(new X11Error('timeout', `The X server was silent for ${timeoutMs} ms`, { afterMs: timeoutMs }))
  }

  #end(error: unknown): void {
    if (this.#ended !== undefined) return
    this.#ended = error ?? closedByUs()
    this.#options.signal?.removeEventListener('abort', this.#onAbort)
    clearTimeout(this.#setupTimer)
    this.#socket?.destroy()
    this.#opening?.reject(this.#ended)
    this.#opening = undefined
    for (const pending of this.#pending.splice(0)) pending.fail(this.#ended)
  }
}

function closedByUs(): X11Error {
  return new X11Error('lost', 'The connection was closed')
}

function fromSocketError(error: NodeJS.ErrnoException): X11Error {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new X11Error('no_socket', 'No socket of this display', { cause: error })
    case 'ECONNREFUSED':
      return new X11Error('stale_socket', 'Nobody listens on the socket of this display', { cause: error })
    case 'EACCES':
    case 'EPERM':
      return new X11Error('denied', 'The socket of this display may not be opened', { cause: error })
    case 'EAGAIN':
      // A full backlog: the server has not accepted anyone for a while.
      return new X11Error('timeout', 'The X server accepts no connection', { afterMs: 0, cause: error })
    default:
      return new X11Error('lost', `The connection failed: ${error.message}`, { cause: error })
  }
}
