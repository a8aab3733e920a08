// Many byte streams over one message link, each with its own credit, none able to delay the others or a control message.
// Invariants: per stream never more unread bytes than its window; per link never more on the way than the delay window;
// bytes of a stream arrive complete and in order or the stream is reset; a broken rule ends the session, not the process.
import { createDelayWindow, type DelayWindow } from './delay-window.ts'
import { decodeFrame, encodeFrame, MAX_CHUNK_BYTES, type StreamFrame, type StreamOpening } from './frame.ts'
import { createIncomingStream, type IncomingStream, type ReceivingStream } from './incoming-stream.ts'
import { createOutgoingStream, type OutgoingStream, type SendingStream } from './outgoing-stream.ts'

/** Unread bytes a receiver holds for one stream at most. */
export const STREAM_WINDOW_BYTES = 256 * 1024

/** Streams open at once in one direction. */
export const MAX_STREAMS = 64

export interface MultiplexerOptions {
  /** Numbers its own streams: the agent odd, the hub even, so that both may open at once. */
  readonly side: 'agent' | 'hub'
  /** Hands one binary message to the link. */
  readonly send: (frame: Uint8Array) => void
  /** Milliseconds, never jumping. */
  readonly nowMs: () => number
  /** A stream the other side opened; its bytes wait until they are read. */
  readonly onStream: (stream: IncomingStream) => void
  /** The other side broke a rule: the caller ends the session with `PROTOCOL_BAD_STREAM_FRAME`. */
  readonly onFault: (problem: string) => void
}

export interface Multiplexer {
  /** @throws Error when too many streams are open or the link has ended */
  open(opening: StreamOpening): OutgoingStream
  /** One binary message of the other side. */
  receive(message: Uint8Array): void
  /** The link has ended: every open stream ends with this code. */
  end(code: string): void
}

export const createMultiplexer = (options: MultiplexerOptions): Multiplexer => new LinkMultiplexer(options)

class LinkMultiplexer implements Multiplexer {
  readonly #options: MultiplexerOptions
  readonly #outgoing = new Map<number, SendingStream>()
  readonly #incoming = new Map<number, ReceivingStream>()
  readonly #window: DelayWindow
  #nextId: number
  #newestIncoming = 0
  #endCode: string | undefined

  constructor(options: MultiplexerOptions) {
    this.#options = options
    this.#window = createDelayWindow(options)
    this.#nextId = options.side === 'agent' ? 1 : 2
  }

  open(opening: StreamOpening): OutgoingStream {
    if (this.#endCode !== undefined) throw new Error(`the link has ended: ${this.#endCode}`)
    if (this.#outgoing.size >= MAX_STREAMS) throw new Error(`more than ${MAX_STREAMS} streams`)
    const id = this.#nextId
    this.#nextId += 2
    const stream = createOutgoingStream({
      creditBytes: STREAM_WINDOW_BYTES,
      onReady: () => this.#pump(),
      onAbort: (code) => {
        if (this.#outgoing.delete(id)) this.#send({ kind: 'reset', streamId: id, code })
      },
    })
    this.#outgoing.set(id, stream)
    this.#send({ kind: 'open', streamId: id, detail: opening })
    return stream
  }

  receive(message: Uint8Array): void {
    if (this.#endCode !== undefined) return
    const decoded = decodeFrame(message)
    const problem = decoded.ok ? this.#handle(decoded.frame) : decoded.problem
    if (problem === undefined) return
    this.end('PROTOCOL_BAD_STREAM_FRAME')
    this.#options.onFault(problem)
  }

  end(code: string): void {
    if (this.#endCode !== undefined) return
    this.#endCode = code
    for (const stream of [...this.#incoming.values(), ...this.#outgoing.values()]) stream.fail(code)
    this.#incoming.clear()
    this.#outgoing.clear()
  }

  #send(frame: StreamFrame): void {
    if (this.#endCode === undefined) this.#options.send(encodeFrame(frame))
  }

  #isTheirs(id: number): boolean {
    return id % 2 === (this.#options.side === 'agent' ? 0 : 1)
  }

  /** Open now or ended: frames on the way when a stream ends here are late, not wrong. */
  #hasBeenOpen(id: number): boolean {
    return this.#isTheirs(id) ? id <= this.#newestIncoming : id < this.#nextId
  }

  /** Round robin: each stream with something to send gets one chunk a turn. */
  #pump(): void {
    let moved = true
    while (moved && this.#endCode === undefined) {
      moved = false
      for (const [id, stream] of this.#outgoing) {
        if (this.#window.available() < MAX_CHUNK_BYTES) return
        const next = stream.next(MAX_CHUNK_BYTES)
        if (next.kind === 'chunk') {
          this.#window.sent(next.bytes.length)
          this.#send({ kind: 'data', streamId: id, bytes: next.bytes })
          moved = true
        } else if (next.kind === 'finished') {
          this.#send({ kind: 'close', streamId: id })
          this.#outgoing.delete(id)
          stream.settle()
        }
      }
    }
  }

  /** Gives back the rule that the frame breaks, if it breaks one. */
  #handle(frame: StreamFrame): string | undefined {
    const id = frame.streamId
    const isNew = frame.kind === 'open' || frame.kind === 'received'
    if (!isNew && !this.#hasBeenOpen(id)) return `${frame.kind} on unknown stream ${id}`
    switch (frame.kind) {
      case 'open':
        return this.#accept(id, frame.detail)
      case 'data':
        return this.#take(id, frame.bytes)
      case 'close':
        this.#incoming.get(id)?.finish()
        this.#incoming.delete(id)
        break
      case 'reset':
        for (const streams of [this.#incoming, this.#outgoing]) {
          streams.get(id)?.fail(frame.code)
          streams.delete(id)
        }
        break
      case 'credit':
        this.#outgoing.get(id)?.addCredit(frame.bytes)
        this.#pump()
        break
      case 'received':
        this.#window.received(frame.bytes)
        this.#pump()
    }
    return undefined
  }

  #accept(id: number, opening: StreamOpening): string | undefined {
    if (!this.#isTheirs(id) || id <= this.#newestIncoming) {
      return `stream ${id} opened twice or by the wrong side`
    }
    this.#newestIncoming = id
    if (this.#incoming.size >= MAX_STREAMS) {
      this.#send({ kind: 'reset', streamId: id, code: 'PROTOCOL_STREAM_CANCELLED' })
      return undefined
    }
    const stream = createIncomingStream({
      opening,
      windowBytes: STREAM_WINDOW_BYTES,
      onRead: (bytes) => this.#send({ kind: 'credit', streamId: id, bytes }),
      onCancel: (code) => {
        if (this.#incoming.delete(id)) this.#send({ kind: 'reset', streamId: id, code })
      },
    })
    this.#incoming.set(id, stream)
    this.#options.onStream(stream)
    return undefined
  }

  #take(id: number, bytes: Uint8Array): string | undefined {
    if (!this.#isTheirs(id)) return `data on stream ${id} from its reader`
    this.#send({ kind: 'received', streamId: 0, bytes: bytes.length })
    const isWithinCredit = this.#incoming.get(id)?.push(bytes) ?? true
    return isWithinCredit ? undefined : `stream ${id} sent more than its credit`
  }
}
