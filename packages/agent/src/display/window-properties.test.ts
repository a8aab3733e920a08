import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeText } from './window-properties.ts'
import type { PropertyValue } from './x11/requests.ts'

const STRING = 31
const UTF8_STRING = 300
const atoms = { compoundText: 400 }
const text = (type: number, value: Buffer): PropertyValue => ({ type, format: 8, value, bytesAfter: 0 })

test('titles are read in the encodings that programs use', () => {
  const table: [PropertyValue, string | undefined][] = [
    [text(UTF8_STRING, Buffer.from('사람 검출')), '사람 검출'],
    [text(UTF8_STRING, Buffer.from('사람'.normalize('NFD'))), '사람'],
    [text(STRING, Buffer.from([0x63, 0x61, 0x66, 0xe9])), 'café'],
    [text(STRING, Buffer.from('lau-abc\0')), 'lau-abc'],
    [text(400, Buffer.from('plain')), 'plain'],
    [text(400, Buffer.from('\x1b$(C0!')), undefined],
    [text(UTF8_STRING, Buffer.from('  two\nlines\t')), 'two lines'],
    [text(UTF8_STRING, Buffer.alloc(0)), undefined],
    [{ type: 0, format: 0, value: Buffer.alloc(0), bytesAfter: 0 }, undefined],
    [{ type: 6, format: 32, value: Buffer.alloc(4, 65), bytesAfter: 0 }, undefined],
  ]
  for (const [property, expected] of table) assert.equal(decodeText(property, atoms), expected)
})

test('a long title is cut between characters', () => {
  const title = decodeText(text(UTF8_STRING, Buffer.from(`a${'😀'.repeat(400)}`)), atoms)
  assert.equal(title, `a${'😀'.repeat(249)}`)
})

test('any bytes become one bounded, well-formed line', () => {
  fc.assert(
    fc.property(fc.constantFrom(STRING, UTF8_STRING), fc.uint8Array({ maxLength: 2048 }), (type, bytes) => {
      const line = decodeText(text(type, Buffer.from(bytes)), atoms)
      assert.ok(line === undefined || (line.isWellFormed() && line.length <= 500))
      assert.doesNotMatch(line ?? '', /\p{Cc}/u)
    }),
  )
})
