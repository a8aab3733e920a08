// The device's key is made once, stays private, and is never replaced.
import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { isCodedError } from '@bongsu/foundation'
import { loadDeviceIdentity } from './device-identity.ts'

const NOW = new Date('2026-01-01T00:00:00Z')

async function stateDir(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'bongsu-device-identity-'))
  t.after(() => rm(folder, { recursive: true }))
  return { folder, path: join(folder, 'device-key.json') }
}

test('the key is made once, readable by its owner alone, and found again', async (t) => {
  const { folder, path } = await stateDir(t)
  const first = await loadDeviceIdentity(folder, NOW)
  const written = await readFile(path, 'utf8')
  const again = await loadDeviceIdentity(folder, new Date())
  assert.equal(again.publicKey, first.publicKey)
  assert.equal(await readFile(path, 'utf8'), written)
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.deepEqual(await readdir(folder), ['device-key.json'])
  assert.equal(JSON.parse(written).keys[0].createdAt, NOW.toISOString())
})

test('two devices have two keys', async (t) => {
  const [one, two] = [await stateDir(t), await stateDir(t)]
  const keys = await Promise.all([one, two].map(({ folder }) => loadDeviceIdentity(folder, NOW)))
  assert.notEqual(keys[0]?.publicKey, keys[1]?.publicKey)
})

test('what it signs is verified by its public key', async (t) => {
  const identity = await loadDeviceIdentity((await stateDir(t)).folder, NOW)
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: identity.publicKey }, format: 'jwk' })
  const signature = Buffer.from(identity.sign('봉수'), 'base64url')
  assert.equal(signature.length, 64)
  assert.ok(verify(null, Buffer.from('봉수'), key, signature))
  assert.equal(Buffer.from(identity.publicKey, 'base64url').length, 32)
})

test('of several keys the last is in use', async (t) => {
  const { folder, path } = await stateDir(t)
  const keys = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')]
  const stored = keys.map(({ privateKey }) => ({
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }),
  }))
  await writeFile(path, JSON.stringify({ keys: stored }))
  const { publicKey } = await loadDeviceIdentity(folder, NOW)
  assert.equal(publicKey, keys[1]?.publicKey.export({ format: 'jwk' }).x)
})

const pem = (type: 'rsa' | 'ec') =>
  String(
    (type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' })
    ).privateKey.export({ format: 'pem', type: 'pkcs8' }),
  )

const damaged: Readonly<Record<string, () => string>> = {
  empty: () => '',
  'zeroes of a power cut': () => '\0'.repeat(512),
  'cut short': () => '{"keys":[{"privateKey":"-----BEGIN PRIV',
  'of another form': () => '{"key":"x"}',
  null: () => 'null',
  'without a key': () => '{"keys":[]}',
  'a key that is none': () => '{"keys":[{"privateKey":"secret"}]}',
  'an RSA key': () => JSON.stringify({ keys: [{ privateKey: pem('rsa') }] }),
  'a key on another curve': () => JSON.stringify({ keys: [{ privateKey: pem('ec') }] }),
}

for (const [name, content] of Object.entries(damaged)) {
  test(`a file that is ${name} is an error and stays as it is`, async (t) => {
    const { folder, path } = await stateDir(t)
    const written = content()
    await writeFile(path, written)
    await assert.rejects(loadDeviceIdentity(folder, NOW), (error) => {
      assert.ok(isCodedError(error))
      assert.equal(error.code, 'AGENT_IDENTITY_UNREADABLE')
      assert.match(String(error.parameters?.message), /device-key\.json/)
      assert.doesNotMatch(String(error.parameters?.message), /PRIVATE KEY/)
      return true
    })
    assert.equal(await readFile(path, 'utf8'), written)
    assert.deepEqual(await readdir(folder), ['device-key.json'])
  })
}
