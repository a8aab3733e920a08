import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Check } from 'typebox/value'
import { PackageTag } from './package.ts'
import { distinctTags, formatTags, parseTags } from './package-tags.ts'

test('tags are kept once each, composed, as first written', () => {
  const cases: readonly [written: readonly string[], kept: readonly string[]][] = [
    [[], []],
    [['', '  '], []],
    [['감시', '감시'.normalize('NFD'), ' 감시 '], ['감시']],
    [
      ['CCTV', 'cctv', '실외'],
      ['CCTV', '실외'],
    ],
  ]
  for (const [written, kept] of cases) assert.deepEqual(distinctTags(written), kept)
})

test('tags in a row may be parted as people do it', () => {
  assert.deepEqual(parseTags(' 감시, 사람;실외，항만 ； a b 、c,,'), [
    '감시',
    '사람',
    '실외',
    '항만',
    'a b',
    'c',
  ])
})

test('what is written of valid tags is read again', () => {
  const tag = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .map((text) => text.normalize('NFC').trim())
    .filter((text) => text !== '' && Check(PackageTag, text))
  fc.assert(
    fc.property(fc.array(tag, { maxLength: 8 }), (written) => {
      const tags = distinctTags(written)
      assert.deepEqual(parseTags(formatTags(tags)), tags)
    }),
  )
})
