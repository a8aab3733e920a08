import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  getGeometry,
  getImage,
  getProperty,
  getWindowAttributes,
  internAtom,
  queryTree,
  translateCoordinates,
  type XRequest,
} from './requests.ts'
import { X11Error } from './x11-error.ts'

const area = { x: 1, y: -2, widthPixels: 3, heightPixels: 4 }

test('requests have the bytes of the protocol', () => {
  const table: [XRequest<unknown>, string][] = [
    [internAtom('WM_STATE'), '10010400 08000000 574d5f5354415445'],
    [queryTree(0x1020304), '0f000200 04030201'],
    [getWindowAttributes(1), '03000200 01000000'],
    [getGeometry(1), '0e000200 01000000'],
    [translateCoordinates(1, 2), '28000400 01000000 02000000 00000000'],
    [getProperty(1, 39, 10), '14000600 01000000 27000000 00000000 00000000 03000000'],
    [getImage(1, area, 48), '49020500 01000000 0100feff 03000400 ffffffff'],
  ]
  for (const [request, hex] of table) {
    assert.equal(request.bytes.toString('hex'), hex.replaceAll(' ', ''))
    assert.equal(request.bytes.readUInt16LE(2) * 4, request.bytes.length)
  }
})

test('replies decode', () => {
  const bytes = Buffer.alloc(40)
  bytes.writeUInt32LE(7, 12)
  bytes.writeUInt16LE(2, 16)
  bytes.writeUInt32LE(100, 32)
  bytes.writeUInt32LE(101, 36)
  assert.deepEqual(queryTree(1).decode(bytes), { parent: 7, children: [100, 101] })

  const property = Buffer.alloc(36)
  property.writeUInt8(8, 1)
  property.writeUInt32LE(31, 8)
  property.writeUInt32LE(5, 12)
  property.writeUInt32LE(3, 16)
  property.write('abcX', 32)
  assert.deepEqual(getProperty(1, 39, 4).decode(property), {
    type: 31,
    format: 8,
    bytesAfter: 5,
    value: Buffer.from('abc'),
  })
})

test('a count that the reply does not hold is malformed', () => {
  const children = Buffer.alloc(32)
  children.writeUInt16LE(65_535, 16)
  assert.throws(() => queryTree(1).decode(children), { code: 'malformed' })
  const property = Buffer.alloc(32)
  property.writeUInt8(32, 1)
  property.writeUInt32LE(0xffffffff, 16)
  assert.throws(() => getProperty(1, 1, 4).decode(property), { code: 'malformed' })
})

test('any reply decodes or is a coded error', () => {
  const requests: XRequest<unknown>[] = [
    internAtom('A'),
    queryTree(1),
    getWindowAttributes(1),
    getGeometry(1),
    translateCoordinates(1, 2),
    getProperty(1, 2, 64),
    getImage(1, area, 48),
  ]
  fc.assert(
    fc.property(
      fc.constantFrom(...requests),
      fc.uint8Array({ minLength: 32, maxLength: 120 }),
      (request, bytes) => {
        try {
          request.decode(Buffer.from(bytes))
        } catch (error) {
          assert.ok(error instanceof X11Error && error.code === 'malformed', String(error))
        }
      },
    ),
    { numRuns: 1000 },
  )
})
