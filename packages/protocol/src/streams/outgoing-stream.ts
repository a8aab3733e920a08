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

export function createOutgoingStream(options: {
  readonly creditBytes: number
  /** Something can be sent now. */
  readonly onReady: () => void
  readonly onAbort: (code: string) => void
}): SendingStream {
  let { creditBytes } = options
  let queue: Waiting[] = []
  let state: 'open' | 'ending' | 'ended' = 'open'
  let endedWith = ''
  let ending: { resolve: () => void; reject: (error: Error) => void } | undefined

  const fail = (code: string) => {
    if (state === 'ended') return
    state = 'ended'
    endedWith = code
    for (const { reject } of queue) reject(new StreamEnded(code))
    queue = []
    ending?.reject(new StreamEnded(code))
  }

  return {
    fail,
    write(bytes) {
      if (state !== 'open') return Promise.reject(new StreamEnded(endedWith || 'PROTOCOL_BAD_STREAM_FRAME'))
      if (bytes.length === 0) return Promise.resolve()
      return new Promise((resolve, reject) => {
        queue.push({ bytes, resolve, reject })
        options.onReady()
      })
    },
    end() {
      if (state !== 'open') return Promise.reject(new StreamEnded(endedWith || 'PROTOCOL_BAD_STREAM_FRAME'))
      state = 'ending'
      return new Promise((resolve, reject) => {
        ending = { resolve, reject }
        options.onReady()
      })
    },
    abort(code) {
      fail(code)
      options.onAbort(code)
    },
    next(maxBytes) {
      const [first] = queue
      if (!first) return state === 'ending' ? { kind: 'finished' } : { kind: 'nothing' }
      const length = Math.min(maxBytes, creditBytes, first.bytes.length)
      if (length === 0) return { kind: 'nothing' }
      creditBytes -= length
      const bytes = first.bytes.subarray(0, length)
      first.bytes = first.bytes.subarray(length)
      if (first.bytes.length === 0) {
        queue.shift()
        first.resolve()
      }
      return { kind: 'chunk', bytes }
    },
    addCredit(bytes) {
      creditBytes += bytes
    },
    settle() {
      state = 'ended'
      ending?.resolve()
    },
  }
}
