// What the agent can see of a display: its windows and their pixels. Each call is one fresh, short connection,
// so that an X server that restarts between two calls needs no care.
import { capture } from './capture.ts'
import { type Photograph, photograph, type Subject } from './photograph.ts'
import { boundingBox, relativeTo } from './rectangles.ts'
import type { RgbImage } from './rgb-image.ts'
import { listWindows, type ScreenWindow } from './windows.ts'
import { type Dial, openX11, type X11Connection } from './x11/connection.ts'
import type { PixelRectangle } from './x11/requests.ts'
import type { XCookie } from './x11/x-cookie.ts'
import { isGone } from './x11/x11-error.ts'

export interface WindowPicture {
  /** The smallest rectangle that holds all that is shown of the window. */
  readonly image: RgbImage
  /** What of the image is the window's own, in image coordinates; the rest belongs to windows above it. */
  readonly parts: readonly PixelRectangle[]
}

/** All methods reject with an X11Error when the display does not answer, or with the signal's reason. */
export interface Screen {
  /** Topmost first. */
  listWindows(signal?: AbortSignal): Promise<ScreenWindow[]>
  /** The shown part of a window; undefined when nothing of it is shown or it went away. */
  captureWindow(window: ScreenWindow, signal?: AbortSignal): Promise<WindowPicture | undefined>
  /** A picture for people; undefined when nothing of the launch is shown. */
  photograph(subject: PhotographSubject, signal?: AbortSignal): Promise<Photograph | undefined>
}

/** For what is more than looking: one connection, closed afterwards. */
export interface ScreenAccess {
  within<T>(use: (connection: X11Connection) => Promise<T>, signal?: AbortSignal): Promise<T>
}

export type PhotographSubject = Omit<Subject, 'drawing'>

export interface XScreenOptions {
  readonly socketPath: string
  readonly cookie: XCookie | undefined
  /** Longest silence of the server before a call fails. */
  readonly timeoutMs: number
  /** See `X11ConnectOptions`. */
  readonly dial?: Dial | undefined
  /** See `Subject`. Default `shared`. */
  readonly drawing?: Subject['drawing']
}

export function createXScreen(options: XScreenOptions): Screen & ScreenAccess {
  const connected = async <T>(
    signal: AbortSignal | undefined,
    use: (connection: X11Connection) => Promise<T>,
  ): Promise<T> => {
    const connection = await openX11({ ...options, signal })
    try {
      return await use(connection)
    } finally {
      connection.close()
    }
  }
  return {
    within: (use, signal) => connected(signal, use),
    listWindows: (signal) => connected(signal, listWindows),
    captureWindow: (window, signal) =>
      connected(signal, (connection) => captureShownParts(connection, window)),
    photograph: (subject, signal) =>
      connected(signal, (connection) =>
        photograph(connection, { ...subject, drawing: options.drawing ?? 'shared' }),
      ),
  }
}

async function captureShownParts(
  connection: X11Connection,
  window: ScreenWindow,
): Promise<WindowPicture | undefined> {
  const box = boundingBox(window.shownParts)
  if (!box) return undefined
  const [area] = relativeTo(window.geometry, [box])
  if (!area) return undefined
  try {
    const { windowId: drawable, depth, visual } = window
    const image = await capture(connection, { drawable, depth, visual, area })
    return { image, parts: relativeTo(box, window.shownParts) }
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}
