// A display's secret: whoever holds it may read every window and key stroke, so it never prints itself.
import { inspect } from 'node:util'

export const COOKIE_PROTOCOL = 'MIT-MAGIC-COOKIE-1'

export class XCookie {
  readonly protocol: string
  readonly #data: Buffer

  constructor(data: Uint8Array, protocol: string = COOKIE_PROTOCOL) {
    this.protocol = protocol
    this.#data = Buffer.from(data)
  }

  /** The secret bytes; ask for them only to send or to write an authority file. */
  reveal(): Buffer {
    return Buffer.from(this.#data)
  }

  equals(other: XCookie | undefined): boolean {
    return other !== undefined && other.protocol === this.protocol && other.#data.equals(this.#data)
  }

  toJSON(): string {
    return '[cookie]'
  }

  toString(): string {
    return '[cookie]'
  }

  [inspect.custom](): string {
    return '[cookie]'
  }
}
