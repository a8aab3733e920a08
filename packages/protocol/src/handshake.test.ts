// Join tokens are read as written and nothing else is; no two proofs are the same text.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  enrolmentProofText,
  formatJoinToken,
  hubProofText,
  hubSessionProofText,
  parseJoinToken,
  sessionProofText,
} from './handshake.ts'

const from = (letters: string, minLength: number, maxLength = minLength) =>
  fc.string({ unit: fc.constantFrom(...letters), minLength, maxLength })
const lower = 'abcdefghijklmnopqrstuvwxyz'
const base64Url = `${lower}${lower.toUpperCase()}0123456789-_`

const joinToken = fc.record(
  {
    hubId: from(`${lower}0123456789-`, 1, 64),
    hubKeyFingerprint: from(base64Url, 43),
    tokenId: from(`${lower}234567`, 16).map((letters) => `jtk-${letters}`),
    secret: from(base64Url, 22, 86),
  },
  { noNullPrototype: true },
)

test('a join token comes back as it was written, with blanks around it too', () => {
  fc.assert(
    fc.property(joinToken, (token) => {
      const written = formatJoinToken(token)
      assert.deepEqual(parseJoinToken(written), token)
      assert.deepEqual(parseJoinToken(`  ${written}\n`), token)
    }),
  )
})

test('a damaged join token is none', () => {
  fc.assert(
    fc.property(
      joinToken,
      fc.nat(),
      fc.constantFrom('', ' ', '.', '\n', '가', '=', '/'),
      (token, at, put) => {
        const written = formatJoinToken(token)
        // Within the secret a missing letter may leave a well-formed token: that one the hub refuses.
        const end = written.length - token.secret.length
        const place = at % end
        const damaged = `${written.slice(0, place)}${put}${written.slice(place + 1)}`
        if (damaged.trim() === written || (put === '' && place >= 8 && place < 8 + token.hubId.length)) return
        assert.equal(parseJoinToken(damaged), undefined, damaged)
      },
    ),
  )
})

test('garbage is no join token', () => {
  for (const garbage of [
    '',
    'bongsu1',
    'bongsu1....',
    'bongsu2.hub-a.b.c.d',
    `bongsu1.${'a'.repeat(100_000)}`,
  ]) {
    assert.equal(parseJoinToken(garbage), undefined)
  }
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => parseJoinToken(text) === undefined))
})

test('a proof for one purpose is no proof for another', () => {
  const value = from(base64Url, 1, 20)
  fc.assert(
    fc.property(value, value, value, value, (hubId, nonce, agentNonce, other) => {
      const texts = [
        hubProofText({ hubId, nonce, agentNonce }),
        enrolmentProofText({ hubId, nonce, publicKey: other }),
        sessionProofText({ hubId, nonce, agentNonce, deviceId: other, protocol: 1 }),
        sessionProofText({ hubId, nonce, agentNonce, deviceId: other, protocol: 2 }),
        hubSessionProofText({ hubId, agentNonce, deviceId: other }),
      ]
      assert.equal(new Set(texts).size, texts.length)
    }),
  )
})

test('every part of a proof changes it', () => {
  const proof = { hubId: 'h', nonce: 'n', agentNonce: 'a', deviceId: 'd', protocol: 1 }
  const text = sessionProofText(proof)
  for (const change of [
    { hubId: 'x' },
    { nonce: 'x' },
    { agentNonce: 'x' },
    { deviceId: 'x' },
    { protocol: 2 },
  ]) {
    assert.notEqual(sessionProofText({ ...proof, ...change }), text)
  }
  // Signed by devices in the field: its form is frozen.
  assert.equal(text, 'bongsu/session/v1\nh\nn\na\nd\n1')
})
