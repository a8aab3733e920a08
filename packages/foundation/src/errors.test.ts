import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CodedError, isCodedError, messageOf, systemErrorCode } from './errors.ts'

test('a coded error travels with its parameters and a shortened quote', () => {
  const error = new CodedError('AGENT_DISK_FULL', { parameters: { freeBytes: 1 }, quote: 'x'.repeat(5000) })
  assert.ok(isCodedError(error))
  const reason = error.toReason()
  assert.equal(reason.code, 'AGENT_DISK_FULL')
  assert.deepEqual(reason.parameters, { freeBytes: 1 })
  assert.equal(reason.quote?.length, 1000)
})

test('anything thrown has a text, and only system errors a system code', () => {
  assert.equal(messageOf('plain'), 'plain')
  assert.equal(systemErrorCode(Object.assign(new Error('gone'), { code: 'ENOENT' })), 'ENOENT')
  assert.equal(systemErrorCode({ code: 'ENOENT' }), undefined)
})
