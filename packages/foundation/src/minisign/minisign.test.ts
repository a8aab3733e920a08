// Signatures in the form of minisign: ours and those of Debian's minisign, and nothing that is not one.
import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { formatPublicKey, parsePublicKey } from './public-key.ts'
import { type MinisignSigner, signMinisign, verifyMinisign } from './sign.ts'
import { formatSignature, parseSignature } from './signature.ts'

function makeSigner() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const keyId = randomBytes(8).toString('hex').toUpperCase()
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  const signer: MinisignSigner = { keyId, key: privateKey }
  const known = parsePublicKey(formatPublicKey(keyId, raw))
  assert.ok(known)
  return { signer, known }
}

describe('a signature', () => {
  const { signer, known } = makeSigner()
  const content = Buffer.from('봉수 manifest')
  const text = signMinisign(content, signer, 'timestamp:1\tfile:manifest.json')

  test('is valid for its content and its key only', () => {
    assert.deepEqual(verifyMinisign(content, text, [makeSigner().known, known]), {
      kind: 'valid',
      keyId: signer.keyId,
      trustedComment: 'timestamp:1\tfile:manifest.json',
    })
    assert.equal(verifyMinisign(Buffer.from('other'), text, [known]).kind, 'wrong')
    assert.deepEqual(verifyMinisign(content, text, [makeSigner().known]), {
      kind: 'foreign_key',
      keyId: signer.keyId,
    })
    assert.equal(verifyMinisign(content, text, []).kind, 'foreign_key')
    const impostor = { ...makeSigner().known, keyId: signer.keyId }
    assert.equal(verifyMinisign(content, text, [impostor]).kind, 'wrong')
    assert.equal(verifyMinisign(content, text, [impostor, known]).kind, 'valid')
  })

  test('covers its trusted comment', () => {
    assert.equal(verifyMinisign(content, text.replace('timestamp:1', 'timestamp:2'), [known]).kind, 'wrong')
  })

  test('of one form is none of the other', () => {
    const parsed = parseSignature(text)
    assert.ok(parsed)
    const turned = formatSignature({ ...parsed, form: 'legacy' })
    assert.equal(verifyMinisign(content, turned, [known]).kind, 'wrong')
  })

  test('is written as it is read, and survives the line ends of other systems', () => {
    const parsed = parseSignature(text)
    assert.ok(parsed)
    assert.equal(formatSignature(parsed), text)
    assert.equal(verifyMinisign(content, text.replaceAll('\n', '\r\n'), [known]).kind, 'valid')
  })

  test('with any byte changed is not valid, and nothing throws', () => {
    const seed = 20261124
    const bytes = Buffer.from(text)
    fc.assert(
      fc.property(fc.nat(bytes.length - 2), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bent = Buffer.from(bytes)
        bent[at] = (bent[at] ?? 0) ^ change
        const verdict = verifyMinisign(content, bent.toString('latin1'), [known])
        // The untrusted comment is what its name says.
        const isComment = at >= 'untrusted comment: '.length && at < text.indexOf('\n')
        assert.ok(isComment || verdict.kind !== 'valid', `byte ${at}`)
      }),
      { seed, numRuns: 500 },
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (noise) => {
        assert.equal(verifyMinisign(content, noise, [known]).kind, 'malformed')
        assert.equal(parsePublicKey(noise), undefined)
      }),
      { seed },
    )
  })
})

test('what is no public key is none', () => {
  const { known } = makeSigner()
  const text = formatPublicKey(known.keyId, Buffer.alloc(32, 7))
  const [comment = '', key = ''] = text.split('\n')
  assert.equal(parsePublicKey(key)?.keyId, known.keyId)
  for (const wrong of [
    '',
    comment,
    `${text}more\n`,
    `${key}\n${key}`,
    text.replace(key, `${key}=`),
    text.replace(key, key.slice(4)),
    text.replace(key, Buffer.from(key, 'base64').fill(0, 0, 1).toString('base64')),
  ]) {
    assert.equal(parsePublicKey(wrong), undefined, JSON.stringify(wrong))
  }
})
