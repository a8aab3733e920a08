// The receiving end of one stream: an async iterable of its bytes. Credit goes back only for what has been read.
import type { StreamOpening } from './frame.ts'
import { StreamEnded } from './outgoing-stream.ts'

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

type End = { kind: 'finished' } | { kind: 'failed'; code: string }

export function createIncomingStream(options: {
  readonly opening: StreamOpening
  readonly windowBytes: number
  readonly onRead: (bytes: number) => void
  readonly onCancel: (code: string) => void
}): ReceivingStream {
  const chunks: Uint8Array[] = []
  let unreadBytes = 0
  let end: End | undefined
  let wake: (() => void) | undefined

  const finishWith = (how: End) => {
    end ??= how
    wake?.()
  }

  async function* read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = chunks.shift()
      if (chunk) {
        unreadBytes -= chunk.length
        yield chunk
        // After the reader is done with it, so that a reader that stops taking stops the sender.
        if (!end) options.onRead(chunk.length)
      } else if (end?.kind === 'finished') {
        return
      } else if (end) {
        throw new StreamEnded(end.code)
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        wake = undefined
      }
    }
  }

  return {
    opening: options.opening,
    [Symbol.asyncIterator]: read,
    push(bytes) {
      if (unreadBytes + bytes.length > options.windowBytes) return false
      unreadBytes += bytes.length
      // The link's buffer may be reused after the call.
      chunks.push(bytes.slice())
      wake?.()
      return true
    },
    finish: () => finishWith({ kind: 'finished' }),
    fail: (code) => finishWith({ kind: 'failed', code }),
    cancel(code) {
      chunks.length = 0
      finishWith({ kind: 'failed', code })
      options.onCancel(code)
    },
  }
}
