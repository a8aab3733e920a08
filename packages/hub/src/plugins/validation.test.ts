// Queries become what their schema asks for, by exact forms only; content types are taken literally.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import Type from 'typebox'
import { isAcceptedType } from './request-rules.ts'
import { convertQuery } from './validation.ts'

const schema = Type.Object({
  limit: Type.Optional(Type.Integer()),
  total: Type.Optional(Type.Boolean()),
  pace: Type.Optional(Type.Number()),
  q: Type.Optional(Type.String()),
})

test('numbers and booleans by their exact form, all else stays text', () => {
  const table: readonly [query: object, converted: object][] = [
    [
      { limit: '5', total: 'true', q: '5' },
      { limit: 5, total: true, q: '5' },
    ],
    [
      { limit: '-5', total: 'false' },
      { limit: -5, total: false },
    ],
    [
      { limit: '5.0', total: '1' },
      { limit: '5.0', total: '1' },
    ],
    [
      { limit: ' 5', total: 'TRUE' },
      { limit: ' 5', total: 'TRUE' },
    ],
    [{ pace: '0.5' }, { pace: 0.5 }],
    [{ pace: '5' }, { pace: 5 }],
    [{ pace: '1e3' }, { pace: '1e3' }],
    [{ limit: '1'.repeat(20) }, { limit: '1'.repeat(20) }],
    [
      { limit: ['5', '6'], other: '7' },
      { limit: ['5', '6'], other: '7' },
    ],
  ]
  for (const [query, converted] of table) assert.deepEqual(convertQuery(schema, query), converted)
})

test('one spelling of a content type is accepted', () => {
  const json = ['application/json']
  for (const type of [
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
  ]) {
    assert.equal(isAcceptedType(type, json), true, type)
  }
  for (const type of [
    undefined,
    '',
    'application/jsonp',
    'application/json;',
    'text/json',
    'application/json, text/plain',
    ' application/json',
  ]) {
    assert.equal(isAcceptedType(type, json), false, String(type))
  }
  assert.equal(isAcceptedType('application/x-tar', ['application/x-tar']), true)
  assert.equal(isAcceptedType('application/x-tar; charset=utf-8', ['application/x-tar']), false)
})
