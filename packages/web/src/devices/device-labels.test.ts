import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readLabels, writeLabels } from './device-labels.ts'

describe('labels on one line', () => {
  const cases: readonly (readonly [string, Record<string, string> | undefined])[] = [
    ['', {}],
    [' , ', {}],
    ['role=gate', { role: 'gate' }],
    ['role=gate,floor=2', { role: 'gate', floor: '2' }],
    [' role=gate ,  floor=2 ', { role: 'gate', floor: '2' }],
    ['spare=', { spare: '' }],
    ['role', undefined],
    ['=gate', undefined],
    ['role=gate role=door', undefined],
    ['role=gate, role=door', undefined],
    ['역할=정문', undefined],
    ['role=-gate', undefined],
    [`${'a'.repeat(64)}=b`, undefined],
  ]
  for (const [text, labels] of cases) {
    it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(readLabels(text), labels))
  }

  it('reads what it wrote', () => {
    const labels = { role: 'gate', 'floor.no': '2', spare: '' }
    assert.deepEqual(readLabels(writeLabels(labels)), labels)
    assert.equal(writeLabels(undefined), '')
  })
})
