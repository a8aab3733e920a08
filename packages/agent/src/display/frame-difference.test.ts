import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changedShare } from './frame-difference.ts'
import { boundsOf, type RgbImage } from './rgb-image.ts'

const grey = (): RgbImage => ({ widthPixels: 10, heightPixels: 10, data: Buffer.alloc(300, 128) })

test('equal frames differ by nothing, one changed pixel by its share', () => {
  const [before, after] = [grey(), grey()]
  assert.equal(changedShare(before, after, [boundsOf(before)]), 0)
  after.data[301 - 150] = 1
  assert.equal(changedShare(before, after, [boundsOf(before)]), 0.01)
})

test('a change outside the parts is not ours', () => {
  const [before, after] = [grey(), grey()]
  after.data[0] = 1
  const lower = { x: 0, y: 5, widthPixels: 10, heightPixels: 5 }
  assert.equal(changedShare(before, after, [lower]), 0)
  assert.equal(changedShare(before, after, []), 0)
})

test('another size is another picture', () => {
  const before = grey()
  const after = { widthPixels: 5, heightPixels: 20, data: before.data }
  assert.equal(changedShare(before, after, [boundsOf(before)]), 1)
})
