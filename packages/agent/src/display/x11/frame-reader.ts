// Cuts the server's byte stream after the setup into replies, errors and events (X11 protocol, section 1).
// A pure state machine: it owns no socket and trusts no length.
import { malformed } from './x11-error.ts'

export interface Frame {
  readonly kind: 'reply' | 'error' | 'event'
  /** Low 16 bits of the number of the request it belongs to. */
  readonly sequence: number
  /** Header and body, 32 bytes or more. */
  readonly bytes: Buffer
}

export const FRAME_HEADER_BYTES = 32
/** Generic events are the only long ones, and we ask for none. */
const MAX_EVENT_BYTES = 1 << 16
const GENERIC_EVENT = 35

export class FrameReader {
  readonly #maxReplyBytes: () => number
  #frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES)
  #filled = 0
  #part: 'header' | 'body' = 'header'

  /** @param maxReplyBytes the largest reply that may come next; asked anew for each reply */
  constructor(maxReplyBytes: () => number) {
    this.#maxReplyBytes = maxReplyBytes
  }

  /**
   * Takes the next bytes and hands out every frame they complete.
   * @throws X11Error `malformed`; the stream is then useless
   */
  push(chunk: Buffer, onFrame: (frame: Frame) => void): void {
    let offset = 0
    while (offset < chunk.length) {
      const copied = chunk.copy(this.#frame, this.#filled, offset)
      offset += copied
      this.#filled += copied
      if (this.#filled < this.#frame.length) return
      if (this.#part === 'header' && this.#growToBody()) continue
      const complete = this.#frame
      this.#frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES)
      this.#filled = 0
      this.#part = 'header'
      onFrame(toFrame(complete))
    }
  }

  /** @returns false when the header is all there is */
  #growToBody(): boolean {
    const header = this.#frame
    const kind = header.readUInt8(0)
    const hasBody = kind === 1 || (kind & 0x7f) === GENERIC_EVENT
    const length = FRAME_HEADER_BYTES + (hasBody ? header.readUInt32LE(4) * 4 : 0)
    const limit = kind === 1 ? this.#maxReplyBytes() : MAX_EVENT_BYTES
    if (length > Math.max(FRAME_HEADER_BYTES, limit)) {
      throw malformed(`frame of ${length} bytes where at most ${limit} are due`)
    }
    if (length === FRAME_HEADER_BYTES) return false
    this.#frame = Buffer.allocUnsafe(length)
    header.copy(this.#frame)
    this.#part = 'body'
    return true
  }
}

function toFrame(bytes: Buffer): Frame {
  const first = bytes.readUInt8(0)
  const kind = first === 0 ? 'error' : first === 1 ? 'reply' : 'event'
  return { kind, sequence: bytes.readUInt16LE(2), bytes }
}
