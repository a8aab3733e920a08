// Everything thrown becomes a problem with a code; languages are chosen as the caller weighs them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CodedError } from '@bongsu/foundation'
import { ERROR_CATALOGUE, type KnownErrorCode } from '@bongsu/protocol'
import { preferredLanguage, toCodedError, toProblem } from './error-handler.ts'
import { InvalidRequest } from './invalid-request.ts'

const withCode = (code: string, fields: object = {}) => Object.assign(new Error('said'), { code, ...fields })
const named = (name: string) => Object.assign(new Error('said'), { name })

const table: readonly [thrown: unknown, code: string, status: number][] = [
  [new CodedError('HUB_DEVICE_NOT_FOUND'), 'HUB_DEVICE_NOT_FOUND', 404],
  [withCode('ENOSPC'), 'HUB_STORAGE_FULL', 507],
  [withCode('EDQUOT'), 'HUB_STORAGE_FULL', 507],
  [withCode('FST_ERR_CTP_BODY_TOO_LARGE', { statusCode: 413 }), 'HUB_BODY_TOO_LARGE', 413],
  [withCode('FST_ERR_CTP_INVALID_MEDIA_TYPE', { statusCode: 415 }), 'HUB_UNSUPPORTED_MEDIA_TYPE', 415],
  [Object.assign(new SyntaxError('x'), { statusCode: 400 }), 'HUB_INVALID_REQUEST', 400],
  [named('MongoServerSelectionError'), 'HUB_DATABASE_UNAVAILABLE', 503],
  [named('MongoNetworkError'), 'HUB_DATABASE_UNAVAILABLE', 503],
  [new TypeError('ours'), 'HUB_INTERNAL', 500],
  ['a text', 'HUB_INTERNAL', 500],
  [undefined, 'HUB_INTERNAL', 500],
]

test('what is thrown has a code', () => {
  for (const [thrown, code, status] of table) {
    const problem = toProblem(toCodedError(thrown), 'en', 'req-1')
    assert.deepEqual([problem.code, problem.status], [code, status])
    assert.ok(!JSON.stringify(problem).includes('ours'), 'nothing of our own failure is told')
  }
})

test('every refusal of the hub has words in both languages and none is left unfilled without its parameters', () => {
  for (const [code, { title, remedy }] of Object.entries(ERROR_CATALOGUE)) {
    const names = new Set([...`${title.en}${remedy.en}`.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''))
    const parameters = Object.fromEntries([...names].map((name) => [name, 'value']))
    for (const language of ['en', 'ko'] as const) {
      const problem = toProblem(new CodedError(code as KnownErrorCode, { parameters }), language, 'req-1')
      assert.ok(!/\{\w+\}/.test(problem.title + problem.remedy), `${code} ${language}: ${problem.title}`)
    }
  }
})

test('field faults carry their place, and a code among them speaks the language', () => {
  const fault = { pointer: '/location', message: 'HUB_LOCATION_SWAPPED' }
  const problem = toProblem(new InvalidRequest([fault], { suggestion: { a: 1 } }), 'ko', 'req-1')
  assert.deepEqual(problem.errors, [{ pointer: '/location', message: '위도와 경도가 뒤바뀐 것 같습니다.' }])
  assert.deepEqual(problem.suggestion, { a: 1 })
})

test('the language is the one preferred most', () => {
  const preferences: readonly [header: string | undefined, language: string][] = [
    [undefined, 'en'],
    ['ko', 'ko'],
    ['KO-kr', 'ko'],
    ['fr, ko;q=0.3', 'ko'],
    ['en;q=0.2, ko;q=0.8', 'ko'],
    ['ko;q=0, en;q=0.1', 'en'],
    ['*', 'en'],
    [','.repeat(500), 'en'],
  ]
  for (const [header, language] of preferences)
    assert.equal(preferredLanguage(header), language, String(header))
})
