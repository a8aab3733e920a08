// Secret keys as minisign writes and reads them: ours there, theirs here.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parsePublicKey, parseSignature, signMinisign, verifyMinisign } from '@bongsu/foundation'
import fc from 'fast-check'
import { makeKey } from './make-key.ts'
import { parseSecretKey, type RawKey, scryptParameters, signerOf } from './secret-key.ts'

function opened(text: string, password?: string): RawKey {
  const key = parseSecretKey(text, password)
  assert.ok('seed' in key, JSON.stringify(key))
  return key
}

describe('a secret key', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'bongsu-key-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))
  const at = (name: string) => join(folder, name)
  /** Debian's minisign; `apt-get install minisign`. */
  const minisign = (...parameters: string[]) =>
    execFileSync('minisign', parameters, { input: '', encoding: 'utf8' })

  /** Asked twice when a key is made, once when it is opened. */
  const minisignWith = (password: string, parameters: readonly string[]) =>
    spawnSync('minisign', parameters, { input: `${password}\n${password}\n`, encoding: 'utf8' })

  test('in the clear opens without a password', () => {
    const made = makeKey()
    assert.equal(opened(made.secretKey).keyId, made.keyId)
  })

  test('behind a password opens with it only', () => {
    const made = makeKey('열쇠')
    assert.equal(opened(made.secretKey, '열쇠').keyId, made.keyId)
    assert.deepEqual(parseSecretKey(made.secretKey), { fault: 'needs_password' })
    assert.deepEqual(parseSecretKey(made.secretKey, '열쇄'), { fault: 'wrong_password' })
  })

  test('of ours signs with minisign, and ours verifies it', () => {
    const made = makeKey()
    writeFileSync(at('ours.key'), made.secretKey)
    writeFileSync(at('ours.pub'), made.publicKey)
    writeFileSync(at('content'), 'manifest')
    minisign('-S', '-W', '-s', at('ours.key'), '-m', at('content'), '-t', '봉수')
    const key = parsePublicKey(made.publicKey)
    assert.ok(key)
    const text = readFileSync(at('content.minisig'), 'utf8')
    assert.deepEqual(verifyMinisign(Buffer.from('manifest'), text, [key]), {
      kind: 'valid',
      keyId: made.keyId,
      trustedComment: '봉수',
    })
  })

  test('of minisign signs here, and minisign verifies it', () => {
    minisign('-G', '-W', '-f', '-s', at('theirs.key'), '-p', at('theirs.pub'))
    const raw = opened(readFileSync(at('theirs.key'), 'utf8'))
    const key = parsePublicKey(readFileSync(at('theirs.pub'), 'utf8'))
    assert.equal(key?.keyId, raw.keyId)
    writeFileSync(at('file'), 'manifest')
    writeFileSync(
      at('file.minisig'),
      signMinisign(Buffer.from('manifest'), signerOf(raw), 'timestamp:1\tfile:file'),
    )
    assert.match(
      minisign('-V', '-p', at('theirs.pub'), '-m', at('file')),
      /Signature and comment signature verified/,
    )
    writeFileSync(at('file'), 'manifesto')
    assert.throws(() => minisign('-V', '-p', at('theirs.pub'), '-m', at('file')))
  })

  test('of minisign signs in the older form too, over the content itself', () => {
    const made = makeKey()
    writeFileSync(at('older.key'), made.secretKey)
    writeFileSync(at('older'), 'manifest')
    minisign('-S', '-l', '-W', '-s', at('older.key'), '-m', at('older'))
    const key = parsePublicKey(made.publicKey)
    assert.ok(key)
    const text = readFileSync(at('older.minisig'), 'utf8')
    assert.equal(parseSignature(text)?.form, 'legacy')
    assert.equal(verifyMinisign(Buffer.from('manifest'), text, [key]).kind, 'valid')
    assert.equal(verifyMinisign(Buffer.from('manifesto'), text, [key]).kind, 'wrong')
  })

  test('behind a password of ours opens in minisign', () => {
    const made = makeKey('열쇠 1')
    writeFileSync(at('sealed.key'), made.secretKey)
    writeFileSync(at('sealed'), 'manifest')
    const signed = minisignWith('열쇠 1', ['-S', '-s', at('sealed.key'), '-m', at('sealed')])
    assert.equal(signed.status, 0, signed.stderr)
    const key = parsePublicKey(made.publicKey)
    assert.ok(key)
    const text = readFileSync(at('sealed.minisig'), 'utf8')
    assert.equal(verifyMinisign(Buffer.from('manifest'), text, [key]).kind, 'valid')
    assert.notEqual(minisignWith('2', ['-S', '-s', at('sealed.key'), '-m', at('sealed')]).status, 0)
  })

  test('behind a password of minisign opens here', () => {
    // A GiB for each guess: opened once.
    const made = minisignWith('열쇠 1', ['-G', '-s', at('far.key'), '-p', at('far.pub')])
    assert.equal(made.status, 0, made.stderr)
    const key = parsePublicKey(readFileSync(at('far.pub'), 'utf8'))
    assert.equal(opened(readFileSync(at('far.key'), 'utf8'), '열쇠 1').keyId, key?.keyId)
  })

  test('asks for the work that libsodium asks for', () => {
    // crypto_pwhash_scryptsalsa208sha256_*_SENSITIVE, what minisign uses; _INTERACTIVE; ours.
    const table = [
      [33_554_432n, 1_073_741_824n, { N: 2 ** 20, r: 8, p: 1 }],
      [524_288n, 16_777_216n, { N: 2 ** 14, r: 8, p: 1 }],
      [4_194_304n, 134_217_728n, { N: 2 ** 17, r: 8, p: 1 }],
    ] as const
    for (const [operations, memoryBytes, parameters] of table) {
      assert.deepEqual(scryptParameters({ operations, memoryBytes }), parameters)
    }
  })

  test('is nothing else, and a costly one is not tried', () => {
    const { secretKey, publicKey } = makeKey('x')
    const bytes = Buffer.from(secretKey.split('\n')[1] ?? '', 'base64')
    bytes.writeBigUInt64LE(2n ** 62n, 46)
    const costly = `untrusted comment: x\n${bytes.toString('base64')}\n`
    assert.deepEqual(parseSecretKey(costly, 'x'), { fault: 'too_costly' })
    for (const wrong of [
      '',
      publicKey,
      secretKey.split('\n')[1] ?? '',
      `${secretKey}more\n`,
      secretKey.replace('Ed', 'Xd'),
    ]) {
      assert.deepEqual(parseSecretKey(wrong.replace('RWR', 'RWX'), 'x'), { fault: 'not_a_key' }, wrong)
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (noise) => {
        assert.deepEqual(parseSecretKey(noise, 'x'), { fault: 'not_a_key' })
      }),
      { seed: 20261124 },
    )
  })
})
