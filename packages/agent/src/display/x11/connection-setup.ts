// The first exchange with an X server (X11 protocol, section 8 "Connection Setup"). Pure: bytes in, values out.
import { ByteReader, paddedTo4 } from './byte-reader.ts'
import type { XCookie } from './x-cookie.ts'
import { malformed } from './x11-error.ts'

export interface PixmapFormat {
  readonly depth: number
  readonly bitsPerPixel: number
  readonly scanlinePadBits: number
}

export interface Visual {
  readonly id: number
  readonly redMask: number
  readonly greenMask: number
  readonly blueMask: number
}

export interface Screen {
  readonly rootWindow: number
  readonly rootVisual: number
  readonly rootDepth: number
  readonly widthPixels: number
  readonly heightPixels: number
  readonly widthMillimetres: number
  readonly heightMillimetres: number
  readonly visuals: readonly Visual[]
}

export interface ServerSetup {
  readonly vendor: string
  readonly releaseNumber: number
  /** Names that this client gives to what it makes are this number with bits of the mask set. */
  readonly resourceIdBase: number
  readonly imageByteOrder: 'little' | 'big'
  readonly maxRequestBytes: number
  readonly pixmapFormats: readonly PixmapFormat[]
  /** At least one. */
  readonly screens: readonly [Screen, ...Screen[]]
}

export type SetupReply =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'refused'; readonly reason: string }
  /** The server wants another exchange; no server of today does for a cookie. */
  | { readonly kind: 'authenticate'; readonly reason: string }
  | { readonly kind: 'accepted'; readonly setup: ServerSetup; readonly consumedBytes: number }

const HEADER_BYTES = 8
const LITTLE_ENDIAN_CLIENT = 0x6c

export function encodeSetupRequest(cookie: XCookie | undefined): Buffer {
  const name = Buffer.from(cookie?.protocol ?? '', 'latin1')
  const data = cookie?.reveal() ?? Buffer.alloc(0)
  const request = Buffer.alloc(12 + paddedTo4(name.length) + paddedTo4(data.length))
  request.writeUInt8(LITTLE_ENDIAN_CLIENT, 0)
  request.writeUInt16LE(11, 2)
  request.writeUInt16LE(name.length, 6)
  request.writeUInt16LE(data.length, 8)
  name.copy(request, 12)
  data.copy(request, 12 + paddedTo4(name.length))
  return request
}

/**
 * Decodes what has arrived so far; ask again with more bytes on `incomplete`.
 * A reply is at most 8 + 4 * 65535 bytes by its format.
 * @throws X11Error `malformed`
 */
export function decodeSetupReply(received: Buffer): SetupReply {
  if (received.length < HEADER_BYTES) return { kind: 'incomplete' }
  const status = received.readUInt8(0)
  if (status > 2) throw malformed(`setup status ${status}`)
  const bodyBytes = received.readUInt16LE(6) * 4
  if (received.length < HEADER_BYTES + bodyBytes) return { kind: 'incomplete' }
  const body = received.subarray(HEADER_BYTES, HEADER_BYTES + bodyBytes)
  if (status === 0) return { kind: 'refused', reason: reasonText(body, received.readUInt8(1)) }
  if (status === 2) return { kind: 'authenticate', reason: reasonText(body, body.length) }
  return { kind: 'accepted', setup: decodeSetup(body), consumedBytes: HEADER_BYTES + bodyBytes }
}

/** The server's words as one printable line: they are shown to people and logged. */
function reasonText(body: Buffer, length: number): string {
  const text = body.subarray(0, Math.min(length, body.length)).toString('latin1')
  return text.replace(/[^\x21-\x7e]+/g, ' ').trim()
}

function decodeSetup(body: Buffer): ServerSetup {
  const reader = new ByteReader(body)
  const releaseNumber = reader.uint32()
  const resourceIdBase = reader.uint32()
  reader.skip(8)
  const vendorLength = reader.uint16()
  const maxRequestBytes = reader.uint16() * 4
  const screenCount = reader.uint8()
  const formatCount = reader.uint8()
  const imageByteOrder = reader.uint8() === 0 ? 'little' : 'big'
  reader.skip(9)
  const vendor = reasonText(reader.bytes(vendorLength), vendorLength)
  reader.skip(paddedTo4(vendorLength) - vendorLength)
  const pixmapFormats = Array.from({ length: formatCount }, () => decodeFormat(reader))
  const [first, ...others] = Array.from({ length: screenCount }, () => decodeScreen(reader))
  if (first === undefined) throw malformed('setup without a screen')
  return {
    vendor,
    releaseNumber,
    resourceIdBase,
    imageByteOrder,
    maxRequestBytes,
    pixmapFormats,
    screens: [first, ...others],
  }
}

function decodeFormat(reader: ByteReader): PixmapFormat {
  const format = { depth: reader.uint8(), bitsPerPixel: reader.uint8(), scanlinePadBits: reader.uint8() }
  reader.skip(5)
  return format
}

function decodeScreen(reader: ByteReader): Screen {
  const rootWindow = reader.uint32()
  reader.skip(16)
  const widthPixels = reader.uint16()
  const heightPixels = reader.uint16()
  const widthMillimetres = reader.uint16()
  const heightMillimetres = reader.uint16()
  reader.skip(4)
  const rootVisual = reader.uint32()
  reader.skip(2)
  const rootDepth = reader.uint8()
  const depthCount = reader.uint8()
  if (widthPixels === 0 || heightPixels === 0) throw malformed('screen without area')
  const visuals: Visual[] = []
  for (let index = 0; index < depthCount; index += 1) {
    reader.skip(2)
    const visualCount = reader.uint16()
    reader.skip(4)
    for (let visual = 0; visual < visualCount; visual += 1) visuals.push(decodeVisual(reader))
  }
  return {
    rootWindow,
    rootVisual,
    rootDepth,
    widthPixels,
    heightPixels,
    widthMillimetres,
    heightMillimetres,
    visuals,
  }
}

function decodeVisual(reader: ByteReader): Visual {
  const id = reader.uint32()
  reader.skip(4)
  const visual = { id, redMask: reader.uint32(), greenMask: reader.uint32(), blueMask: reader.uint32() }
  reader.skip(4)
  return visual
}
