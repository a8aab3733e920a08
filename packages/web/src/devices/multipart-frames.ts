// Reads the parts of a live view as they come (RFC 2046, 5.1; each part names its length). Pure but for what it is fed.

export type LivePart =
  | { readonly kind: 'frame'; readonly png: Uint8Array<ArrayBuffer>; readonly receivedAt: string | undefined }
  /** The view broke; what the hub says of it. */
  | { readonly kind: 'problem'; readonly text: string }

/** A frame beyond this is none. */
const MAX_PART_BYTES = 64 * 1024 * 1024
const HEADER_END = '\r\n\r\n'
const MAX_HEADER_BYTES = 4096

export class LivePartReader {
  #bytes = new Uint8Array(0)

  /** Parts that the bytes complete. @throws RangeError for what is no live view */
  push(chunk: Uint8Array): LivePart[] {
    const joined = new Uint8Array(this.#bytes.length + chunk.length)
    joined.set(this.#bytes)
    joined.set(chunk, this.#bytes.length)
    this.#bytes = joined
    const parts: LivePart[] = []
    for (let part = this.#next(); part; part = this.#next()) parts.push(part)
    return parts
  }

  #next(): LivePart | undefined {
    const head = new TextDecoder('latin1').decode(this.#bytes.subarray(0, MAX_HEADER_BYTES))
    const end = head.indexOf(HEADER_END)
    if (end < 0) {
      if (head.length >= MAX_HEADER_BYTES) throw new RangeError('no part of a live view')
      return undefined
    }
    const headers = head.slice(0, end)
    const lengthText = /^content-length: *(\d{1,9})\s*$/im.exec(headers)?.[1]
    const length = Number(lengthText)
    if (lengthText === undefined || length > MAX_PART_BYTES)
      throw new RangeError('a part without a fit length')
    const start = end + HEADER_END.length
    if (this.#bytes.length < start + length) return undefined
    const body = this.#bytes.slice(start, start + length)
    this.#bytes = this.#bytes.slice(start + length)
    if (/^content-type: *application\/problem\+json/im.test(headers)) {
      return { kind: 'problem', text: new TextDecoder().decode(body) }
    }
    const receivedAt = /^bongsu-received-at: *(\S+)/im.exec(headers)?.[1]
    return { kind: 'frame', png: body, receivedAt }
  }
}
