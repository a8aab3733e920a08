// Identity made once, nonces redeemed once, proofs and device tokens that cannot be bent.
import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { ManualClock } from '@bongsu/foundation'
import { hubSessionProofText, sessionProofText } from '@bongsu/protocol'
import { isRawPublicKey, isSignedBy, signHubSession, verifySessionProof } from './device-signature.ts'
import { createDeviceTokens, DEVICE_TOKEN_LIFETIME_MS } from './device-token.ts'
import { identityPath, keyFingerprint, loadHubIdentity } from './hub-identity.ts'
import { createNonceBook, NONCE_LIFETIME_MS } from './nonce-book.ts'

const folder = await mkdtemp(join(tmpdir(), 'bongsu-identity-'))
after(() => rm(folder, { recursive: true }))

test('starts at the same time agree on one identity, kept private and found again', async () => {
  const made = await Promise.all(Array.from({ length: 8 }, () => loadHubIdentity(folder)))
  const again = await loadHubIdentity(folder)
  assert.equal(new Set([...made, again].map(({ hubId, publicKey }) => `${hubId} ${publicKey}`)).size, 1)
  assert.equal((await stat(identityPath(folder))).mode & 0o777, 0o600)
  assert.deepEqual(await readdir(dirname(identityPath(folder))), ['hub-identity.json'])
  assert.match(again.hubId, /^hub-[a-z2-7]{16}$/)
  assert.equal(again.fingerprint, keyFingerprint(again.publicKey))
  assert.deepEqual(again.secretFor('a'), made[0]?.secretFor('a'))
  assert.notDeepEqual(again.secretFor('a'), again.secretFor('b'))
})

test('a nonce is good once, for a minute, in its own book', async () => {
  const clock = new ManualClock()
  const book = createNonceBook(clock)
  const { nonce } = book.issue()
  assert.equal(book.redeem(nonce), true)
  assert.equal(book.redeem(nonce), false)
  assert.equal(book.redeem(`${nonce}=`), false)
  assert.equal(createNonceBook(clock).redeem(book.issue().nonce), false)
  for (const bad of ['', 'a', `z${book.issue().nonce.slice(1)}`, book.issue().nonce.slice(0, -2)]) {
    assert.equal(book.redeem(bad), false)
  }
  const late = book.issue().nonce
  await clock.advance(NONCE_LIFETIME_MS)
  assert.equal(book.redeem(late), false)
})

test('a session proof holds for exactly what was signed', async () => {
  const hub = await loadHubIdentity(folder)
  const keys = generateKeyPairSync('ed25519')
  const publicKey = keys.publicKey.export({ format: 'jwk' }).x ?? ''
  const proof = { nonce: 'n', agentNonce: 'a', deviceId: 'dev-aaaaaaaaaaaaaaaa', protocol: 1 }
  const text = sessionProofText({ ...proof, hubId: hub.hubId })
  const signature = sign(null, Buffer.from(text), keys.privateKey).toString('base64url')
  assert.equal(verifySessionProof(hub, { ...proof, publicKey, signature }), true)
  assert.equal(verifySessionProof({ hubId: 'hub-other' }, { ...proof, publicKey, signature }), false)
  for (const change of [
    { nonce: 'm' },
    { agentNonce: 'b' },
    { deviceId: 'dev-aaaaaaaaaaaaaaab' },
    { protocol: 2 },
  ]) {
    assert.equal(verifySessionProof(hub, { ...proof, ...change, publicKey, signature }), false)
  }
  assert.equal(verifySessionProof(hub, { ...proof, publicKey: 'AAAA', signature }), false)
  assert.equal(verifySessionProof(hub, { ...proof, publicKey, signature: 'AAAA' }), false)
  const answer = signHubSession(hub, proof)
  assert.equal(isSignedBy(hub.publicKey, hubSessionProofText({ ...proof, hubId: hub.hubId }), answer), true)
  assert.equal(isRawPublicKey(publicKey), true)
  assert.equal(isRawPublicKey(`${publicKey}=`), false)
})

test('a device token names its device until it ends and yields to no change', async () => {
  const clock = new ManualClock()
  const tokens = createDeviceTokens(new Uint8Array(32), clock)
  const { token } = tokens.issue('dev-aaaaaaaaaaaaaaaa', 7)
  assert.deepEqual(tokens.verify(token), { deviceId: 'dev-aaaaaaaaaaaaaaaa', epoch: 7 })
  assert.equal(tokens.verify(token.replace('.7.', '.8.')), undefined)
  assert.equal(tokens.verify(token.replace('dev-a', 'dev-b')), undefined)
  assert.equal(createDeviceTokens(new Uint8Array(32).fill(1), clock).verify(token), undefined)
  assert.equal(tokens.verify('bdt1.x'), undefined)
  await clock.advance(DEVICE_TOKEN_LIFETIME_MS)
  assert.equal(tokens.verify(token), undefined)
})
