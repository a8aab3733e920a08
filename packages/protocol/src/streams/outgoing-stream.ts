// The sending end of one stream: bytes wait here until there is credit and a turn.

export interface OutgoingStream {
  /** Resolves when the bytes have been handed to the link. @throws StreamEnded when the stream ended before */
  write(bytes: Uint8Array): Promise<void>
  /** Says that nothing follows; resolves when that has been handed to the link. */
  end(): Promise<void>
  /** Gives up; the reader learns the code. */
  abort(code: string): void
}

/** The stream ended unfinished, by either end or with its link. */
export class StreamEnded extends Error {
  readonly code: string

  constructor(code: string) {
    super(code)
    this.name = 'StreamEnded'
    this.code = code
  }
}

/** What the multiplexer does with it. */
export interface SendingStream extends OutgoingStream {
  next(maxBytes: number): { kind: 'chunk'; bytes: Uint8Array } | { kind: 'finished' } | { kind: 'nothing' }
  addCredit(bytes: number): void
  /** The close has been sent. */
  settle(): void
  fail(code: string): void
}

interface Waiting {
  bytes: Uint8Array
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

export interface OutgoingStreamOptions {
  readonly creditBytes: number
  /** Something can be sent now. */
  readonly onReady: () => void
  readonly onAbort: (code: string) => void
}

export const createOutgoingStream = (options: OutgoingStreamOptions): SendingStream =>
  new QueuedStream(options)

class QueuedStream implements SendingStream {
  readonly #options: OutgoingStreamOptions
  readonly #ending = Promise.withResolvers<void>()
  #queue: Waiting[] = []
  #creditBytes: number
  #state: 'open' | 'ending' | 'ended' = 'open'
  #endCode = 'PROTOCOL_STREAM_CANCELLED'

  constructor(options: OutgoingStreamOptions) {
    this.#options = options
    this.#creditBytes = options.creditBytes
    // Nobody need wait for the end of a stream.
    this.#ending.promise.catch(() => undefined)
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#state !== 'open') throw new StreamEnded(this.#endCode)
    if (bytes.length === 0) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#queue.push({ bytes, resolve, reject })
    this.#options.onReady()
    await promise
  }

  async end(): Promise<void> {
    if (this.#state !== 'open') throw new StreamEnded(this.#endCode)
    this.#state = 'ending'
    this.#options.onReady()
    await this.#ending.promise
  }

  abort(code: string): void {
    this.fail(code)
    this.#options.onAbort(code)
  }

  next(maxBytes: number): ReturnType<SendingStream['next']> {
    const [first] = this.#queue
    if (!first) return { kind: this.#state === 'ending' ? 'finished' : 'nothing' }
    const length = Math.min(maxBytes, this.#creditBytes, first.bytes.length)
    if (length === 0) return { kind: 'nothing' }
    this.#creditBytes -= length
    const bytes = first.bytes.subarray(0, length)
    first.bytes = first.bytes.subarray(length)
    if (first.bytes.length === 0) {
      this.#queue.shift()
      first.resolve()
    }
    return { kind: 'chunk', bytes }
  }

  addCredit(bytes: number): void {
    this.#creditBytes += bytes
  }

  settle(): void {
    this.#state = 'ended'
    this.#ending.resolve()
  }

  fail(code: string): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    this.#endCode = code
    for (const { reject } of this.#queue) reject(new StreamEnded(code))
    this.#queue = []
    this.#ending.reject(new StreamEnded(code))
  }
}
