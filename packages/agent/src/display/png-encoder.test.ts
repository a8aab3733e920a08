import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32, inflateSync } from 'node:zlib'
import fc from 'fast-check'
import { encodePng } from './png-encoder.ts'
import type { RgbImage } from './rgb-image.ts'

/** A decoder for what we encode, written from the specification: truecolour, filters none and up. */
function decodePng(png: Buffer): RgbImage {
  assert.equal(png.subarray(0, 8).toString('hex'), '89504e470d0a1a0a')
  let [widthPixels, heightPixels] = [0, 0]
  const parts: Buffer[] = []
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    const type = png.toString('latin1', at + 4, at + 8)
    const content = png.subarray(at + 8, at + 8 + length)
    assert.equal(png.readUInt32BE(at + 8 + length), crc32(png.subarray(at + 4, at + 8 + length)))
    if (type === 'IHDR') [widthPixels, heightPixels] = [content.readUInt32BE(0), content.readUInt32BE(4)]
    if (type === 'IDAT') parts.push(content)
    at += 12 + length
  }
  const filtered = inflateSync(Buffer.concat(parts))
  const rowBytes = widthPixels * 3
  const data = Buffer.alloc(rowBytes * heightPixels)
  for (let row = 0; row < heightPixels; row += 1) {
    assert.equal(filtered[row * (rowBytes + 1)], 2)
    for (let column = 0; column < rowBytes; column += 1) {
      const above = row === 0 ? 0 : (data[(row - 1) * rowBytes + column] ?? 0)
      data[row * rowBytes + column] = (filtered[row * (rowBytes + 1) + 1 + column] ?? 0) + above
    }
  }
  return { widthPixels, heightPixels, data }
}

test('every pixel survives encoding', async () => {
  const picture = fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
    .chain(([widthPixels, heightPixels]) => {
      const length = widthPixels * heightPixels * 3
      return fc
        .uint8Array({ minLength: length, maxLength: length })
        .map((bytes): RgbImage => ({ widthPixels, heightPixels, data: Buffer.from(bytes) }))
    })
  await fc.assert(
    fc.asyncProperty(picture, async (image) => {
      assert.deepEqual(decodePng(await encodePng(image)), image)
    }),
  )
})
