// Takes the pixels of a window or of the whole screen from an X server, in strips so that every reply stays small.
import type { RgbImage } from './rgb-image.ts'
import type { X11Connection } from './x11/connection.ts'
import { pixelLayout, writeRgb } from './x11/pixels.ts'
import { getImage, type PixelRectangle } from './x11/requests.ts'
import { X11Error } from './x11/x11-error.ts'

const STRIP_BYTES = 1 << 20
/** Three 4K monitors are 25 million pixels; a server that claims far more is not believed. */
const MAX_PIXELS = 64_000_000

export interface CaptureTarget {
  /** A window, the root included. */
  readonly drawable: number
  readonly depth: number
  readonly visual: number
  /** In the drawable's coordinates; must lie on the screen. */
  readonly area: PixelRectangle
}

/**
 * Two strips are under way at a time: the server reads the screen while we convert.
 * @throws X11Error `request_failed` with BadMatch or BadDrawable when the window went away meanwhile (see `isGone`)
 */
export async function capture(connection: X11Connection, target: CaptureTarget): Promise<RgbImage> {
  const { widthPixels, heightPixels } = target.area
  if (widthPixels * heightPixels > MAX_PIXELS) {
    throw new X11Error('unsupported', `A picture of ${widthPixels}x${heightPixels} pixels is too large`)
  }
  const layout = pixelLayout(connection.setup, target.depth, target.visual)
  const data = Buffer.allocUnsafe(widthPixels * heightPixels * 3)
  const stripRows = Math.max(1, Math.floor(STRIP_BYTES / (widthPixels * layout.bytesPerPixel)))

  const fetchStrip = async (firstRow: number): Promise<void> => {
    const rows = Math.min(stripRows, heightPixels - firstRow)
    const pixelCount = rows * widthPixels
    const area = { x: target.area.x, y: target.area.y + firstRow, widthPixels, heightPixels: rows }
    const raw = await connection.send(getImage(target.drawable, area, pixelCount * layout.bytesPerPixel))
    writeRgb(raw.data, layout, data, { firstPixel: firstRow * widthPixels, pixelCount })
  }
  let previous: Promise<void> = Promise.resolve()
  for (let row = 0; row < heightPixels; row += stripRows) {
    const current = fetchStrip(row)
    // Marks it as handled: when the one before fails we never come to await this one.
    current.catch(() => {})
    await previous
    previous = current
  }
  await previous
  return { widthPixels, heightPixels, data }
}
