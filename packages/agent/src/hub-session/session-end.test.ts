// Every way a session ends has a code that the catalogue explains.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CodedError } from '@bongsu/foundation'
import { explain, SESSION_CLOSE } from '@bongsu/protocol'
import { HubRefused } from './hub-http.ts'
import { endOfAttempt, endOfLink, endOfPatience, type SessionEnd } from './session-end.ts'

const LINK_ENDS: readonly [code: number, text: string, reason: string, retryAfterMs: number | undefined][] = [
  [SESSION_CLOSE.superseded, '', 'PROTOCOL_SUPERSEDED', 30_000],
  [SESSION_CLOSE.revoked, '', 'PROTOCOL_DEVICE_REVOKED', 300_000],
  [SESSION_CLOSE.draining, 'retry-after-ms=1500', 'HUB_SHUTTING_DOWN', 1500],
  [SESSION_CLOSE.draining, 'soon', 'HUB_SHUTTING_DOWN', undefined],
  [SESSION_CLOSE.violation, 'violation', 'PROTOCOL_HUB_UNREACHABLE', undefined],
  [1006, '', 'PROTOCOL_HUB_UNREACHABLE', undefined],
]

const ATTEMPT_ENDS: readonly [error: unknown, reason: string, retryAfterMs: number | undefined][] = [
  [new HubRefused({ code: 'HUB_TOO_MANY_ATTEMPTS' }, 7000), 'HUB_TOO_MANY_ATTEMPTS', 7000],
  [new CodedError('PROTOCOL_HUB_NOT_PINNED'), 'PROTOCOL_HUB_NOT_PINNED', undefined],
  [new TypeError('x is not a function'), 'AGENT_INTERNAL', undefined],
  ['thrown text', 'AGENT_INTERNAL', undefined],
]

function assertEnd(end: SessionEnd, code: string, retryAfterMs: number | undefined) {
  assert.equal(end.reason.code, code)
  assert.equal(end.retryAfterMs, retryAfterMs)
  for (const language of ['ko', 'en'] as const) {
    const { title, remedy } = explain(end.reason, language)
    assert.ok(title !== code && remedy !== '', code)
    assert.doesNotMatch(title + remedy, /\{\w+\}/, 'every placeholder has its value')
  }
}

test('the close of a link says why, and when to come back', () => {
  for (const [code, text, reason, retryAfterMs] of LINK_ENDS) {
    assertEnd(endOfLink(code, text), reason, retryAfterMs)
  }
})

test('a failed attempt keeps its code, and what has none is a fault of ours', () => {
  for (const [error, reason, retryAfterMs] of ATTEMPT_ENDS) {
    assertEnd(endOfAttempt(error), reason, retryAfterMs)
  }
})

test('silence is told with its length', () => {
  assertEnd(endOfPatience(1234.5), 'PROTOCOL_LINK_SILENT', undefined)
  assert.deepEqual(endOfPatience(1234.5).reason.parameters, { silentMs: 1235 })
})
