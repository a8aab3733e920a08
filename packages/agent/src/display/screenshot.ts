// A still of the screen or of one launch's window, masked, as pixels or as a PNG file.
import type { Clock } from '@bongsu/foundation'
import { type MaskBook, NO_MASKS } from './masks.ts'
import { encodePng } from './png-encoder.ts'
import { downscale, type MaxSize, type RgbImage } from './rgb-image.ts'
import type { Screen } from './screen.ts'
import type { WindowOwner } from './windows.ts'

export interface Screenshot {
  readonly png: Buffer
  readonly widthPixels: number
  readonly heightPixels: number
  readonly takenAt: Date
  /** Of the window, when one was asked for. */
  readonly windowTitle?: string | undefined
}

export interface StillOptions {
  readonly clock: Pick<Clock, 'now'>
  /** Only the window of this launch that shows most; absent: the whole screen. */
  readonly owner?: WindowOwner | undefined
  /** Shrinks to fit, before anything is compressed. */
  readonly maxSize?: MaxSize | undefined
  readonly masks?: MaskBook | undefined
}

/** Pixels, for comparing with the last ones before a file is made of them. */
export interface Still {
  readonly image: RgbImage
  readonly takenAt: Date
  readonly windowTitle?: string | undefined
}

/**
 * A window is taken as the glass shows it: what lies above it is in the picture.
 * @returns undefined when nothing of the launch is shown
 * @throws X11Error when the display does not answer
 */
export async function takeStill(
  screen: Screen,
  { clock, owner, maxSize, masks = NO_MASKS }: StillOptions,
  signal?: AbortSignal,
): Promise<Still | undefined> {
  const taken = await screen.photograph({ owner, masks }, signal)
  if (!taken) return undefined
  const image = maxSize ? downscale(taken.image, maxSize) : taken.image
  return { image, takenAt: clock.now(), windowTitle: taken.window?.title }
}

/** As `takeStill`, as a file. */
export async function takeScreenshot(
  screen: Screen,
  options: StillOptions,
  signal?: AbortSignal,
): Promise<Screenshot | undefined> {
  const still = await takeStill(screen, options, signal)
  if (!still) return undefined
  const { image, takenAt, windowTitle } = still
  const { widthPixels, heightPixels } = image
  return { png: await encodePng(image), widthPixels, heightPixels, takenAt, windowTitle }
}
