import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LineReader, LineTooLong } from './line-reader.ts'
import { namesBelow } from './prepare-folder.ts'
import { encodeLine, MAX_REQUEST_BYTES, parseAnswer, parseRequest, parseResult } from './vocabulary.ts'

const uid = fc.integer({ min: 0, max: 4_294_967_294 })
const displayNumber = fc.integer({ min: 0, max: 65_535 })
const launchId = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)
const data = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString('base64'))
const cookie = fc.record({ protocol: fc.constant('MIT-MAGIC-COOKIE-1'), data })

const request = fc
  .oneof(
    fc.constantFrom(
      { op: 'observe' },
      { op: 'list-cookies' },
      { op: 'list-secrets' },
      { op: 'ensure-display' },
      { op: 'running-display' },
      { op: 'end-display' },
    ),
    fc.record({ op: fc.constant('cookies'), displayNumber }),
    fc.record({ op: fc.constant('connect'), displayNumber, uid, gid: uid }),
    fc.record({ op: fc.constant('write-cookie'), launchId, displayNumber, cookie, uid, gid: uid }),
    fc.record({ op: fc.constant('remove-cookie'), launchId }),
    fc.record({
      op: fc.constant('write-secrets'),
      launchId,
      name: launchId,
      uid,
      gid: uid,
      files: fc.array(fc.record({ file: fc.stringMatching(/^[a-z0-9]{1,64}$/), value: data }), {
        maxLength: 16,
      }),
    }),
    fc.record({ op: fc.constant('remove-secrets'), launchId }),
    fc.record({
      op: fc.constant('prepare-folder'),
      path: fc.string({ minLength: 1, maxLength: 60 }),
      uid,
      gid: uid,
    }),
  )
  .chain((asked) => fc.nat().map((id) => ({ ...asked, id })))

test('every request of the vocabulary survives the line', () => {
  fc.assert(
    fc.property(request, (asked) => {
      const line = encodeLine(asked)
      assert.ok(Buffer.byteLength(line) <= MAX_REQUEST_BYTES)
      assert.deepEqual(parseRequest(line), JSON.parse(line))
    }),
  )
})

test('anything else is no request: a field too many, too few or of another kind, and any bytes', () => {
  fc.assert(
    fc.property(request, fc.string(), fc.jsonValue(), (asked, name, value) => {
      if (!Object.hasOwn(asked, name))
        assert.equal(parseRequest(encodeLine({ ...asked, [name]: 1 })), undefined)
      assert.equal(parseRequest(encodeLine({ ...asked, op: `${asked.op}x` })), undefined)
      assert.equal(parseRequest(encodeLine({ ...asked, id: JSON.stringify(value) })), undefined)
      const { id, ...rest } = asked
      assert.equal(parseRequest(encodeLine(rest)), undefined)
      assert.equal(parseRequest(encodeLine([asked])), undefined)
    }),
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.jsonValue(), (bytes, value) => {
      assert.equal(parseRequest(Buffer.from(bytes).toString('utf8')), undefined)
      assert.equal(parseRequest(JSON.stringify(value)), undefined)
      assert.doesNotThrow(() => parseAnswer(Buffer.from(bytes).toString('utf8')))
    }),
  )
})

test('ids that would become paths, and numbers that mean “leave as it is”, are none', () => {
  const base = { id: 1, op: 'write-cookie', displayNumber: 0, uid: 1, gid: 1 }
  for (const bad of ['', '.', '..', 'a/b', 'A', '-a', 'a-', 'a\0', 'a'.repeat(64), '/etc']) {
    assert.equal(parseRequest(encodeLine({ ...base, launchId: bad })), undefined, bad)
  }
  for (const bad of [-1, 4_294_967_295, 2 ** 53, 1.5, null, '0']) {
    assert.equal(parseRequest(encodeLine({ ...base, launchId: 'a', uid: bad })), undefined)
    assert.equal(parseRequest(encodeLine({ ...base, launchId: 'a', gid: bad })), undefined)
  }
})

test('an answer is only what its request is answered with', () => {
  assert.deepEqual(parseResult('list-cookies', { launchIds: ['a'] }), { launchIds: ['a'] })
  assert.equal(parseResult('list-cookies', {}), undefined)
  assert.equal(parseResult('observe', { sockets: [] }), undefined)
  assert.equal(parseResult('cookies', { cookies: [{ origin: 'elsewhere' }] }), undefined)
})

test('lines are the same however the bytes are cut, and none is longer than allowed', () => {
  const lines = fc.array(fc.string({ maxLength: 20 }).filter((line) => !line.includes('\n')))
  fc.assert(
    fc.property(lines, fc.array(fc.nat({ max: 30 })), (wanted, cuts) => {
      const bytes = Buffer.from(wanted.map((line) => `${line}\n`).join(''))
      const reader = new LineReader(100)
      const read: string[] = []
      let start = 0
      for (const length of [...cuts, bytes.length]) {
        read.push(...reader.push(bytes.subarray(start, start + length)))
        start += length
      }
      assert.deepEqual(read, wanted)
      assert.equal(reader.pendingBytes, 0)
    }),
  )
  const reader = new LineReader(4)
  assert.deepEqual(reader.push(Buffer.from('abcd\nab')), ['abcd'])
  assert.throws(() => reader.push(Buffer.from('cde')), LineTooLong)
  assert.throws(() => new LineReader(4).push(Buffer.from('abcde\n')), LineTooLong)
})

test('names below a folder are plain, or there are none', () => {
  assert.deepEqual(namesBelow('/var/lib/bongsu/volumes', '/var/lib/bongsu/volumes/a/b'), ['a', 'b'])
  for (const path of [
    '/var/lib/bongsu/volumes',
    '/var/lib/bongsu/volumesx/a',
    '/var/lib/bongsu/volumes/../x',
    '/var/lib/bongsu/volumes/a/../b',
    '/var/lib/bongsu/volumes/a//b',
    '/var/lib/bongsu/volumes/a/./b',
    'a',
    '',
    '/',
    '/var/lib/bongsu/volumes/a\0b',
  ]) {
    assert.equal(namesBelow('/var/lib/bongsu/volumes', path), undefined, path)
  }
  const part = fc.constantFrom('a', 'b', '..', '.', '', 'volumes')
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
      const names = namesBelow('/s/volumes', `/s/volumes/${parts.join('/')}`)
      assert.ok(names === undefined || names.every((name) => name !== '..' && name !== '.' && name !== ''))
    }),
  )
})
