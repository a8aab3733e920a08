import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeSetupReply, encodeSetupRequest } from './connection-setup.ts'
import { setupReplyBytes } from './setup-reply.fixture.ts'
import { XCookie } from './x-cookie.ts'
import { X11Error } from './x11-error.ts'

test('the request carries name and cookie, each padded to four bytes', () => {
  const bytes = encodeSetupRequest(new XCookie(Buffer.alloc(16, 0xcd)))
  const name = Buffer.from('MIT-MAGIC-COOKIE-1').toString('hex')
  assert.equal(bytes.toString('hex'), `6c000b000000120010000000${name}0000${'cd'.repeat(16)}`)
  assert.equal(encodeSetupRequest(undefined).toString('hex'), '6c000b000000000000000000')
})

test('an accepted setup gives vendor, formats, screens and visuals', () => {
  const bytes = setupReplyBytes({ widthPixels: 1920, heightPixels: 1080 })
  const reply = decodeSetupReply(Buffer.concat([bytes, Buffer.from('next')]))
  assert.equal(reply.kind, 'accepted')
  assert.equal(reply.consumedBytes, bytes.length)
  assert.equal(reply.setup.vendor, 'Test vendor')
  assert.deepEqual(reply.setup.pixmapFormats, [{ depth: 24, bitsPerPixel: 32, scanlinePadBits: 32 }])
  const [screen] = reply.setup.screens
  assert.equal(screen.widthPixels, 1920)
  assert.equal(screen.heightPixels, 1080)
  assert.equal(screen.rootDepth, 24)
  assert.deepEqual(screen.visuals, [{ id: 33, redMask: 0xff0000, greenMask: 0xff00, blueMask: 0xff }])
})

test('a reply is incomplete until its last byte', () => {
  const bytes = setupReplyBytes({ widthPixels: 640, heightPixels: 480 })
  for (let length = 0; length < bytes.length; length += 1) {
    assert.equal(decodeSetupReply(bytes.subarray(0, length)).kind, 'incomplete')
  }
})

test('a refusal gives the server text as one printable line', () => {
  const text = 'Authorization required,\n but no authorization protocol specified\n\0'
  const body = Buffer.from(text.padEnd(Math.ceil(text.length / 4) * 4, '\0'), 'latin1')
  const header = Buffer.from([0, text.length, 11, 0, 0, 0, body.length / 4, 0])
  assert.deepEqual(decodeSetupReply(Buffer.concat([header, body])), {
    kind: 'refused',
    reason: 'Authorization required, but no authorization protocol specified',
  })
})

test('a demand for more authentication is told apart', () => {
  const reply = decodeSetupReply(Buffer.from([2, 0, 0, 0, 0, 0, 1, 0, ...Buffer.from('more')]))
  assert.deepEqual(reply, { kind: 'authenticate', reason: 'more' })
})

test('a display without area is malformed', () => {
  const bytes = setupReplyBytes({ widthPixels: 0, heightPixels: 0 })
  assert.throws(() => decodeSetupReply(bytes), { name: 'X11Error', code: 'malformed' })
})

test('any bytes and any damaged reply end in a value or a coded error', () => {
  const survive = (bytes: Buffer) => {
    try {
      decodeSetupReply(bytes)
    } catch (error) {
      assert.ok(error instanceof X11Error && error.code === 'malformed', String(error))
    }
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => survive(Buffer.from(bytes))))
  const valid = setupReplyBytes({ widthPixels: 640, heightPixels: 480 })
  fc.assert(
    fc.property(fc.nat(valid.length - 1), fc.nat(255), (index, value) => {
      const damaged = Buffer.from(valid)
      damaged[index] = value
      survive(damaged)
    }),
    { numRuns: 1000 },
  )
})
