// The requests that hold the screen still for a moment and copy it aside (X11 protocol, section 9). None has a reply,
// so they are posted. Pure.
import type { PixelRectangle } from './requests.ts'

/** Nobody else's requests are carried out until `ungrabServer`, or until our connection ends. */
export const grabServer = (): Buffer => words(36, 0, [])
export const ungrabServer = (): Buffer => words(37, 0, [])

export interface NewPixmap {
  readonly pixmap: number
  /** Any drawable of the same screen. */
  readonly drawable: number
  readonly depth: number
  readonly widthPixels: number
  readonly heightPixels: number
}

/** Its pixels are undefined until something is copied into it. */
export function createPixmap(wish: NewPixmap): Buffer {
  const bytes = words(53, wish.depth, [wish.pixmap, wish.drawable, 0])
  bytes.writeUInt16LE(wish.widthPixels, 12)
  bytes.writeUInt16LE(wish.heightPixels, 14)
  return bytes
}

const SUBWINDOW_MODE = 0x8000
const GRAPHICS_EXPOSURES = 0x10000
const INCLUDE_INFERIORS = 1

/** A graphics context that copies what child windows show too, and makes no events. */
export function createCopyContext(context: number, drawable: number): Buffer {
  return words(55, 0, [context, drawable, SUBWINDOW_MODE | GRAPHICS_EXPOSURES, INCLUDE_INFERIORS, 0])
}

export interface Copy {
  readonly from: number
  readonly to: number
  readonly context: number
  /** In the source's coordinates; it lands at the origin of the target. */
  readonly area: PixelRectangle
}

export function copyArea({ from, to, context, area }: Copy): Buffer {
  const bytes = words(62, 0, [from, to, context, 0, 0, 0])
  bytes.writeInt16LE(area.x, 16)
  bytes.writeInt16LE(area.y, 18)
  bytes.writeUInt16LE(area.widthPixels, 24)
  bytes.writeUInt16LE(area.heightPixels, 26)
  return bytes
}

function words(opcode: number, data: number, values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 + values.length * 4)
  bytes.writeUInt8(opcode, 0)
  bytes.writeUInt8(data, 1)
  bytes.writeUInt16LE(bytes.length / 4, 2)
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, 4 + index * 4)
  return bytes
}
