// Rectangles of the screen: what is left of a window beneath others and beyond the edges. Pure.
import type { PixelRectangle } from './x11/requests.ts'

/** The common part; undefined when there is none. */
export function intersection(a: PixelRectangle, b: PixelRectangle): PixelRectangle | undefined {
  const x = Math.max(a.x, b.x)
  const y = Math.max(a.y, b.y)
  const widthPixels = Math.min(a.x + a.widthPixels, b.x + b.widthPixels) - x
  const heightPixels = Math.min(a.y + a.heightPixels, b.y + b.heightPixels) - y
  return widthPixels > 0 && heightPixels > 0 ? { x, y, widthPixels, heightPixels } : undefined
}

/** What of `area` no cover hides, as rectangles that do not overlap. */
export function uncovered(area: PixelRectangle, covers: readonly PixelRectangle[]): PixelRectangle[] {
  let parts = [area]
  for (const cover of covers) {
    parts = parts.flatMap((part) => subtract(part, cover))
    if (parts.length === 0) break
  }
  return parts
}

export function totalArea(parts: readonly PixelRectangle[]): number {
  return parts.reduce((sum, part) => sum + part.widthPixels * part.heightPixels, 0)
}

/** The smallest rectangle around all; undefined for none. */
export function boundingBox(parts: readonly PixelRectangle[]): PixelRectangle | undefined {
  if (parts.length === 0) return undefined
  const x = Math.min(...parts.map((part) => part.x))
  const y = Math.min(...parts.map((part) => part.y))
  const right = Math.max(...parts.map((part) => part.x + part.widthPixels))
  const bottom = Math.max(...parts.map((part) => part.y + part.heightPixels))
  return { x, y, widthPixels: right - x, heightPixels: bottom - y }
}

/** The same rectangles seen from another origin. */
export function relativeTo(
  origin: { readonly x: number; readonly y: number },
  parts: readonly PixelRectangle[],
): PixelRectangle[] {
  return parts.map((part) => ({ ...part, x: part.x - origin.x, y: part.y - origin.y }))
}

function subtract(part: PixelRectangle, cover: PixelRectangle): PixelRectangle[] {
  const hidden = intersection(part, cover)
  if (!hidden) return [part]
  const hiddenRight = hidden.x + hidden.widthPixels
  const hiddenBottom = hidden.y + hidden.heightPixels
  const bands: PixelRectangle[] = [
    { x: part.x, y: part.y, widthPixels: part.widthPixels, heightPixels: hidden.y - part.y },
    {
      x: part.x,
      y: hiddenBottom,
      widthPixels: part.widthPixels,
      heightPixels: part.y + part.heightPixels - hiddenBottom,
    },
    { x: part.x, y: hidden.y, widthPixels: hidden.x - part.x, heightPixels: hidden.heightPixels },
    {
      x: hiddenRight,
      y: hidden.y,
      widthPixels: part.x + part.widthPixels - hiddenRight,
      heightPixels: hidden.heightPixels,
    },
  ]
  return bands.filter((band) => band.widthPixels > 0 && band.heightPixels > 0)
}
