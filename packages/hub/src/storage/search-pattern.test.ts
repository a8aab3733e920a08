// Search text is data, never a pattern; Hangul is found as people type it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { searchPattern } from './search-pattern.ts'

const finds = (typed: string, text: string): boolean => new RegExp(searchPattern(typed), 'iu').test(text)

const cases: readonly [typed: string, text: string, found: boolean][] = [
  ['객체', '객체 탐지기', true],
  ['객체'.normalize('NFD'), '객체 탐지기', true],
  ['ㄱㅊ', '객체 탐지기', true],
  ['ㄱㅊㅌㅈㄱ', '객체 탐지기', true],
  ['ㄱㅊ ㅌㅈ', '객체탐지기', true],
  ['객ㅊ', '객체 탐지기', true],
  ['객체탐지', '객체 탐지기', true],
  ['객체  탐지', '객체탐지기', true],
  ['ㅊㄱ', '객체 탐지기', false],
  // One sign where an input method joins two.
  ['ㄳ', '감시 영상', true],
  ['ㅄㄱ', '방송국', true],
  ['ㄱ', '까치', false],
  ['ㄲ', '까마귀', true],
  ['ㅆㄹㄱ', '쓰레기 감시', true],
  ['ㅎ', '힣', true],
  ['ㄱ', '가', true],
  ['ㄱㄴㄷ', 'ㄱㄴㄷ 순', true],
  // Fields stand on lines of their own.
  ['이름파일', '이름\n파일', false],
  ['이름\n파일', '이름\n파일', false],
  ['a  b', 'a b', true],
  ['a b', 'a  b', true],
  ['Counter', 'vehicle-COUNTER', true],
  ['a b', 'ab', false],
  ['.*', 'abc', false],
  ['(감지)', '사람 (감지).tar', true],
  ['ㅏ', '가', false],
]
for (const [typed, text, found] of cases) {
  test(`${JSON.stringify(typed)} ${found ? 'finds' : 'does not find'} ${JSON.stringify(text)}`, () => {
    assert.equal(finds(typed, text), found)
  })
}

const hangul = fc.integer({ min: 0xac00, max: 0xd7a3 }).map((code) => String.fromCharCode(code))
const letter = fc.oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }), hangul)
const composed = fc
  .array(letter, { minLength: 1, maxLength: 20 })
  .map((letters) => letters.join('').replaceAll(/\s/g, ' ').normalize('NFC'))

test('a sign of two consonants finds itself too', () => {
  assert.ok(finds('ㄺ가', ' ㄺ가 '))
  assert.ok(finds('ㄳ', '감시'))
})

test('what was typed finds itself, whatever it holds', () => {
  fc.assert(
    fc.property(composed, composed, composed, (before, typed, after) => {
      assert.ok(finds(typed, before + typed + after))
    }),
  )
})

test('text without Hangul is found only where it stands', () => {
  const plain = fc
    .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 8 })
    .map((text) => text.replaceAll(/ +/g, ' '))
  fc.assert(
    fc.property(plain, plain, (typed, text) => {
      assert.equal(finds(typed, text), text.toLowerCase().includes(typed.toLowerCase()))
    }),
  )
})
