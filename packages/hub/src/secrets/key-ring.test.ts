// What is sealed opens under its own key and place alone, and the key file outlives starts.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { createKeyRing, loadKeyRing, secretKeysPath } from './key-ring.ts'

const key = () => randomBytes(32).toString('base64')

test('whatever is sealed opens again, in its place alone, and no changed byte passes', () => {
  const ring = createKeyRing({ current: 'a', keys: { a: key() } })
  const bytes = fc.uint8Array({ maxLength: 300 })
  fc.assert(
    fc.property(bytes, fc.nat(), (value, at) => {
      const sealed = ring.seal(Buffer.from(value), 'all/camera/1')
      assert.deepEqual(ring.open(sealed, 'all/camera/1', 'camera'), Buffer.from(value))
      assert.throws(() => ring.open(sealed, 'all/camera/2', 'camera'))
      const raw = Buffer.from(sealed.sealed, 'base64')
      const index = at % raw.length
      raw.writeUInt8((raw.readUInt8(index) + 1) % 256, index)
      assert.throws(() => ring.open({ ...sealed, sealed: raw.toString('base64') }, 'all/camera/1', 'camera'))
    }),
  )
})

test('after a rotation what was sealed before still opens; without its key it is said which is missing', () => {
  const keys = { old: key(), new: key() }
  const before = createKeyRing({ current: 'old', keys: { old: keys.old } }).seal(Buffer.from('v'), 'p')
  const rotated = createKeyRing({ current: 'new', keys })
  assert.equal(rotated.open(before, 'p', 'n').toString(), 'v')
  assert.equal(rotated.seal(Buffer.from('v'), 'p').keyId, 'new')
  const without = createKeyRing({ current: 'new', keys: { new: keys.new } })
  assert.throws(() => without.open(before, 'p', 'n'), { code: 'HUB_SECRET_KEY_MISSING' })
})

test('the key file is made once, for its owner alone, and a damaged one stops the hub', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'key-ring-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [first, second] = await Promise.all([loadKeyRing(folder), loadKeyRing(folder)])
  assert.equal(second.open(first.seal(Buffer.from('v'), 'p'), 'p', 'n').toString(), 'v')
  assert.equal(statSync(secretKeysPath(folder)).mode & 0o777, 0o600)
  const text = readFileSync(secretKeysPath(folder), 'utf8')
  writeFileSync(secretKeysPath(folder), text.replace(/"key-[0-9a-f]+": "..../, '"key-x": "'))
  await assert.rejects(loadKeyRing(folder), /holds no keys/)
})
