// A still of the screen or of one launch's window, as a PNG file.
import type { Clock } from '@bongsu/foundation'
import { windowsOf } from './picture-check.ts'
import { encodePng } from './png-encoder.ts'
import { totalArea } from './rectangles.ts'
import { downscale, type MaxSize, type RgbImage } from './rgb-image.ts'
import type { Screen } from './screen.ts'

export interface Screenshot {
  readonly png: Buffer
  readonly widthPixels: number
  readonly heightPixels: number
  readonly takenAt: Date
  /** Of the window, when one was asked for. */
  readonly windowTitle?: string | undefined
}

export interface ScreenshotOptions {
  readonly clock: Pick<Clock, 'now'>
  /** Only the window of this hostname that shows most; absent: the whole screen. */
  readonly hostname?: string | undefined
  /** Of that launch; see `CheckedLaunch`. */
  readonly containerIds?: readonly string[] | undefined
  readonly maxSize?: MaxSize | undefined
}

/**
 * A window is taken as the glass shows it: what lies above it is in the picture.
 * @returns undefined when nothing of the launch is shown
 * @throws X11Error when the display does not answer
 */
export async function takeScreenshot(
  screen: Screen,
  options: ScreenshotOptions,
  signal?: AbortSignal,
): Promise<Screenshot | undefined> {
  const { clock, hostname, containerIds, maxSize } = options
  if (hostname === undefined) {
    const image = await screen.captureScreen(signal)
    return encode(image, maxSize, clock.now())
  }
  const [window] = windowsOf(await screen.listWindows(signal), { hostname, containerIds }).toSorted(
    (a, b) => totalArea(b.shownParts) - totalArea(a.shownParts),
  )
  const picture = window && (await screen.captureWindow(window, signal))
  if (!picture) return undefined
  return { ...(await encode(picture.image, maxSize, clock.now())), windowTitle: window.title }
}

async function encode(image: RgbImage, maxSize: MaxSize | undefined, takenAt: Date): Promise<Screenshot> {
  const fitted = maxSize ? downscale(image, maxSize) : image
  const { widthPixels, heightPixels } = fitted
  return { png: await encodePng(fitted), widthPixels, heightPixels, takenAt }
}
