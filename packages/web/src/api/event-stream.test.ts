import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EventStreamParser } from './event-stream.ts'

const parse = (...pieces: string[]) => {
  const parser = new EventStreamParser()
  return pieces.flatMap((piece) => parser.push(piece))
}

test('events of the specification’s forms', () => {
  const cases: [string, { id: string | undefined; data: string }[]][] = [
    ['data: a\n\n', [{ id: undefined, data: 'a' }]],
    ['data:a\r\n\r\n', [{ id: undefined, data: 'a' }]],
    ['data: a\ndata: b\n\n', [{ id: undefined, data: 'a\nb' }]],
    [': comment\n\n', []],
    ['event: change\nid: 4\ndata: x\n\n', [{ id: '4', data: 'x' }]],
    [
      'id: 4\ndata: x\n\ndata: y\n\n',
      [
        { id: '4', data: 'x' },
        { id: '4', data: 'y' },
      ],
    ],
    ['data: unfinished\n', []],
  ]
  for (const [text, expected] of cases) {
    assert.deepEqual(parse(text), expected, JSON.stringify(text))
    assert.deepEqual(parse(...text), expected, `${JSON.stringify(text)} letter by letter`)
  }
})
