import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeSetupReply, type ServerSetup } from './connection-setup.ts'
import { pixelLayout, writeRgb } from './pixels.ts'
import { setupReplyBytes } from './setup-reply.fixture.ts'

const reply = decodeSetupReply(setupReplyBytes({ widthPixels: 4, heightPixels: 4 }))
assert.ok(reply.kind === 'accepted')
const setup: ServerSetup = reply.setup

test('blue comes first on a little-endian server with the usual masks', () => {
  const layout = pixelLayout(setup, 24, 0)
  assert.deepEqual(layout, { bytesPerPixel: 4, redOffset: 2, greenOffset: 1, blueOffset: 0 })
  const target = Buffer.alloc(9)
  writeRgb(Buffer.from([1, 2, 3, 0, 4, 5, 6, 0]), layout, target, { firstPixel: 1, pixelCount: 2 })
  assert.deepEqual([...target], [0, 0, 0, 3, 2, 1, 6, 5, 4])
})

test('the image byte order of the server turns the pixel round', () => {
  const layout = pixelLayout({ ...setup, imageByteOrder: 'big' }, 24, 33)
  assert.deepEqual(layout, { bytesPerPixel: 4, redOffset: 1, greenOffset: 2, blueOffset: 3 })
})

test('formats that we do not read are a coded error', () => {
  const [screen] = setup.screens
  const rgb565 = { id: 33, redMask: 0xf800, greenMask: 0x7e0, blueMask: 0x1f }
  const oddScreen = { ...screen, visuals: [rgb565] }
  for (const [server, depth, visual] of [
    [setup, 16, 0],
    [setup, 24, 999],
    [{ ...setup, screens: [oddScreen] as const }, 24, 33],
  ] as const) {
    assert.throws(() => pixelLayout(server, depth, visual), { code: 'unsupported' })
  }
})

test('fewer pixels than asked for are malformed', () => {
  const layout = pixelLayout(setup, 24, 0)
  const range = { firstPixel: 0, pixelCount: 2 }
  assert.throws(() => writeRgb(Buffer.alloc(7), layout, Buffer.alloc(6), range), { code: 'malformed' })
})
