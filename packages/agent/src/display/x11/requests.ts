// The X requests the agent makes, each as bytes to send and a decoder for its reply. Pure.
// Layouts: X11 protocol, section 9 "Requests"; only requests that have a reply are here.
import { ByteReader, paddedTo4 } from './byte-reader.ts'
import { FRAME_HEADER_BYTES } from './frame-reader.ts'
import { malformed } from './x11-error.ts'

export interface XRequest<T> {
  readonly bytes: Buffer
  /** A longer reply is refused before memory is taken for it. */
  readonly maxReplyBytes: number
  /** @throws X11Error `malformed` */
  decode(reply: Buffer): T
}

export type MapState = 'unmapped' | 'unviewable' | 'viewable'

export interface WindowAttributes {
  readonly visual: number
  readonly windowClass: 'input_output' | 'input_only'
  readonly mapState: MapState
  readonly isOverrideRedirect: boolean
}

export interface Geometry {
  readonly depth: number
  readonly x: number
  readonly y: number
  readonly widthPixels: number
  readonly heightPixels: number
  readonly borderPixels: number
}

export interface PropertyValue {
  /** Atom; 0 when the window has no such property. */
  readonly type: number
  /** Bits per item; 0 when there is no property. */
  readonly format: 0 | 8 | 16 | 32
  readonly value: Buffer
  /** What the server kept back because we did not ask for more. */
  readonly bytesAfter: number
}

export interface RawImage {
  readonly depth: number
  readonly visual: number
  readonly data: Buffer
}

export interface PixelRectangle {
  readonly x: number
  readonly y: number
  readonly widthPixels: number
  readonly heightPixels: number
}

/** More children than any desktop has; a longer list is refused. */
const MAX_CHILDREN = 65_535
const ANY_PROPERTY_TYPE = 0
const Z_PIXMAP = 2
const ALL_PLANES = 0xffffffff

/** The atom of a name; 0 when the server has never heard it. */
export function internAtom(name: string): XRequest<number> {
  const text = Buffer.from(name, 'latin1')
  const bytes = request(16, 8 + paddedTo4(text.length), 1)
  bytes.writeUInt16LE(text.length, 4)
  text.copy(bytes, 8)
  return { bytes, maxReplyBytes: FRAME_HEADER_BYTES, decode: (reply) => new ByteReader(reply, 8).uint32() }
}

/** Children in stacking order, the lowest first. */
export function queryTree(window: number): XRequest<{ parent: number; children: number[] }> {
  return {
    bytes: resourceRequest(15, window),
    maxReplyBytes: FRAME_HEADER_BYTES + 4 * MAX_CHILDREN,
    decode(reply) {
      const reader = new ByteReader(reply, 12)
      const parent = reader.uint32()
      const count = reader.uint16()
      reader.skip(14)
      if (count * 4 > reader.remaining) throw malformed('more children announced than sent')
      return { parent, children: Array.from({ length: count }, () => reader.uint32()) }
    },
  }
}

export function getWindowAttributes(window: number): XRequest<WindowAttributes> {
  return {
    bytes: resourceRequest(3, window),
    maxReplyBytes: FRAME_HEADER_BYTES + 12,
    decode(reply) {
      const reader = new ByteReader(reply, 8)
      const visual = reader.uint32()
      const windowClass = reader.uint16() === 2 ? 'input_only' : 'input_output'
      reader.skip(12)
      const mapState = (['unmapped', 'unviewable', 'viewable'] as const)[reader.uint8()]
      if (mapState === undefined) throw malformed('unknown map state')
      return { visual, windowClass, mapState, isOverrideRedirect: reader.uint8() !== 0 }
    },
  }
}

/** Position relative to the parent. */
export function getGeometry(drawable: number): XRequest<Geometry> {
  return {
    bytes: resourceRequest(14, drawable),
    maxReplyBytes: FRAME_HEADER_BYTES,
    decode(reply) {
      const reader = new ByteReader(reply, 12)
      const [x, y] = [reader.int16(), reader.int16()]
      const [widthPixels, heightPixels, borderPixels] = [reader.uint16(), reader.uint16(), reader.uint16()]
      return { depth: reply.readUInt8(1), x, y, widthPixels, heightPixels, borderPixels }
    },
  }
}

/** Where the origin of `from` lies in `to`. */
export function translateCoordinates(from: number, to: number): XRequest<{ x: number; y: number }> {
  const bytes = request(40, 16)
  bytes.writeUInt32LE(from, 4)
  bytes.writeUInt32LE(to, 8)
  return {
    bytes,
    maxReplyBytes: FRAME_HEADER_BYTES,
    decode(reply) {
      const reader = new ByteReader(reply, 12)
      return { x: reader.int16(), y: reader.int16() }
    },
  }
}

/** The first `maxBytes` of a property, of whatever type it has. */
export function getProperty(window: number, property: number, maxBytes: number): XRequest<PropertyValue> {
  const longs = Math.ceil(maxBytes / 4)
  const bytes = request(20, 24)
  bytes.writeUInt32LE(window, 4)
  bytes.writeUInt32LE(property, 8)
  bytes.writeUInt32LE(ANY_PROPERTY_TYPE, 12)
  bytes.writeUInt32LE(longs, 20)
  return {
    bytes,
    maxReplyBytes: FRAME_HEADER_BYTES + longs * 4,
    decode(reply) {
      const format = reply.readUInt8(1)
      if (format !== 0 && format !== 8 && format !== 16 && format !== 32) throw malformed('property format')
      const reader = new ByteReader(reply, 8)
      const [type, bytesAfter, items] = [reader.uint32(), reader.uint32(), reader.uint32()]
      reader.skip(12)
      return { type, format, value: reader.bytes((items * format) / 8), bytesAfter }
    },
  }
}

/**
 * Pixels of a rectangle in the drawable's own coordinates. It must lie on the screen, or the server answers BadMatch.
 * @param maxBytes what the rectangle needs by the server's pixmap format
 */
export function getImage(drawable: number, area: PixelRectangle, maxBytes: number): XRequest<RawImage> {
  const bytes = request(73, 20, Z_PIXMAP)
  bytes.writeUInt32LE(drawable, 4)
  bytes.writeInt16LE(area.x, 8)
  bytes.writeInt16LE(area.y, 10)
  bytes.writeUInt16LE(area.widthPixels, 12)
  bytes.writeUInt16LE(area.heightPixels, 14)
  bytes.writeUInt32LE(ALL_PLANES, 16)
  return {
    bytes,
    maxReplyBytes: FRAME_HEADER_BYTES + paddedTo4(maxBytes),
    decode: (reply) => ({
      depth: reply.readUInt8(1),
      visual: reply.readUInt32LE(8),
      data: reply.subarray(FRAME_HEADER_BYTES),
    }),
  }
}

function request(opcode: number, lengthBytes: number, data = 0): Buffer {
  const bytes = Buffer.alloc(lengthBytes)
  bytes.writeUInt8(opcode, 0)
  bytes.writeUInt8(data, 1)
  bytes.writeUInt16LE(lengthBytes / 4, 2)
  return bytes
}

function resourceRequest(opcode: number, resource: number): Buffer {
  const bytes = request(opcode, 8)
  bytes.writeUInt32LE(resource, 4)
  return bytes
}
