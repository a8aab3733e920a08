import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import {
  type AuthEntry,
  cookiesFor,
  encodeAuthFile,
  FAMILY_LOCAL,
  FAMILY_WILD,
  parseAuthFile,
  wildEntry,
} from './auth-file.ts'
import { XCookie } from './x-cookie.ts'

const entry = (family: number, address: string, displayNumber: string, fill: number): AuthEntry => ({
  family,
  address: Buffer.from(address),
  displayNumber,
  cookie: new XCookie(Buffer.alloc(16, fill)),
})

const plain = (entries: readonly AuthEntry[]) =>
  entries.map(({ family, address, displayNumber, cookie }) => ({
    family,
    displayNumber,
    address: Buffer.from(address).toString('hex'),
    protocol: cookie.protocol,
    data: cookie.reveal().toString('hex'),
  }))

test('an authority file survives encoding and parsing', () => {
  const arbitraryEntry = fc.record({
    family: fc.integer({ min: 0, max: 0xffff }),
    address: fc.uint8Array({ maxLength: 40 }),
    displayNumber: fc.nat(65_535).map(String),
    cookie: fc.uint8Array({ maxLength: 40 }).map((data) => new XCookie(data)),
  })
  fc.assert(
    fc.property(fc.array(arbitraryEntry, { maxLength: 8 }), (entries) => {
      const parsed = parseAuthFile(encodeAuthFile(entries))
      assert.equal(parsed.complete, true)
      assert.deepEqual(plain(parsed.entries), plain(entries))
    }),
  )
})

test('a torn file yields the entries before the tear', () => {
  const entries = [entry(FAMILY_LOCAL, 'a', '0', 1), entry(FAMILY_LOCAL, 'b', '1', 2)]
  const whole = encodeAuthFile(entries)
  const firstBytes = encodeAuthFile(entries.slice(0, 1)).length
  for (let length = firstBytes + 1; length < whole.length; length += 1) {
    const parsed = parseAuthFile(whole.subarray(0, length))
    assert.equal(parsed.complete, false)
    assert.equal(parsed.entries.length, 1)
  }
})

test('any bytes parse without an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      parseAuthFile(bytes)
    }),
  )
})

test('a wild entry has the bytes that libXau expects', () => {
  const bytes = encodeAuthFile([wildEntry(7, new XCookie(Buffer.alloc(16, 0xab)))])
  const name = Buffer.from('MIT-MAGIC-COOKIE-1').toString('hex')
  assert.equal(bytes.toString('hex'), `ffff00000001370012${name}0010${'ab'.repeat(16)}`)
})

test('cookies are tried in the order own host, wild, renamed host, each once', () => {
  const entries = [
    entry(FAMILY_LOCAL, 'old-name', '0', 3),
    entry(FAMILY_WILD, '', '', 2),
    entry(FAMILY_LOCAL, 'here', '0', 1),
    entry(FAMILY_LOCAL, 'here', '1', 9),
    entry(FAMILY_WILD, '', '0', 1),
  ]
  const cookies = cookiesFor(entries, { number: 0, hostname: 'here' })
  assert.deepEqual(
    cookies.map((cookie) => cookie.reveal()[0]),
    [1, 2, 3],
  )
})

test('entries of another protocol are no cookies', () => {
  const foreign = { ...entry(FAMILY_WILD, '', '0', 1), cookie: new XCookie(Buffer.alloc(16), 'SUN-DES-1') }
  assert.deepEqual(cookiesFor([foreign], { number: 0, hostname: 'here' }), [])
})

test('a cookie never prints its bytes', () => {
  const cookie = new XCookie(Buffer.from('0123456789abcdef'))
  for (const text of [inspect({ cookie }), JSON.stringify({ cookie }), `${cookie}`]) {
    assert.doesNotMatch(text, /0123|30313233|48,\s*49/)
  }
})
