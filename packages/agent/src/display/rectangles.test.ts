import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { boundingBox, intersection, relativeTo, totalArea, uncovered } from './rectangles.ts'
import type { PixelRectangle } from './x11/requests.ts'

const rectangle: fc.Arbitrary<PixelRectangle> = fc.record({
  x: fc.integer({ min: -10, max: 20 }),
  y: fc.integer({ min: -10, max: 20 }),
  widthPixels: fc.integer({ min: 1, max: 15 }),
  heightPixels: fc.integer({ min: 1, max: 15 }),
})

const holds = ({ x, y, widthPixels, heightPixels }: PixelRectangle, px: number, py: number) =>
  px >= x && px < x + widthPixels && py >= y && py < y + heightPixels

test('the uncovered parts are exactly the pixels that no cover holds, each once', () => {
  fc.assert(
    fc.property(rectangle, fc.array(rectangle, { maxLength: 5 }), (area, covers) => {
      const parts = uncovered(area, covers)
      for (let y = area.y; y < area.y + area.heightPixels; y += 1) {
        for (let x = area.x; x < area.x + area.widthPixels; x += 1) {
          const isFree = !covers.some((cover) => holds(cover, x, y))
          assert.equal(parts.filter((part) => holds(part, x, y)).length, isFree ? 1 : 0)
        }
      }
      assert.ok(totalArea(parts) <= totalArea([area]))
    }),
  )
})

test('a common part lies within both and is found from either side', () => {
  fc.assert(
    fc.property(rectangle, rectangle, (a, b) => {
      const common = intersection(a, b)
      assert.deepEqual(common, intersection(b, a))
      if (common) assert.deepEqual(boundingBox([a, common]), { ...a })
    }),
  )
})

test('nothing has no bounding box, and another origin shifts', () => {
  assert.equal(boundingBox([]), undefined)
  const part = { x: 5, y: 7, widthPixels: 2, heightPixels: 3 }
  assert.deepEqual(relativeTo({ x: 5, y: 6 }, [part]), [{ ...part, x: 0, y: 1 }])
})
