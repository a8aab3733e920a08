import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deviceFieldOf } from '../devices/device-form-model.ts'
import { fieldErrors, parseProblem } from './problem.ts'

const problem = {
  type: 'about:blank',
  title: 'The request is not valid.',
  status: 400,
  code: 'HUB_INVALID_REQUEST',
  remedy: 'Correct the fields.',
  requestId: 'req-1',
}

test('only a body with code, title and remedy is a problem', () => {
  assert.deepEqual(parseProblem(JSON.stringify(problem)), problem)
  for (const body of ['', 'Bad Gateway', 'null', '[]', '{"title":"x"}']) {
    assert.equal(parseProblem(body), undefined)
  }
})

test('messages go to their fields, the first one each; the rest is kept', () => {
  const errors = [
    { pointer: '/location/latitude', message: 'too large' },
    { pointer: '/location/latitude', message: 'second' },
    { pointer: '/nickname', message: 'unexpected' },
    { pointer: '', message: 'whole' },
  ]
  assert.deepEqual(fieldErrors({ ...problem, errors }, deviceFieldOf), {
    byField: { latitude: 'too large' },
    rest: ['/nickname: unexpected', 'whole'],
  })
})

test('a code in place of a message is told by the title', () => {
  const errors = [{ pointer: '/location/longitude', message: problem.code }]
  assert.deepEqual(fieldErrors({ ...problem, errors }, deviceFieldOf).byField, { longitude: problem.title })
})
