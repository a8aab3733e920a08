// The requests of RANDR 1.3 that tell monitors apart (randrproto.txt, section 7). Pure: bytes to send, replies decoded.
import { ByteReader } from './byte-reader.ts'
import { extensionRequest } from './extension.ts'
import { FRAME_HEADER_BYTES } from './frame-reader.ts'
import type { PixelRectangle, XRequest } from './requests.ts'
import { malformed } from './x11-error.ts'

/** Far more than any device drives. */
const MAX_RESOURCES = 1024
const MAX_REPLY_BYTES = 256 * 1024

export interface ScreenResources {
  readonly configTimestamp: number
  readonly outputs: readonly number[]
}

export interface OutputInfo {
  /** 0 when nothing drives it. */
  readonly crtc: number
  readonly connection: 'connected' | 'disconnected' | 'unknown'
  readonly name: string
}

/** RRQueryVersion; servers answer other requests only after it. */
export function queryVersion(opcode: number): XRequest<{ major: number; minor: number }> {
  return {
    bytes: extensionRequest(opcode, 0, [1, 3]),
    maxReplyBytes: FRAME_HEADER_BYTES,
    decode(reply) {
      const reader = new ByteReader(reply, 8)
      return { major: reader.uint32(), minor: reader.uint32() }
    },
  }
}

/** RRGetScreenResourcesCurrent: what the server knows already, without asking the monitors again. */
export function getScreenResources(opcode: number, window: number): XRequest<ScreenResources> {
  return {
    bytes: extensionRequest(opcode, 25, [window]),
    maxReplyBytes: MAX_REPLY_BYTES,
    decode(reply) {
      const reader = new ByteReader(reply, 12)
      const configTimestamp = reader.uint32()
      const [crtcs, outputs] = [reader.uint16(), reader.uint16()]
      if (crtcs > MAX_RESOURCES || outputs > MAX_RESOURCES) throw malformed('too many RANDR resources')
      reader.skip(12 + crtcs * 4)
      return { configTimestamp, outputs: Array.from({ length: outputs }, () => reader.uint32()) }
    },
  }
}

export function getOutputInfo(opcode: number, output: number, configTimestamp: number): XRequest<OutputInfo> {
  return {
    bytes: extensionRequest(opcode, 9, [output, configTimestamp]),
    maxReplyBytes: MAX_REPLY_BYTES,
    decode(reply) {
      const reader = new ByteReader(reply, 12)
      const crtc = reader.uint32()
      reader.skip(8)
      const connection = (['connected', 'disconnected', 'unknown'] as const)[reader.uint8()]
      if (connection === undefined) throw malformed('RANDR connection state')
      reader.skip(1)
      const [crtcs, modes] = [reader.uint16(), reader.uint16()]
      reader.skip(2)
      const clones = reader.uint16()
      const nameBytes = reader.uint16()
      reader.skip(4 * (crtcs + modes + clones))
      return { crtc, connection, name: printable(reader.bytes(nameBytes)) }
    },
  }
}

/** RRGetCrtcInfo: where the output lies on the screen; width 0 when it is switched off. */
export function getCrtcInfo(opcode: number, crtc: number, configTimestamp: number): XRequest<PixelRectangle> {
  return {
    bytes: extensionRequest(opcode, 20, [crtc, configTimestamp]),
    maxReplyBytes: MAX_REPLY_BYTES,
    decode(reply) {
      const reader = new ByteReader(reply, 12)
      const [x, y] = [reader.int16(), reader.int16()]
      return { x, y, widthPixels: reader.uint16(), heightPixels: reader.uint16() }
    },
  }
}

/** The output that a desktop puts its panel on; 0 when none was chosen. */
export function getOutputPrimary(opcode: number, window: number): XRequest<number> {
  return {
    bytes: extensionRequest(opcode, 31, [window]),
    maxReplyBytes: FRAME_HEADER_BYTES,
    decode: (reply) => new ByteReader(reply, 8).uint32(),
  }
}

/** RRGetOutputProperty, as 8-bit items; empty when the output has no such property. */
export function getOutputProperty(opcode: number, output: number, property: number): XRequest<Buffer> {
  const anyType = 0
  const longs = 128
  return {
    bytes: extensionRequest(opcode, 15, [output, property, anyType, 0, longs, 0]),
    maxReplyBytes: FRAME_HEADER_BYTES + longs * 4,
    decode(reply) {
      const format = reply.readUInt8(1)
      const reader = new ByteReader(reply, 16)
      const items = reader.uint32()
      if (format !== 8) return Buffer.alloc(0)
      reader.skip(12)
      return reader.bytes(items)
    },
  }
}

const printable = (bytes: Buffer): string =>
  bytes
    .toString('utf8')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 64)
