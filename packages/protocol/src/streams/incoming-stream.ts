// The receiving end of one stream: an async iterable of its bytes. Credit goes back only for what has been read.
import type { StreamOpening } from './frame.ts'
import { StreamEnded } from './outgoing-stream.ts'

/** Read once; a reader that leaves early gives the stream up. */
export interface IncomingStream extends AsyncIterable<Uint8Array> {
  readonly opening: StreamOpening
  /** No longer wanted; the sender learns the code. */
  cancel(code: string): void
}

/** What the multiplexer does with it. */
export interface ReceivingStream extends IncomingStream {
  /** False when the sender had no credit for so much. */
  push(bytes: Uint8Array): boolean
  finish(): void
  fail(code: string): void
}

export interface IncomingStreamOptions {
  readonly opening: StreamOpening
  readonly windowBytes: number
  readonly onRead: (bytes: number) => void
  readonly onCancel: (code: string) => void
}

type End = { readonly kind: 'finished' } | { readonly kind: 'failed'; readonly code: string }

/** What the sender learns when a reader leaves without saying why. */
const LEFT = 'PROTOCOL_STREAM_CANCELLED'

export const createIncomingStream = (options: IncomingStreamOptions): ReceivingStream =>
  new BufferedStream(options)

class BufferedStream implements ReceivingStream {
  readonly opening: StreamOpening
  readonly #options: IncomingStreamOptions
  readonly #chunks: Uint8Array[] = []
  #unreadBytes = 0
  #end: End | undefined
  #wake: (() => void) | undefined

  constructor(options: IncomingStreamOptions) {
    this.opening = options.opening
    this.#options = options
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const chunk = this.#chunks.shift()
        if (chunk) {
          yield chunk
          // After the reader is done with it, so that a reader that stops taking stops the sender.
          this.#unreadBytes -= chunk.length
          if (!this.#end) this.#options.onRead(chunk.length)
        } else if (this.#end?.kind === 'finished') {
          return
        } else if (this.#end) {
          throw new StreamEnded(this.#end.code)
        } else {
          await this.#news()
        }
      }
    } finally {
      if (!this.#end) this.cancel(LEFT)
    }
  }

  push(bytes: Uint8Array): boolean {
    if (this.#unreadBytes + bytes.length > this.#options.windowBytes) return false
    this.#unreadBytes += bytes.length
    // The link's buffer may be reused after the call.
    this.#chunks.push(bytes.slice())
    this.#wake?.()
    return true
  }

  finish(): void {
    this.#endWith({ kind: 'finished' })
  }

  fail(code: string): void {
    this.#endWith({ kind: 'failed', code })
  }

  cancel(code: string): void {
    this.#chunks.length = 0
    this.#endWith({ kind: 'failed', code })
    this.#options.onCancel(code)
  }

  #endWith(how: End): void {
    this.#end ??= how
    this.#wake?.()
  }

  async #news(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    this.#wake = undefined
  }
}
