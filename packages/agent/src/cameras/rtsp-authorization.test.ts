// Examples of the RFCs, what cameras ask in practice, and what they ask that nobody can answer.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { authorizationFor } from './rtsp-authorization.ts'

const GET = { method: 'GET', url: '/dir/index.html' }
const responseIn = (value: string | undefined) => /response="([0-9a-f]+)"/.exec(value ?? '')?.[1]

test('Digest as in RFC 2617 section 3.5', () => {
  const challenge =
    'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
  const value = authorizationFor([challenge], { user: 'Mufasa', password: 'Circle Of Life' }, GET, '0a4f113b')
  assert.equal(responseIn(value), '6629fae49393a05397450978507c4ef1')
  assert.match(value ?? '', /opaque="5ccc069c403ebaf9f0171e9517f40e41"/)
})

test('Digest with SHA-256 as in RFC 7616 section 3.9.1', () => {
  const challenge =
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
  const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ'
  const value = authorizationFor([challenge], { user: 'Mufasa', password: 'Circle of Life' }, GET, cnonce)
  assert.equal(responseIn(value), '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1')
})

test('of several ways Digest is taken where it is known, else Basic, else none', () => {
  const who = { user: 'a', password: 'b:c' }
  const known = 'Digest realm="r", nonce="n"'
  const unknown = 'Digest realm="r", nonce="n", algorithm=SHA-512-256'
  assert.match(authorizationFor(['Basic realm="r"', known], who, GET) ?? '', /^Digest username="a"/)
  assert.equal(authorizationFor([unknown, 'Basic realm="r"'], who, GET), 'Basic YTpiOmM=')
  assert.equal(authorizationFor([unknown, 'Bearer'], who, GET), undefined)
  assert.equal(authorizationFor([], who, GET), undefined)
})

test('no challenge makes a header that breaks its line or its quotes', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 3 }), fc.string(), (words, realm) => {
      const line = (text: string) => text.replace(/[\r\n]/g, ' ')
      const challenges = [
        ...words.map(line),
        `Digest realm="${line(realm).replace(/["\\]/g, '')}", nonce="n"`,
      ]
      const value = authorizationFor(challenges, { user: 'u"\\', password: 'p' }, GET) ?? ''
      assert.doesNotMatch(value, /[\r\n]/)
      if (value.startsWith('Digest')) assert.match(value, /^Digest username="u\\"\\\\", /)
    }),
  )
})
