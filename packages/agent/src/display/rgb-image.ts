// A picture as plain pixels, and cutting and shrinking it. Pure.
import type { PixelRectangle } from './x11/requests.ts'

export interface RgbImage {
  readonly widthPixels: number
  readonly heightPixels: number
  /** Three bytes per pixel, rows from the top without padding. */
  readonly data: Buffer
}

export interface MaxSize {
  readonly maxWidthPixels: number
  readonly maxHeightPixels: number
}

/** The largest size of the same shape that fits; never larger than the picture itself. */
export function fittedSize(image: RgbImage, max: MaxSize): { widthPixels: number; heightPixels: number } {
  const scale = Math.min(1, max.maxWidthPixels / image.widthPixels, max.maxHeightPixels / image.heightPixels)
  return {
    widthPixels: Math.max(1, Math.round(image.widthPixels * scale)),
    heightPixels: Math.max(1, Math.round(image.heightPixels * scale)),
  }
}

/** Shrinks by averaging whole pixels, so that thin lines and text fade instead of vanishing. */
export function downscale(image: RgbImage, max: MaxSize): RgbImage {
  const { widthPixels, heightPixels } = fittedSize(image, max)
  if (widthPixels === image.widthPixels && heightPixels === image.heightPixels) return image
  const data = Buffer.allocUnsafe(widthPixels * heightPixels * 3)
  const edgesX = edges(image.widthPixels, widthPixels)
  const edgesY = edges(image.heightPixels, heightPixels)
  let out = 0
  for (let y = 0; y < heightPixels; y += 1) {
    for (let x = 0; x < widthPixels; x += 1) {
      out = writeAverage(image, data, out, {
        left: edgesX[x] ?? 0,
        right: edgesX[x + 1] ?? 0,
        top: edgesY[y] ?? 0,
        bottom: edgesY[y + 1] ?? 0,
      })
    }
  }
  return { widthPixels, heightPixels, data }
}

/** Borders of the source cells; each holds at least one pixel because we only shrink. */
function edges(source: number, target: number): Uint32Array {
  return Uint32Array.from({ length: target + 1 }, (_, index) => Math.floor((index * source) / target))
}

interface Cell {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

function writeAverage(image: RgbImage, data: Buffer, out: number, cell: Cell): number {
  let [red, green, blue] = [0, 0, 0]
  for (let y = cell.top; y < cell.bottom; y += 1) {
    let at = (y * image.widthPixels + cell.left) * 3
    for (let x = cell.left; x < cell.right; x += 1) {
      red += image.data[at] ?? 0
      green += image.data[at + 1] ?? 0
      blue += image.data[at + 2] ?? 0
      at += 3
    }
  }
  const count = (cell.right - cell.left) * (cell.bottom - cell.top)
  data[out] = Math.round(red / count)
  data[out + 1] = Math.round(green / count)
  data[out + 2] = Math.round(blue / count)
  return out + 3
}

/** The whole picture as a rectangle. */
export function boundsOf(image: RgbImage): PixelRectangle {
  return { x: 0, y: 0, widthPixels: image.widthPixels, heightPixels: image.heightPixels }
}
