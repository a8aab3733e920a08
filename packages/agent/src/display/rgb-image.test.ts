import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { downscale, fittedSize, type RgbImage } from './rgb-image.ts'

const image = (widthPixels: number, heightPixels: number, data: readonly number[]): RgbImage => ({
  widthPixels,
  heightPixels,
  data: Buffer.from(data),
})

test('a thumbnail fits, keeps its shape and never grows', () => {
  const table = [
    [1920, 1080, 320, 320, 320, 180],
    [1080, 1920, 320, 320, 180, 320],
    [100, 50, 320, 320, 100, 50],
    [5000, 1, 100, 100, 100, 1],
  ] as const
  for (const [width, height, maxWidthPixels, maxHeightPixels, widthPixels, heightPixels] of table) {
    const size = fittedSize(image(width, height, []), { maxWidthPixels, maxHeightPixels })
    assert.deepEqual(size, { widthPixels, heightPixels })
  }
})

test('shrinking averages the pixels', () => {
  const source = image(2, 2, [0, 0, 0, 100, 0, 0, 0, 200, 0, 100, 200, 40])
  const small = downscale(source, { maxWidthPixels: 1, maxHeightPixels: 1 })
  assert.deepEqual([...small.data], [50, 100, 10])
})

test('a flat picture stays flat at any size', () => {
  const side = fc.integer({ min: 1, max: 40 })
  fc.assert(
    fc.property(side, side, side, side, (widthPixels, heightPixels, maxWidthPixels, maxHeightPixels) => {
      const data = Buffer.alloc(widthPixels * heightPixels * 3, 77)
      const small = downscale({ widthPixels, heightPixels, data }, { maxWidthPixels, maxHeightPixels })
      assert.ok(small.widthPixels <= maxWidthPixels && small.heightPixels <= maxHeightPixels)
      assert.equal(small.data.length, small.widthPixels * small.heightPixels * 3)
      assert.ok(small.data.every((byte) => byte === 77))
    }),
  )
})
