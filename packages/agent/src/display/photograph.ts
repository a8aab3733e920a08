// A picture of the screen for people: the windows and the pixels are of the same moment, so that no mask is ever beside
// the window it hides. The server is held still only while the windows are listed and the pixels copied aside.
import { capture } from './capture.ts'
import { blacken, type MaskBook, maskedAreas } from './masks.ts'
import { boundingBox, intersection, relativeTo, totalArea } from './rectangles.ts'
import type { RgbImage } from './rgb-image.ts'
import { listWindows, type ScreenWindow, type WindowOwner, windowsOf } from './windows.ts'
import type { X11Connection } from './x11/connection.ts'
import { copyArea, createCopyContext, createPixmap, grabServer, ungrabServer } from './x11/drawing.ts'
import type { PixelRectangle } from './x11/requests.ts'
import { isGone } from './x11/x11-error.ts'

export interface Photograph {
  readonly image: RgbImage
  /** The launch's window, when one was asked for. */
  readonly window: ScreenWindow | undefined
}

export interface Subject {
  /** The window of this launch that shows most; absent: the whole screen. */
  readonly owner?: WindowOwner | undefined
  readonly masks: MaskBook
  /**
   * `shared`: all windows draw on the root, as on every screen of its own.
   * `apart`: each has pixels of its own and the root has none, as in a rootless Xwayland.
   */
  readonly drawing: 'shared' | 'apart'
}

interface Piece {
  readonly drawable: number
  readonly depth: number
  readonly visual: number
  /** Of the drawable. */
  readonly area: PixelRectangle
  /** Where its origin lies in the picture. */
  readonly at: { readonly x: number; readonly y: number }
}

/**
 * @returns undefined when nothing of the launch is shown
 * @throws X11Error when the display does not answer
 */
export async function photograph(
  connection: X11Connection,
  subject: Subject,
): Promise<Photograph | undefined> {
  connection.post(grabServer())
  const windows = await listWindows(connection)
  const window = subject.owner && mostShown(windows, subject.owner)
  const bounds = subject.owner ? boundingBox(window?.shownParts ?? []) : screenOf(connection)
  if (!bounds) return undefined
  const pieces = piecesOf(connection, { windows, window, bounds }, subject)
  const copies = pieces.map((piece, index) => setAside(connection, piece, index))
  connection.post(ungrabServer())
  const image = await assemble(connection, copies, bounds)
  if (!image) return undefined
  blacken(image, relativeTo(bounds, maskedAreas(windows, subject.masks)))
  return { image, window }
}

function mostShown(windows: readonly ScreenWindow[], owner: WindowOwner): ScreenWindow | undefined {
  return windowsOf(windows, owner).toSorted((a, b) => totalArea(b.shownParts) - totalArea(a.shownParts))[0]
}

function screenOf({ setup }: X11Connection): PixelRectangle {
  const [{ widthPixels, heightPixels }] = setup.screens
  return { x: 0, y: 0, widthPixels, heightPixels }
}

interface Scene {
  /** Topmost first. */
  readonly windows: readonly ScreenWindow[]
  readonly window: ScreenWindow | undefined
  /** Of the picture, in screen coordinates. */
  readonly bounds: PixelRectangle
}

function piecesOf(
  { setup }: X11Connection,
  { windows, window, bounds }: Scene,
  { drawing }: Subject,
): Piece[] {
  if (drawing === 'shared') {
    const [{ rootWindow: drawable, rootDepth: depth, rootVisual: visual }] = setup.screens
    return [{ drawable, depth, visual, area: bounds, at: { x: 0, y: 0 } }]
  }
  const shown = window ? [window] : windows.filter(({ state }) => state === 'viewable').toReversed()
  return shown.flatMap(({ windowId: drawable, depth, visual, geometry }) => {
    const part = intersection(geometry, bounds)
    if (!part) return []
    const [area] = relativeTo(geometry, [part])
    const [at] = relativeTo(bounds, [part])
    return area && at ? [{ drawable, depth, visual, area, at }] : []
  })
}

/** Asks the server to copy; the copy goes with our connection. */
function setAside(connection: X11Connection, { drawable, area, ...piece }: Piece, index: number): Piece {
  const { widthPixels, heightPixels } = area
  const pixmap = connection.setup.resourceIdBase + 1 + 2 * index
  const context = pixmap + 1
  connection.post(createPixmap({ pixmap, drawable, depth: piece.depth, widthPixels, heightPixels }))
  connection.post(createCopyContext(context, drawable))
  connection.post(copyArea({ from: drawable, to: pixmap, context, area }))
  return { ...piece, drawable: pixmap, area: { x: 0, y: 0, widthPixels, heightPixels } }
}

/** @returns undefined when no piece could be taken: its window went before the copy */
async function assemble(
  connection: X11Connection,
  pieces: readonly Piece[],
  bounds: PixelRectangle,
): Promise<RgbImage | undefined> {
  const [only] = pieces
  const { widthPixels, heightPixels } = bounds
  if (only && pieces.length === 1 && isSameSize(only.area, bounds)) return orGone(capture(connection, only))
  const image = { widthPixels, heightPixels, data: Buffer.alloc(widthPixels * heightPixels * 3) }
  for (const piece of pieces) {
    const taken = await orGone(capture(connection, piece))
    if (taken) paste(taken, image, piece.at)
  }
  return image
}

const isSameSize = (a: PixelRectangle, b: PixelRectangle): boolean =>
  a.widthPixels === b.widthPixels && a.heightPixels === b.heightPixels

function paste(from: RgbImage, onto: RgbImage, at: { readonly x: number; readonly y: number }): void {
  for (let row = 0; row < from.heightPixels; row += 1) {
    const start = row * from.widthPixels * 3
    const target = ((at.y + row) * onto.widthPixels + at.x) * 3
    from.data.copy(onto.data, target, start, start + from.widthPixels * 3)
  }
}

async function orGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}
