// RGB pixels to a PNG file (ISO/IEC 15948), tuned for speed over size: a screenshot is looked at once.
import { promisify } from 'node:util'
import { constants, crc32, deflate } from 'node:zlib'
import type { RgbImage } from './rgb-image.ts'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const FILTER_UP = 2
const deflateAsync = promisify(deflate)

/** Compresses on a thread of the pool, so that the event loop goes on. */
export async function encodePng(image: RgbImage): Promise<Buffer> {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(image.widthPixels, 0)
  header.writeUInt32BE(image.heightPixels, 4)
  header.writeUInt8(8, 8) // bits per sample
  header.writeUInt8(2, 9) // colour type: RGB
  const pixels = await deflateAsync(filterUp(image), { level: constants.Z_BEST_SPEED, memLevel: 9 })
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Each row as its difference to the one above: windows are full of equal rows, which become zeros. */
function filterUp({ widthPixels, heightPixels, data }: RgbImage): Buffer {
  const rowBytes = widthPixels * 3
  const filtered = Buffer.allocUnsafe((rowBytes + 1) * heightPixels)
  for (let row = 0; row < heightPixels; row += 1) {
    const from = row * rowBytes
    let to = row * (rowBytes + 1)
    filtered[to] = FILTER_UP
    to += 1
    if (row === 0) {
      data.copy(filtered, to, 0, rowBytes)
      continue
    }
    for (let at = from; at < from + rowBytes; at += 1) {
      filtered[to] = (data[at] as number) - (data[at - rowBytes] as number)
      to += 1
    }
  }
  return filtered
}

function chunk(type: 'IHDR' | 'IDAT' | 'IEND', content: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(content.length + 12)
  framed.writeUInt32BE(content.length, 0)
  framed.write(type, 4, 'latin1')
  content.copy(framed, 8)
  framed.writeUInt32BE(crc32(framed.subarray(4, content.length + 8)), content.length + 8)
  return framed
}
