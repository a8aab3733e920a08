// How much two frames of one window differ: what tells a moving picture from a frozen one. Pure.
import type { RgbImage } from './rgb-image.ts'
import type { PixelRectangle } from './x11/requests.ts'

/**
 * Share of the pixels within `parts` that changed, 0 to 1.
 * A picture of another size is another picture: 1.
 */
export function changedShare(before: RgbImage, after: RgbImage, parts: readonly PixelRectangle[]): number {
  if (before.widthPixels !== after.widthPixels || before.heightPixels !== after.heightPixels) return 1
  let [changed, total] = [0, 0]
  for (const part of parts) {
    for (let y = part.y; y < part.y + part.heightPixels; y += 1) {
      const start = (y * before.widthPixels + part.x) * 3
      const end = start + part.widthPixels * 3
      total += part.widthPixels
      // Most rows of most windows are equal: one native comparison settles them.
      if (before.data.compare(after.data, start, end, start, end) === 0) continue
      changed += changedPixels(before.data, after.data, start, end)
    }
  }
  return total === 0 ? 0 : changed / total
}

function changedPixels(before: Buffer, after: Buffer, start: number, end: number): number {
  let changed = 0
  for (let at = start; at < end; at += 3) {
    const isSame =
      before[at] === after[at] && before[at + 1] === after[at + 1] && before[at + 2] === after[at + 2]
    if (!isSame) changed += 1
  }
  return changed
}
