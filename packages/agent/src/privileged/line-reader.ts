// Cuts a byte stream into lines of bounded length. A pure state machine: it owns no socket and trusts no length.

export class LineTooLong extends Error {
  override readonly name = 'LineTooLong'
}

export class LineReader {
  readonly #maxBytes: number
  #parts: Buffer[] = []
  #length = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /**
   * Takes the next bytes.
   * @returns the lines they complete, without their ends
   * @throws LineTooLong; the stream is then useless
   */
  push(chunk: Buffer): string[] {
    const lines: string[] = []
    let start = 0
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, start)) {
      this.#keep(chunk.subarray(start, end))
      lines.push(Buffer.concat(this.#parts, this.#length).toString('utf8'))
      this.#parts = []
      this.#length = 0
      start = end + 1
    }
    this.#keep(chunk.subarray(start))
    return lines
  }

  /** Bytes of a line that has not ended. */
  get pendingBytes(): number {
    return this.#length
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return
    this.#length += part.length
    if (this.#length > this.#maxBytes) throw new LineTooLong(`more than ${this.#maxBytes} bytes in a line`)
    this.#parts.push(part)
  }
}
