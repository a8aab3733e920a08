import assert from 'node:assert/strict'
import { test } from 'node:test'
import { coloursOf, DISTINCT_LIMIT } from './flat-colour.ts'
import { boundsOf, type RgbImage } from './rgb-image.ts'

function flat(
  widthPixels: number,
  heightPixels: number,
  colour: readonly [number, number, number],
): RgbImage {
  const data = Buffer.alloc(widthPixels * heightPixels * 3)
  for (let at = 0; at < data.length; at += 3) data.set(colour, at)
  return { widthPixels, heightPixels, data }
}

test('one colour is flat, whichever it is', () => {
  for (const colour of [
    [0, 0, 0],
    [255, 255, 255],
    [18, 52, 86],
  ] as const) {
    const image = flat(10, 10, colour)
    const first = `#${Buffer.from(colour).toString('hex')}`
    assert.deepEqual(coloursOf(image, [boundsOf(image)]), { isFlat: true, first, distinctCount: 1 })
  }
})

test('a single pixel of another colour is a picture, another shade is not', () => {
  for (const [value, isFlat] of [
    [40, false],
    [2, true],
  ] as const) {
    const image = flat(10, 10, [0, 0, 0])
    image.data[3 * 57 + 1] = value
    assert.deepEqual(coloursOf(image, [boundsOf(image)]), { isFlat, first: '#000000', distinctCount: 2 })
  }
})

test('only the given parts count', () => {
  const image = flat(10, 10, [0, 0, 0])
  image.data[3 * 55] = 200
  const upper = { x: 0, y: 0, widthPixels: 10, heightPixels: 5 }
  assert.equal(coloursOf(image, [upper]).isFlat, true)
  const lower = { ...upper, y: 5 }
  assert.equal(coloursOf(image, [upper, lower]).isFlat, false)
})

test('counting stops at the limit', () => {
  const image = flat(256, 2, [0, 0, 0])
  for (let x = 0; x < 256; x += 1) image.data[x * 3] = x
  const colours = coloursOf(image, [boundsOf(image)])
  assert.equal(colours.isFlat, false)
  assert.equal(colours.distinctCount, DISTINCT_LIMIT)
})
