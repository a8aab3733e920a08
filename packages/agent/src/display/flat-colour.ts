// Whether a picture shows anything: one flat colour is what a dead, empty or not yet painted window looks like. Pure.
import type { RgbImage } from './rgb-image.ts'
import type { PixelRectangle } from './x11/requests.ts'

export interface Colours {
  /** True when no pixel differs from the first by more than a shade. */
  readonly isFlat: boolean
  /** The first pixel's colour, as `#rrggbb`; the colour of the picture when it is flat. */
  readonly first: string
  /** Different colours met, counted up to `DISTINCT_LIMIT`. */
  readonly distinctCount: number
}

export const DISTINCT_LIMIT = 64
/** Rounding of a compositor or of a dithered gradient is no content. */
const SHADE = 2

/** @param parts rectangles of the picture to look at; others belong to somebody else */
export function coloursOf(image: RgbImage, parts: readonly PixelRectangle[]): Colours {
  const { data } = image
  const distinct = new Set<number>()
  let first: number | undefined
  let previous: number | undefined
  let isFlat = true
  for (const part of parts) {
    for (let y = part.y; y < part.y + part.heightPixels; y += 1) {
      let at = (y * image.widthPixels + part.x) * 3
      for (const end = at + part.widthPixels * 3; at < end; at += 3) {
        const colour = ((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0)
        if (colour === previous) continue
        previous = colour
        first ??= colour
        if (colour !== first && isFlat) isFlat = isSameShade(colour, first)
        distinct.add(colour)
        if (!isFlat && distinct.size >= DISTINCT_LIMIT) return describe(isFlat, first, distinct.size)
      }
    }
  }
  return describe(isFlat, first ?? 0, distinct.size)
}

function describe(isFlat: boolean, first: number, distinctCount: number): Colours {
  return { isFlat, first: `#${first.toString(16).padStart(6, '0')}`, distinctCount }
}

function isSameShade(a: number, b: number): boolean {
  return (
    Math.abs((a >> 16) - (b >> 16)) <= SHADE &&
    Math.abs(((a >> 8) & 0xff) - ((b >> 8) & 0xff)) <= SHADE &&
    Math.abs((a & 0xff) - (b & 0xff)) <= SHADE
  )
}
