// Text is composed, trimmed and free of control characters, whatever sent it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Check } from 'typebox/value'
import { line, normaliseText, paragraph } from './text.ts'

test('decomposed Hangul of macOS becomes the composed one, in keys too', () => {
  const decomposed = '서울역 안내'.normalize('NFD')
  assert.notEqual(decomposed, '서울역 안내')
  assert.deepEqual(normaliseText({ [decomposed]: [` ${decomposed}\n`, 1, null, true] }), {
    '서울역 안내': ['서울역 안내', 1, null, true],
  })
})

test('normalising twice changes nothing more, and equal texts become equal', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const once = normaliseText(value)
      assert.deepEqual(normaliseText(once), once)
    }),
  )
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.equal(normaliseText(text.normalize('NFD')), normaliseText(text.normalize('NFC')))
    }),
  )
})

test('__proto__ stays an ordinary key', () => {
  const normalised = normaliseText(JSON.parse('{"__proto__":{"polluted":1}}'))
  assert.ok(typeof normalised === 'object' && normalised !== null)
  assert.equal(Object.getPrototypeOf(normalised), Object.prototype)
  assert.equal(Reflect.get(normalised, 'polluted'), undefined)
})

test('what fits on a line and in a paragraph', () => {
  const cases: readonly [text: string, fitsLine: boolean, fitsParagraph: boolean][] = [
    ['서울역 3번 출구', true, true],
    ['', false, true],
    ['a\tb', false, true],
    ['a\nb', false, true],
    ['a\r\nb', false, false],
    ['a\u0000b', false, false],
    ['\u001b[31mred', false, false],
    ['a\u009bb', false, false],
    ['x'.repeat(20), true, true],
    ['x'.repeat(21), false, false],
  ]
  for (const [text, fitsLine, fitsParagraph] of cases) {
    assert.equal(Check(line(20), text), fitsLine, JSON.stringify(text))
    assert.equal(Check(paragraph(20), text), fitsParagraph, JSON.stringify(text))
  }
})
