// The requests that move windows: directly, or by asking the window manager (EWMH 1.5, "Root Window Messages").
// None has a reply, so they are posted. Pure.
import type { PixelRectangle } from './requests.ts'

/** ConfigureWindow: place, size and no border. A window manager takes it as the program's own wish. */
export function configureWindow(window: number, { x, y, widthPixels, heightPixels }: PixelRectangle): Buffer {
  const [xBit, yBit, widthBit, heightBit, borderBit] = [1, 2, 4, 8, 16]
  const bytes = Buffer.alloc(12 + 5 * 4)
  bytes.writeUInt8(12, 0)
  bytes.writeUInt16LE(bytes.length / 4, 2)
  bytes.writeUInt32LE(window, 4)
  bytes.writeUInt16LE(xBit | yBit | widthBit | heightBit | borderBit, 8)
  for (const [index, value] of [x, y, widthPixels, heightPixels, 0].entries()) {
    bytes.writeInt32LE(value, 12 + index * 4)
  }
  return bytes
}

const CLIENT_MESSAGE = 33
const TO_MANAGER = (1 << 19) | (1 << 20)

export interface ManagerMessage {
  readonly root: number
  readonly window: number
  /** Atom. */
  readonly type: number
  /** At most five. */
  readonly data: readonly number[]
}

/** SendEvent of a ClientMessage to the root, for whoever manages windows. */
export function askManager({ root, window, type, data }: ManagerMessage): Buffer {
  const bytes = Buffer.alloc(44)
  bytes.writeUInt8(25, 0)
  bytes.writeUInt16LE(bytes.length / 4, 2)
  bytes.writeUInt32LE(root, 4)
  bytes.writeUInt32LE(TO_MANAGER, 8)
  bytes.writeUInt8(CLIENT_MESSAGE, 12)
  bytes.writeUInt8(32, 13)
  bytes.writeUInt32LE(window, 16)
  bytes.writeUInt32LE(type, 20)
  for (const [index, value] of data.slice(0, 5).entries()) bytes.writeInt32LE(value | 0, 24 + index * 4)
  return bytes
}

const NORTH_WEST = 1
const FROM_PAGER = 2

/** `_NET_MOVERESIZE_WINDOW`: the frame's outer corner, the content's size. */
export function moveResizeData({ x, y, widthPixels, heightPixels }: PixelRectangle): number[] {
  const all = 0b1111 << 8
  return [NORTH_WEST | all | (FROM_PAGER << 12), x, y, widthPixels, heightPixels]
}

/** `_NET_WM_STATE`: at most two states at a time. */
export function stateData(change: 'add' | 'remove', first: number, second = 0): number[] {
  return [change === 'add' ? 1 : 0, first, second, FROM_PAGER, 0]
}
