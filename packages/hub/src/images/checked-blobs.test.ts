// Bytes that are not what their name says are noticed on the first reading, told, refused from then on, and made good again
// by the next commit.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { createLogger, ManualClock } from '@bongsu/foundation'
import { CheckedBlobs } from './checked-blobs.ts'
import { keyOfDigest } from './digest-key.ts'
import { FolderBlobs } from './folder-blobs.ts'

const DAMAGED = { code: 'HUB_BLOB_DAMAGED' }
const WEEK_MS = 7 * 24 * 3_600_000

describe('a store that is looked at', () => {
  let dataDir: string
  let log: string
  let clock: ManualClock

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'bongsu-checked-'))
    log = ''
    clock = new ManualClock()
  })
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

  const open = async () => {
    const store = new FolderBlobs({ dataDir, maxBytes: 64 * 1024 * 1024 })
    const destination = {
      write(line: string) {
        log += line
      },
    }
    const blobs = new CheckedBlobs({
      store,
      clock,
      logger: createLogger({ name: 'test', level: 'info', destination }),
    })
    await blobs.start()
    return blobs
  }
  const put = async (blobs: CheckedBlobs, content: Buffer): Promise<string> => {
    const incoming = await blobs.receive()
    await incoming.write(content)
    assert.equal(incoming.bytes, content.length)
    return (await incoming.commit()).digest
  }
  const fileOf = (digest: string) => join(dataDir, 'blobs', 'sha256', keyOfDigest(digest))
  const content = randomBytes(3_000_000)
  const flipped = Buffer.from(content)
  flipped.writeUInt8(flipped.readUInt8(2_000_000) ^ 1, 2_000_000)

  const damages: readonly [name: string, damage: (path: string) => void][] = [
    ['one bit of it', (path) => writeFileSync(path, flipped)],
    ['its end', (path) => truncateSync(path, 2_999_999)],
    ['all of it', (path) => truncateSync(path, 0)],
  ]
  for (const [name, damage] of damages) {
    test(`damage to ${name} ends the first reading, is told, and is refused from then on`, async () => {
      const digest = await put(await open(), content)
      damage(fileOf(digest))
      const blobs = await open()
      await assert.rejects(buffer(await blobs.read(digest)), DAMAGED)
      assert.match(log, /"level":"error".*HUB_BLOB_DAMAGED/)
      assert.ok(log.includes(digest))
      await assert.rejects(blobs.read(digest), DAMAGED)
      await assert.rejects(blobs.read(digest, { start: 5, end: 6 }), DAMAGED)
      assert.equal(await blobs.stat(digest), undefined)
      await put(blobs, content)
      assert.ok((await buffer(await blobs.read(digest))).equals(content))
      assert.equal((await blobs.stat(digest))?.bytes, content.length)
    })
  }

  test('the bytes of a damaged blob never come whole', async () => {
    const digest = await put(await open(), content)
    writeFileSync(fileOf(digest), flipped)
    let received = 0
    const reading = async () => {
      const whole = { start: 0, end: content.length - 1 }
      for await (const chunk of await (await open()).read(digest, whole)) received += chunk.length
    }
    await assert.rejects(reading(), DAMAGED)
    assert.ok(received < content.length)
  })

  test('a part is sent as it is, and the whole is looked at beside it', async () => {
    const digest = await put(await open(), content)
    writeFileSync(fileOf(digest), flipped)
    const blobs = await open()
    const part = await buffer(await blobs.read(digest, { start: 10, end: 19 }))
    assert.ok(part.equals(content.subarray(10, 20)))
    while (!log.includes('HUB_BLOB_DAMAGED')) await turn()
    await assert.rejects(blobs.read(digest, { start: 10, end: 19 }), DAMAGED)
  })

  test('a sound blob is read without a look for a week', async () => {
    const digest = await put(await open(), content)
    const blobs = await open()
    assert.ok((await buffer(await blobs.read(digest))).equals(content))
    writeFileSync(fileOf(digest), flipped)
    assert.equal((await buffer(await blobs.read(digest))).length, content.length)
    await clock.advance(WEEK_MS)
    await assert.rejects(buffer(await blobs.read(digest)), DAMAGED)
  })

  test('what is gone says so; what is removed is forgotten with its damage', async () => {
    const blobs = await open()
    const absent = `sha256:${createHash('sha256').update('absent').digest('hex')}`
    await assert.rejects(blobs.read(absent), { code: 'HUB_BLOB_MISSING' })
    const digest = await put(blobs, content)
    rmSync(fileOf(digest))
    await assert.rejects(blobs.read(digest, { start: 0, end: 1 }), { code: 'HUB_BLOB_MISSING' })
    writeFileSync(fileOf(digest), flipped)
    await clock.advance(WEEK_MS)
    await assert.rejects(buffer(await blobs.read(digest)), DAMAGED)
    await blobs.remove(digest)
    await assert.rejects(blobs.read(digest), { code: 'HUB_BLOB_MISSING' })
  })

  test('a reader that goes away in the middle says nothing against the blob', async () => {
    const digest = await put(await open(), content)
    const blobs = await open()
    for await (const _ of await blobs.read(digest)) break
    assert.ok((await buffer(await blobs.read(digest))).equals(content))
    assert.equal(log, '')
  })
})
