// Finds an extension of the X server: its opcode, or that it is absent (X11 protocol, QueryExtension). Pure.
import { ByteReader, paddedTo4 } from './byte-reader.ts'
import { FRAME_HEADER_BYTES } from './frame-reader.ts'
import type { XRequest } from './requests.ts'

/** The extension's opcode for this server; undefined when it has no such extension. */
export function queryExtension(name: string): XRequest<number | undefined> {
  const text = Buffer.from(name, 'latin1')
  const bytes = Buffer.alloc(8 + paddedTo4(text.length))
  bytes.writeUInt8(98, 0)
  bytes.writeUInt16LE(bytes.length / 4, 2)
  bytes.writeUInt16LE(text.length, 4)
  text.copy(bytes, 8)
  return {
    bytes,
    maxReplyBytes: FRAME_HEADER_BYTES,
    decode(reply) {
      const reader = new ByteReader(reply, 8)
      const isPresent = reader.uint8() !== 0
      return isPresent ? reader.uint8() : undefined
    },
  }
}

/** An extension's request: its opcode, the minor one, then 32-bit words. */
export function extensionRequest(opcode: number, minor: number, words: readonly number[] = []): Buffer {
  const bytes = Buffer.alloc(4 + words.length * 4)
  bytes.writeUInt8(opcode, 0)
  bytes.writeUInt8(minor, 1)
  bytes.writeUInt16LE(bytes.length / 4, 2)
  words.forEach((word, index) => {
    bytes.writeUInt32LE(word, 4 + index * 4)
  })
  return bytes
}
