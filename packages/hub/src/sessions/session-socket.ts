// The WebSocket of one session: what may come in at what pace, what goes out, and the one moment from which it is over.
// What the messages mean is agent-session.ts.
import type { Clock, Logger } from '@bongsu/foundation'
import {
  encodeMessage,
  formatRetryAfter,
  type HubMessage,
  MAX_MESSAGE_BYTES,
  SESSION_CLOSE,
  type SessionClose,
} from '@bongsu/protocol'
import type { WebSocket } from 'ws'
import { createRateLimit } from './rate-limit.ts'

/** `failed` is ours: what the device said could not be kept. `gone`: the other side or the network ended it. */
export type SessionEnding = SessionClose | 'failed' | 'gone'

export interface SessionSocketOptions {
  readonly socket: WebSocket
  readonly clock: Clock
  readonly logger: Logger
  readonly onText: (text: string) => void
  readonly onBytes: (bytes: Uint8Array) => void
  /** Once, before a close is answered: nothing the device says counts from here on. */
  readonly onEnding: (why: SessionEnding) => void
}

export interface SessionSocket {
  send(message: HubMessage): void
  sendRaw(content: string | Uint8Array): void
  /** The first one counts. `retryAfterMs` is told the device. */
  close(why: Exclude<SessionEnding, 'gone'>, options?: { retryAfterMs: number }): void
  readonly isEnding: boolean
  /** How long nothing has been heard. */
  silentMs(): number
}

/** A peer that reads nothing is cut off rather than buffered for. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024
const INTERNAL_ERROR = 1011

export function createSessionSocket(options: SessionSocketOptions): SessionSocket {
  const { socket, clock, logger, onText, onBytes, onEnding } = options
  const rate = createRateLimit({ perSecond: 200, burst: 400, nowMs: () => clock.monotonicMs() })
  let lastHeardMs = clock.monotonicMs()
  let isEnding = false

  const end = (why: SessionEnding): boolean => {
    if (isEnding) return false
    isEnding = true
    onEnding(why)
    return true
  }
  const self: SessionSocket = {
    send: (message) => self.sendRaw(encodeMessage(message)),
    sendRaw(content) {
      if (isEnding || socket.readyState !== socket.OPEN) return
      if (socket.bufferedAmount > MAX_BUFFERED_BYTES) return socket.terminate()
      socket.send(content)
    },
    close(why, closing) {
      if (!end(why)) return
      if (why === 'silent') return socket.terminate()
      const code = why === 'failed' ? INTERNAL_ERROR : SESSION_CLOSE[why]
      socket.close(code, closing ? formatRetryAfter(closing.retryAfterMs) : why)
    },
    get isEnding() {
      return isEnding
    },
    silentMs: () => clock.monotonicMs() - lastHeardMs,
  }

  socket.on('message', (data: Buffer, isBinary: boolean) => {
    lastHeardMs = clock.monotonicMs()
    if (isEnding) return
    if (isBinary) return onBytes(data)
    // Streams have their credit; counted here, a fast picture would leave no room for the heartbeat behind it.
    if (!rate.admit() || data.length > MAX_MESSAGE_BYTES) return self.close('violation')
    onText(data.toString('utf8'))
  })
  socket.on('error', (error) => logger.warn({ err: error }, 'socket error'))
  socket.once('close', () => end('gone'))
  return self
}
