import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Frame, FrameReader } from './frame-reader.ts'
import { X11Error } from './x11-error.ts'

function reply(sequence: number, extraBytes: number): Buffer {
  const bytes = Buffer.alloc(32 + extraBytes, sequence & 0xff)
  bytes.writeUInt8(1, 0)
  bytes.writeUInt16LE(sequence, 2)
  bytes.writeUInt32LE(extraBytes / 4, 4)
  return bytes
}

function short(kind: number, sequence: number): Buffer {
  const bytes = Buffer.alloc(32)
  bytes.writeUInt8(kind, 0)
  bytes.writeUInt16LE(sequence, 2)
  return bytes
}

test('frames are the same however the stream is cut', () => {
  const stream = [reply(1, 0), short(0, 2), reply(3, 64), short(22, 3), reply(4, 4)]
  const bytes = Buffer.concat(stream)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sizes) => {
      const frames: Frame[] = []
      const reader = new FrameReader(() => 1024)
      for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1
        reader.push(bytes.subarray(at, at + size), (frame) => frames.push(frame))
        at += size
      }
      assert.deepEqual(
        frames.map(({ kind, sequence }) => [kind, sequence]),
        [
          ['reply', 1],
          ['error', 2],
          ['reply', 3],
          ['event', 3],
          ['reply', 4],
        ],
      )
      assert.ok(frames.every((frame, index) => frame.bytes.equals(stream[index] ?? Buffer.alloc(0))))
    }),
  )
})

test('a reply longer than what is due is refused before memory is taken', () => {
  const reader = new FrameReader(() => 64)
  const header = reply(1, 0)
  header.writeUInt32LE(0xffffffff, 4)
  assert.throws(() => reader.push(header, () => {}), { code: 'malformed' })
})

test('an event claims no more than its share', () => {
  const reader = new FrameReader(() => 64)
  const header = short(35, 1)
  header.writeUInt32LE(0x10000000, 4)
  assert.throws(() => reader.push(header, () => {}), { code: 'malformed' })
})

test('any bytes end in frames or in a coded error', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 6 }), (chunks) => {
      const reader = new FrameReader(() => 4096)
      try {
        for (const chunk of chunks) reader.push(Buffer.from(chunk), () => {})
      } catch (error) {
        assert.ok(error instanceof X11Error && error.code === 'malformed')
      }
    }),
  )
})
