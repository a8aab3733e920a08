// The engine's framing of a container's output (Engine API, "Stream format"): 8 bytes of header, then the payload.

const HEADER_BYTES = 8

/** The payloads of standard output and errors in the order they came; an incomplete last frame is kept as far as it goes. */
export function payloadsOf(framed: Buffer): Buffer {
  const payloads: Buffer[] = []
  let offset = 0
  while (offset + HEADER_BYTES <= framed.length) {
    const length = framed.readUInt32BE(offset + 4)
    payloads.push(framed.subarray(offset + HEADER_BYTES, offset + HEADER_BYTES + length))
    offset += HEADER_BYTES + length
  }
  return Buffer.concat(payloads)
}

/** The last bytes as text, not beginning within a character. */
export function endOf(bytes: Buffer, maxBytes: number): string {
  let start = Math.max(0, bytes.length - maxBytes)
  // UTF-8 continuation bytes are 10xxxxxx.
  while (start > 0 && start < bytes.length && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1
  return bytes.subarray(start).toString('utf8')
}
