// A cursor over bytes from an untrusted peer: every read is bounded, a short buffer is a coded error.
import { malformed } from './x11-error.ts'

export class ByteReader {
  readonly #bytes: Buffer
  #offset: number

  constructor(bytes: Buffer, offset = 0) {
    this.#bytes = bytes
    this.#offset = offset
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset
  }

  uint8(): number {
    return this.#bytes.readUInt8(this.#advance(1))
  }

  uint16(): number {
    return this.#bytes.readUInt16LE(this.#advance(2))
  }

  int16(): number {
    return this.#bytes.readInt16LE(this.#advance(2))
  }

  uint32(): number {
    return this.#bytes.readUInt32LE(this.#advance(4))
  }

  /** The next `length` bytes, not copied. */
  bytes(length: number): Buffer {
    const start = this.#advance(length)
    return this.#bytes.subarray(start, start + length)
  }

  skip(length: number): void {
    this.#advance(length)
  }

  #advance(length: number): number {
    const start = this.#offset
    if (length < 0 || start + length > this.#bytes.length) {
      throw malformed(`wanted ${length} bytes at ${start}, have ${this.#bytes.length}`)
    }
    this.#offset = start + length
    return start
  }
}

/** X11 pads every variable part to a multiple of four. */
export function paddedTo4(length: number): number {
  return (length + 3) & ~3
}
