// Reads the PNGs the product makes: 8 bits, RGB or RGBA, not interlaced (PNG specification, 2nd edition). Tests only.
import { inflateSync } from 'node:zlib'

export interface DecodedPng {
  readonly width: number
  readonly height: number
  /** RGB, three bytes a pixel. */
  readonly rgb: Buffer
  /** Distinct colours. */
  readonly colours: number
}

export function readPng(bytes: Uint8Array): DecodedPng {
  const png = Buffer.from(bytes)
  if (png.readUInt32BE(0) !== 0x89504e47) throw new Error('not a PNG')
  const width = png.readUInt32BE(16)
  const height = png.readUInt32BE(20)
  const channels = png[25] === 6 ? 4 : 3
  const parts: Buffer[] = []
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') {
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
    }
  }
  const raw = unfilter(inflateSync(Buffer.concat(parts)), { stride: width * channels, height, channels })
  const rgb = Buffer.alloc(width * height * 3)
  const seen = new Set<number>()
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    raw.copy(rgb, pixel * 3, pixel * channels, pixel * channels + 3)
    seen.add(rgb.readUIntBE(pixel * 3, 3))
  }
  return { width, height, rgb, colours: seen.size }
}

interface Layout {
  readonly stride: number
  readonly height: number
  readonly channels: number
}

function unfilter(filtered: Buffer, { stride, height, channels }: Layout): Buffer {
  const raw = Buffer.alloc(stride * height)
  for (let row = 0; row < height; row += 1) {
    const filter = filtered[row * (stride + 1)] ?? 0
    for (let x = 0; x < stride; x += 1) {
      const left = x >= channels ? (raw[row * stride + x - channels] ?? 0) : 0
      const up = row > 0 ? (raw[(row - 1) * stride + x] ?? 0) : 0
      const corner = row > 0 && x >= channels ? (raw[(row - 1) * stride + x - channels] ?? 0) : 0
      const value = filtered[row * (stride + 1) + 1 + x] ?? 0
      raw[row * stride + x] = (value + predict(filter, { left, up, corner })) & 0xff
    }
  }
  return raw
}

function predict(filter: number, { left, up, corner }: { left: number; up: number; corner: number }): number {
  if (filter === 0) return 0
  if (filter === 1) return left
  if (filter === 2) return up
  if (filter === 3) return (left + up) >> 1
  const estimate = left + up - corner
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(estimate - value))
  if ((a ?? 0) <= (b ?? 0) && (a ?? 0) <= (c ?? 0)) return left
  return (b ?? 0) <= (c ?? 0) ? up : corner
}
