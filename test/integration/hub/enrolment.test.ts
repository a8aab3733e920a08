// Enrolment: proof of the key, one key one device, join tokens with uses, and everything that must be refused.
import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { before, describe, test } from 'node:test'
import {
  type Device,
  enrolmentProofText,
  hubProofText,
  type JoinTokenRecord,
  parseJoinToken,
} from '@bongsu/protocol'
import { startDatabase, type TestDatabase } from '../../infra/database.ts'
import { startTestHub, type TestHub } from './hub-fixture.ts'
import { askNonce, enrol, makeJoinSecret, makeKeys, signText } from './registered.ts'
import { suiteCleanup } from './suite-cleanup.ts'

describe('enrolment', () => {
  let database: TestDatabase
  let hub: TestHub
  const cleanup = suiteCleanup()

  before(async () => {
    database = await startDatabase(cleanup)
    hub = await startTestHub(cleanup, database)
  })

  test('the hub proves its key before the agent says anything', async () => {
    const { nonce, hubId, hubPublicKey, signature } = await askNonce(hub, 'bXktbm9uY2U')
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: hubPublicKey }, format: 'jwk' })
    const text = Buffer.from(hubProofText({ hubId, nonce, agentNonce: 'bXktbm9uY2U' }))
    assert.ok(verify(null, text, key, Buffer.from(signature, 'base64url')))
  })

  test('a key without a token waits; the same key is the same device, however often it comes', async () => {
    const keys = makeKeys()
    const answers = await Promise.all(Array.from({ length: 6 }, () => enrol(hub, keys)))
    assert.equal(new Set(answers.map(({ body }) => body.deviceId)).size, 1)
    assert.deepEqual(new Set(answers.map(({ body }) => body.approval)), new Set(['pending']))
    const [first] = answers
    const { body: device } = await hub.call<Device>({ url: `/api/v1/devices/${first?.body.deviceId}` })
    assert.deepEqual([device.name, device.keyFingerprints.length], ['mini-pc', 1])
    await hub.call({ method: 'POST', url: `/api/v1/devices/${device.id}/accept`, body: {} })
    assert.equal((await enrol(hub, keys)).body.approval, 'accepted')
    await hub.call({ method: 'POST', url: `/api/v1/devices/${device.id}/revoke`, body: {} })
    assert.equal((await enrol(hub, keys)).code, 'PROTOCOL_DEVICE_REVOKED')
  })

  test('a join token carries the pin and admits as often as it says, not once more', async () => {
    const body = { approval: 'automatic', uses: 3, description: '로비' }
    const made = await hub.call<JoinTokenRecord>({ method: 'POST', url: '/api/v1/join-tokens', body })
    const token = parseJoinToken(made.body.token ?? '')
    assert.ok(token)
    assert.deepEqual(
      [token.hubId, token.hubKeyFingerprint],
      [hub.hub.identity.hubId, hub.hub.identity.fingerprint],
    )
    const joinSecret = `${token.tokenId}.${token.secret}`
    const answers = await Promise.all(Array.from({ length: 8 }, () => enrol(hub, makeKeys(), { joinSecret })))
    assert.equal(answers.filter(({ body: { approval } }) => approval === 'accepted').length, 3)
    assert.equal(answers.filter(({ code }) => code === 'PROTOCOL_JOIN_TOKEN_INVALID').length, 5)
    const listed = await hub.call<{ items: JoinTokenRecord[] }>({ url: '/api/v1/join-tokens' })
    const record = listed.body.items.find(({ id }) => id === token.tokenId)
    assert.deepEqual([record?.usesLeft, record?.deviceIds.length, record?.token], [0, 3, undefined])
  })

  test('a repeated enrolment takes no second use; a waiting device is let in by a token', async () => {
    const keys = makeKeys()
    const waiting = await enrol(hub, keys)
    const joinSecret = await makeJoinSecret(hub)
    const admitted = await enrol(hub, keys, { joinSecret })
    assert.deepEqual(admitted.body, { deviceId: waiting.body.deviceId, approval: 'accepted' })
    assert.deepEqual((await enrol(hub, keys, { joinSecret })).body, admitted.body)
  })

  test('a token for an operator to see names the device but does not admit it', async () => {
    const joinSecret = await makeJoinSecret(hub, {})
    assert.equal((await enrol(hub, makeKeys(), { joinSecret })).body.approval, 'pending')
  })

  test('wrong, foreign, removed and over tokens are one refusal', async (t) => {
    // Refusals count per address, so each hub sees a few only.
    const own = await startTestHub(t, database)
    const good = await makeJoinSecret(own)
    const [id = ''] = good.split('.')
    const removed = await makeJoinSecret(own)
    await own.call({ method: 'DELETE', url: `/api/v1/join-tokens/${removed.split('.')[0]}` })
    for (const joinSecret of [
      '',
      'x',
      `${id}.${'A'.repeat(43)}`,
      `jtk-aaaaaaaaaaaaaaaa.${'A'.repeat(43)}`,
      removed,
    ]) {
      assert.equal(
        (await enrol(own, makeKeys(), { joinSecret })).code,
        'PROTOCOL_JOIN_TOKEN_INVALID',
        joinSecret,
      )
    }
    const past = await own.call({
      method: 'POST',
      url: '/api/v1/join-tokens',
      body: { expiresAt: '2020-01-01T00:00:00Z' },
    })
    assert.equal(past.code, 'HUB_EXPIRED')
  })

  test('a proof that does not fit is refused, and after many the address is', async (t) => {
    const own = await startTestHub(t, database)
    const keys = makeKeys()
    const { nonce, hubId } = await askNonce(own)
    const { publicKey } = keys
    const proof = (text: string, by = keys) => ({ publicKey, nonce, signature: signText(by, text) })
    const text = enrolmentProofText({ hubId, nonce, publicKey })
    assert.equal((await enrol(own, keys, proof(text, makeKeys()))).code, 'PROTOCOL_BAD_SIGNATURE')
    // That attempt used the nonce up.
    assert.equal((await enrol(own, keys, proof(text))).code, 'PROTOCOL_NONCE_INVALID')
    const other = await askNonce(own)
    const foreign = enrolmentProofText({ hubId: 'hub-other', nonce: other.nonce, publicKey })
    const bent = { publicKey, nonce: other.nonce, signature: signText(keys, foreign) }
    assert.equal((await enrol(own, keys, bent)).code, 'PROTOCOL_BAD_SIGNATURE')
    assert.equal((await enrol(own, keys, { publicKey: 'AAAA' })).code, 'PROTOCOL_BAD_SIGNATURE')
    for (let attempt = 0; attempt < 17; attempt += 1) await enrol(own, keys, { nonce: 'AAAA' })
    assert.equal((await enrol(own, makeKeys())).code, 'HUB_TOO_MANY_ATTEMPTS')
  })
})
