// What no picture may show: the masked shares of launches' windows, wherever they lie now. Pure.
import type { PictureMask } from '@bongsu/protocol'
import { intersection } from './rectangles.ts'
import { boundsOf, type RgbImage } from './rgb-image.ts'
import type { ScreenWindow } from './windows.ts'
import type { PixelRectangle } from './x11/requests.ts'

/** Which parts of a window are masked. */
export interface MaskBook {
  masksOf(window: Pick<ScreenWindow, 'clientMachine' | 'containerId'>): readonly PictureMask[]
}

export const NO_MASKS: MaskBook = { masksOf: () => [] }

export interface MaskedLaunch {
  readonly launchId: string
  readonly containerIds: readonly string[]
  /** Undefined when its profile is not known now: what was learnt before holds. */
  readonly masks: readonly PictureMask[] | undefined
}

export interface LearningMaskBook extends MaskBook {
  /** What is learnt of launches stays when they are no longer named, since their windows may still be there. */
  learn(launches: Iterable<MaskedLaunch>): void
}

const LAUNCH_ID = /^lau-[a-z2-7]{16}$/
const WHOLE: readonly PictureMask[] = [{ x: 0, y: 0, width: 1, height: 1 }]
/** Far more than a device runs at a time; what is forgotten is masked wholly. */
const MAX_REMEMBERED = 4096

/** Of a launch or container that it never heard of, everything is masked: nobody can say what must not be seen. */
export function createMaskBook(): LearningMaskBook {
  const masksByLaunch = new Map<string, readonly PictureMask[]>()
  const launchByContainer = new Map<string, string>()
  return {
    learn(launches) {
      for (const { launchId, containerIds, masks } of launches) {
        if (masks) remember(masksByLaunch, launchId, masks)
        for (const containerId of containerIds) remember(launchByContainer, containerId, launchId)
      }
    },
    masksOf({ containerId, clientMachine = '' }) {
      if (containerId !== undefined)
        return masksByLaunch.get(launchByContainer.get(containerId) ?? '') ?? WHOLE
      return masksByLaunch.get(clientMachine) ?? (LAUNCH_ID.test(clientMachine) ? WHOLE : [])
    },
  }
}

function remember<T>(book: Map<string, T>, key: string, value: T): void {
  book.delete(key)
  book.set(key, value)
  const [oldest] = book.keys()
  if (book.size > MAX_REMEMBERED && oldest !== undefined) book.delete(oldest)
}

/**
 * The areas to blacken, in screen coordinates. What lies above a masked window is blackened with it: a window that
 * covers another need not be opaque or rectangular, so only the whole area is sure to hide.
 */
export function maskedAreas(windows: readonly ScreenWindow[], book: MaskBook): PixelRectangle[] {
  return windows.flatMap((window) => {
    if (window.state !== 'viewable') return []
    const masks = book.masksOf(window)
    // A menu is no part of the picture that the shares are of; but what is masked wholly is masked with its menus.
    const ofThis = window.role === 'popup' ? masks.filter(isWhole) : masks
    return ofThis.map((mask) => shareOf(window.geometry, mask))
  })
}

const isWhole = ({ x, y, width, height }: PictureMask): boolean =>
  x === 0 && y === 0 && width === 1 && height === 1

/** Rounded outwards: a pixel that is half masked is masked. */
function shareOf(window: PixelRectangle, mask: PictureMask): PixelRectangle {
  const left = Math.floor(mask.x * window.widthPixels)
  const top = Math.floor(mask.y * window.heightPixels)
  const right = Math.ceil((mask.x + mask.width) * window.widthPixels)
  const bottom = Math.ceil((mask.y + mask.height) * window.heightPixels)
  return { x: window.x + left, y: window.y + top, widthPixels: right - left, heightPixels: bottom - top }
}

/** Makes the areas, in the image's coordinates, black in place. */
export function blacken(image: RgbImage, areas: readonly PixelRectangle[]): void {
  for (const area of areas) {
    const part = intersection(area, boundsOf(image))
    if (!part) continue
    for (let y = part.y; y < part.y + part.heightPixels; y += 1) {
      const start = (y * image.widthPixels + part.x) * 3
      image.data.fill(0, start, start + part.widthPixels * 3)
    }
  }
}
