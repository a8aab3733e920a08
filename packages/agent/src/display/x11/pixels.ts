// From an X server's ZPixmap bytes to RGB, for the layouts that displays of today have: 8 bits per colour in 32. Pure.
import type { ServerSetup } from './connection-setup.ts'
import { malformed, X11Error } from './x11-error.ts'

export interface PixelLayout {
  readonly bytesPerPixel: 4
  /** Position of each colour's byte within a pixel. */
  readonly redOffset: number
  readonly greenOffset: number
  readonly blueOffset: number
}

/**
 * How the pixels of a drawable are laid out.
 * @param visual 0 when unknown; the root's then
 * @throws X11Error `unsupported` for palettes, 16-bit and 10-bit colour
 */
export function pixelLayout(setup: ServerSetup, depth: number, visual: number): PixelLayout {
  const format = setup.pixmapFormats.find((candidate) => candidate.depth === depth)
  const [screen] = setup.screens
  const wanted = visual === 0 ? screen.rootVisual : visual
  const masks = setup.screens.flatMap((each) => each.visuals).find((candidate) => candidate.id === wanted)
  if (format?.bitsPerPixel !== 32 || !masks) {
    throw new X11Error('unsupported', `Pictures of depth ${depth} are not supported`)
  }
  return {
    bytesPerPixel: 4,
    redOffset: byteOffset(masks.redMask, setup.imageByteOrder),
    greenOffset: byteOffset(masks.greenMask, setup.imageByteOrder),
    blueOffset: byteOffset(masks.blueMask, setup.imageByteOrder),
  }
}

function byteOffset(mask: number, order: 'little' | 'big'): number {
  const shift = [0, 8, 16, 24].find((bits) => mask === (0xff << bits) >>> 0)
  if (shift === undefined) {
    throw new X11Error('unsupported', `Colour mask 0x${mask.toString(16)} is not supported`)
  }
  return order === 'little' ? shift / 8 : 3 - shift / 8
}

/**
 * Writes `pixelCount` pixels as RGB into `target` from pixel `firstPixel` on.
 * @throws X11Error `malformed` when the server sent fewer
 */
export function writeRgb(
  source: Buffer,
  layout: PixelLayout,
  target: Buffer,
  range: { readonly firstPixel: number; readonly pixelCount: number },
): void {
  const sourceEnd = range.pixelCount * layout.bytesPerPixel
  if (source.length < sourceEnd) throw malformed('picture shorter than asked for')
  const { redOffset, greenOffset, blueOffset } = layout
  let out = range.firstPixel * 3
  for (let at = 0; at < sourceEnd; at += 4) {
    // Indices lie within both buffers by the check above and the caller's allocation.
    target[out] = source[at + redOffset] as number
    target[out + 1] = source[at + greenOffset] as number
    target[out + 2] = source[at + blueOffset] as number
    out += 3
  }
}
