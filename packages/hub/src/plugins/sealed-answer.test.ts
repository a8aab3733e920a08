// Stored answers open with the right keys only; a repeated request derives the same ids and secrets, another never.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createOrigin, originKey } from './origin.ts'
import { openAnswer, sealAnswer } from './sealed-answer.ts'

const secret = new Uint8Array(32).fill(1)
const answer = { status: 201, headers: { etag: '"1"' }, body: '{"token":"비밀"}' }

test('an answer opens with the same secret and key, and not when altered', () => {
  const sealed = sealAnswer(answer, secret, 'key')
  assert.deepEqual(openAnswer(sealed, secret, 'key'), answer)
  assert.ok(!Buffer.from(sealed).includes('비밀'))
  assert.notDeepEqual(sealAnswer(answer, secret, 'key'), sealed)
  assert.throws(() => openAnswer(sealed, secret, 'other'))
  assert.throws(() => openAnswer(sealed, new Uint8Array(32), 'key'))
  const altered = Uint8Array.from(sealed)
  altered[20] = (altered[20] ?? 0) ^ 1
  assert.throws(() => openAnswer(altered, secret, 'key'))
})

test('ids and secrets follow from the request', () => {
  const key = originKey('admin', 'POST /x', 'k')
  const [one, two] = [createOrigin(key, secret), createOrigin(key, secret)]
  assert.equal(one.newId('dep'), two.newId('dep'))
  assert.equal(one.secret('a'), two.secret('a'))
  const others = [
    one.newId('dep', 1),
    createOrigin(originKey('admin', 'POST /x', 'l'), secret).newId('dep'),
    createOrigin(originKey('other', 'POST /x', 'k'), secret).newId('dep'),
    createOrigin(originKey('admin', 'POST /y', 'k'), secret).newId('dep'),
    createOrigin(key, new Uint8Array(32)).newId('dep'),
  ]
  assert.equal(new Set([...others, one.newId('dep')]).size, others.length + 1)
  assert.match(one.newId('lau', 3), /^lau-[a-z2-7]{16}$/)
  assert.notEqual(one.secret('a'), one.secret('b'))
})
