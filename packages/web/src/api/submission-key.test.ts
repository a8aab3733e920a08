import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HubUnreachable, ProblemError } from './problem.ts'
import { SubmissionKey } from './submission-key.ts'

const refusal = (status: number, code: string) =>
  new ProblemError({ type: 'about:blank', title: '', status, code, remedy: '', requestId: '' })

const numbered = () => {
  let count = 0
  return new SubmissionKey(() => `key-${++count}`)
}

test('a repetition keeps its key while the outcome is unknown', () => {
  const unknown = [
    new HubUnreachable(),
    refusal(503, 'HUB_DATABASE_UNAVAILABLE'),
    refusal(409, 'HUB_IDEMPOTENCY_IN_FLIGHT'),
  ]
  for (const error of unknown) {
    const key = numbered()
    assert.equal(key.keyFor({ name: 'a' }), 'key-1')
    key.settle({ error })
    assert.equal(key.keyFor({ name: 'a' }), 'key-1')
  }
})

test('changed content, a success and a definite refusal each end the key', () => {
  const key = numbered()
  assert.equal(key.keyFor({ name: 'a' }), 'key-1')
  assert.equal(key.keyFor({ name: 'b' }), 'key-2')
  key.settle({ error: refusal(409, 'HUB_DEVICE_NOT_ACCEPTED') })
  assert.equal(key.keyFor({ name: 'b' }), 'key-3')
  key.settle({})
  assert.equal(key.keyFor({ name: 'b' }), 'key-4')
})
