// What no picture may show: the masked shares of launches' windows, wherever they lie now. Pure.
import type { PictureMask } from '@bongsu/protocol'
import { intersection } from './rectangles.ts'
import { boundsOf, type RgbImage } from './rgb-image.ts'
import type { ScreenWindow } from './windows.ts'
import type { PixelRectangle } from './x11/requests.ts'

/** Masks by the hostname that a window names as its machine. */
export interface MaskBook {
  masksOf(clientMachine: string): readonly PictureMask[]
}

export const NO_MASKS: MaskBook = { masksOf: () => [] }

const LAUNCH_ID = /^lau-[a-z2-7]{16}$/
const WHOLE: readonly PictureMask[] = [{ x: 0, y: 0, width: 1, height: 1 }]

export interface LearningMaskBook extends MaskBook {
  /** What launches wish now; what was learnt of others stays, since their windows may still be there. */
  learn(launches: Iterable<MaskedLaunch>): void
}

export interface MaskedLaunch {
  readonly launchId: string
  readonly masks: readonly PictureMask[]
}

/** Of a launch that it never heard of, everything is masked: it ran before us, and nobody can say what it hides. */
export function createMaskBook(): LearningMaskBook {
  const known = new Map<string, readonly PictureMask[]>()
  return {
    learn(launches) {
      for (const { launchId, masks } of launches) known.set(launchId, masks)
    },
    masksOf: (machine) => known.get(machine) ?? (LAUNCH_ID.test(machine) ? WHOLE : []),
  }
}

/**
 * The areas to blacken, in screen coordinates. What lies above a masked window is blackened with it: a window that
 * covers another need not be opaque or rectangular, so only the whole area is sure to hide.
 */
export function maskedAreas(windows: readonly ScreenWindow[], book: MaskBook): PixelRectangle[] {
  return windows.flatMap((window) => {
    if (window.state !== 'viewable' || window.clientMachine === undefined) return []
    if (window.role === 'popup') return []
    return book.masksOf(window.clientMachine).map((mask) => shareOf(window.geometry, mask))
  })
}

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
