// Ranges: what is asked for lies within the file, resuming meets its file only.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { judgeRange } from './byte-range.ts'

const tags = { ifRange: undefined, entityTag: '"a"' }

test('one range, cut to the file', () => {
  const table: readonly [header: string | undefined, verdict: object][] = [
    [undefined, { kind: 'whole' }],
    ['bytes=0-9', { kind: 'part', start: 0, end: 9 }],
    ['bytes=90-', { kind: 'part', start: 90, end: 99 }],
    ['bytes=-1', { kind: 'part', start: 99, end: 99 }],
    ['bytes=-500', { kind: 'part', start: 0, end: 99 }],
    ['bytes=99-500', { kind: 'part', start: 99, end: 99 }],
    ['bytes=100-', { kind: 'unsatisfiable' }],
    ['bytes=-0', { kind: 'unsatisfiable' }],
    ['bytes=5-4', { kind: 'whole' }],
    ['bytes=-', { kind: 'whole' }],
    ['bytes=0-1,5-6', { kind: 'whole' }],
    ['items=0-1', { kind: 'whole' }],
    ['bytes=a-b', { kind: 'whole' }],
  ]
  for (const [header, verdict] of table)
    assert.deepEqual(judgeRange(header, 100, tags), verdict, String(header))
})

test('another file since the download began means the whole', () => {
  assert.deepEqual(judgeRange('bytes=5-', 100, { ifRange: '"b"', entityTag: '"a"' }), { kind: 'whole' })
  assert.equal(judgeRange('bytes=5-', 100, { ifRange: '"a"', entityTag: '"a"' }).kind, 'part')
})

test('a part always lies within the file', () => {
  const position = fc.option(fc.nat(300), { nil: '' as const })
  fc.assert(
    fc.property(position, position, fc.integer({ min: 1, max: 200 }), (from, to, size) => {
      const verdict = judgeRange(`bytes=${from}-${to}`, size, tags)
      if (verdict.kind === 'part')
        assert.ok(0 <= verdict.start && verdict.start <= verdict.end && verdict.end < size)
    }),
  )
})
