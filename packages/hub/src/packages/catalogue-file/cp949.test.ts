import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { cp949Letters, decodeCp949 } from './cp949.ts'

const bytes = (hex: string) => Buffer.from(hex, 'hex')

test('text of Korean Windows is read, with syllables beside KS X 1001', () => {
  const cases: readonly [hex: string, text: string | undefined][] = [
    ['', ''],
    ['61220d0a', 'a"\r\n'],
    ['c7d1b1db', '한글'],
    ['8c63b9e6b0a2c7cf', '똠방각하'],
    ['8141', '갂'],
    ['c652', '힣'],
    ['a2e6a2e7', '€®'],
    // Half a letter, codes that are free, and the private area.
    ['c7', undefined],
    ['c653', undefined],
    ['8020', undefined],
    ['ffff', undefined],
    ['c9a1', undefined],
    ['815b', undefined],
  ]
  for (const [hex, text] of cases) assert.equal(decodeCp949(bytes(hex)), text, hex)
})

test('all 17,048 letters are the standard ones', () => {
  const byCode = [...cp949Letters()].sort(([a], [b]) => a - b)
  assert.equal(byCode.length, 17_048)
  const all = byCode.map(([, letter]) => letter).join('')
  // Of the letters in the order of their codes, by Python's codec "cp949".
  const digest = createHash('sha256').update(all).digest('hex')
  assert.equal(digest, 'f49bf642f090c1ce9815815ce783022b6deebb12346af361db70c72d9d7bb59d')
})
