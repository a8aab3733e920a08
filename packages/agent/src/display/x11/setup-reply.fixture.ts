// The bytes of an X server's accepting setup reply, built field by field for tests.

/** One screen of depth 24 with one TrueColor visual (id 33); the root window is 0x100. */
export function setupReplyBytes(size: {
  readonly widthPixels: number
  readonly heightPixels: number
}): Buffer {
  const vendor = Buffer.from('Test vendor\0')
  const body = Buffer.concat([
    u32(12_101_007, 0x200000, 0x1fffff, 256),
    u16(vendor.length - 1, 0xffff),
    Buffer.from([1, 1, 0, 0, 32, 32, 8, 255]),
    u32(0),
    vendor,
    Buffer.from([24, 32, 32, 0, 0, 0, 0, 0]),
    u32(0x100, 0x20, 0xffffff, 0, 0),
    u16(size.widthPixels, size.heightPixels, 338, 190, 1, 1),
    u32(33),
    Buffer.from([0, 0, 24, 1]),
    Buffer.from([24, 0]),
    u16(1),
    u32(0),
    u32(33),
    Buffer.from([4, 8]),
    u16(256),
    u32(0xff0000, 0xff00, 0xff, 0),
  ])
  const header = Buffer.from([1, 0, 11, 0, 0, 0, 0, 0])
  header.writeUInt16LE(body.length / 4, 6)
  return Buffer.concat([header, body])
}

function u16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2)
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, index * 2)
  return bytes
}

function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, index * 4)
  return bytes
}
