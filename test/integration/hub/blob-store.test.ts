// What every store of images promises, tried on a folder and on a real S3-compatible server.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { before, describe, test } from 'node:test'
import { CodedError, silentLogger } from '@bongsu/foundation'
import type { Blobs } from '../../../packages/hub/src/images/blobs.ts'
import { FolderBlobs } from '../../../packages/hub/src/images/folder-blobs.ts'
import { S3Blobs } from '../../../packages/hub/src/images/s3-blobs.ts'
import { S3Bucket } from '../../../packages/hub/src/images/s3-bucket.ts'
import { freePort } from '../../infra/free-port.ts'
import { type S3Server, startS3Server } from '../../infra/s3-server.ts'
import { tempDir } from '../../infra/temp-dir.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { suiteCleanup } from './suite-cleanup.ts'

const MIB = 1024 * 1024
const MAX_BYTES = 40 * MIB
const PART_BYTES = 5 * MIB
/** Small, one byte around a part, several parts, and more than one copied piece. */
const SIZES = [0, 1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES + 7, 31 * MIB]

const digestOf = (content: Uint8Array) => `sha256:${createHash('sha256').update(content).digest('hex')}`
const isCode = (code: string) => (error: unknown) => error instanceof CodedError && error.code === code

interface Store {
  /** A store with nothing in it, started. */
  empty(): Promise<Blobs>
  /** Another life of the same store. */
  again(): Promise<Blobs>
}

async function put(blobs: Blobs, content: Buffer, chunkBytes = 100_000): Promise<string> {
  const incoming = await blobs.receive()
  for (let offset = 0; offset < content.length; offset += chunkBytes) {
    await incoming.write(content.subarray(offset, offset + chunkBytes))
  }
  return (await incoming.commit()).digest
}

async function listed(blobs: Blobs): Promise<string[]> {
  const found: string[] = []
  for await (const { digest } of blobs.list()) found.push(digest)
  return found.sort()
}

function contract(store: () => Store): void {
  test('what was committed is there, byte for byte, whole and in part', async () => {
    const blobs = await store().empty()
    const contents = SIZES.map((size) => randomBytes(size))
    for (const content of contents) {
      const digest = await put(blobs, content)
      assert.equal(digest, digestOf(content))
      assert.deepEqual(await blobs.stat(digest), { digest, bytes: content.length })
      assert.ok((await buffer(await blobs.read(digest))).equals(content), `${content.length} bytes`)
    }
    const content = contents.at(-1) ?? Buffer.alloc(0)
    const last = content.length - 1
    for (const [start, end] of [
      [0, 0],
      [last, last],
      [1, last],
      [PART_BYTES - 1, PART_BYTES],
      [0, last],
    ] as const) {
      const part = await buffer(await blobs.read(digestOf(content), { start, end }))
      assert.ok(part.equals(content.subarray(start, end + 1)), `${start} to ${end}`)
    }
    assert.deepEqual(await listed(blobs), contents.map(digestOf).sort())
  })

  test('nothing is visible before its commit, nor after a discard', async () => {
    const blobs = await store().empty()
    const content = randomBytes(2 * PART_BYTES + 1)
    const incoming = await blobs.receive()
    await incoming.write(content)
    assert.equal(incoming.bytes, content.length)
    assert.deepEqual([await blobs.stat(digestOf(content)), await listed(blobs)], [undefined, []])
    await incoming.discard()
    await incoming.discard()
    assert.deepEqual([await blobs.stat(digestOf(content)), await listed(blobs)], [undefined, []])
  })

  test('another digest than the expected one keeps nothing; a discard afterwards takes nothing away', async () => {
    const blobs = await store().empty()
    for (const size of [10, PART_BYTES + 10]) {
      const content = randomBytes(size)
      const damaged = await blobs.receive()
      await damaged.write(content)
      await assert.rejects(
        damaged.commit(digestOf(Buffer.from('other'))),
        isCode('HUB_ARCHIVE_DIGEST_MISMATCH'),
      )
      assert.equal(await blobs.stat(digestOf(content)), undefined)
      const right = await blobs.receive()
      await right.write(content)
      await right.commit(digestOf(content))
      await right.discard()
      assert.ok((await buffer(await blobs.read(digestOf(content)))).equals(content))
    }
  })

  test('a chunk may be overwritten by its sender as soon as it was taken', async () => {
    const blobs = await store().empty()
    const content = randomBytes(PART_BYTES + 1000)
    const incoming = await blobs.receive()
    const chunk = Buffer.alloc(64 * 1024)
    for (let offset = 0; offset < content.length; offset += chunk.length) {
      const bytes = content.copy(chunk, 0, offset)
      await incoming.write(chunk.subarray(0, bytes))
    }
    const { digest } = await incoming.commit(digestOf(content))
    assert.ok((await buffer(await blobs.read(digest))).equals(content))
  })

  test('the same content twice, also at once, is there once', async () => {
    const blobs = await store().empty()
    const content = randomBytes(PART_BYTES + 5)
    await Promise.all([put(blobs, content), put(blobs, content)])
    assert.deepEqual(await listed(blobs), [digestOf(content)])
    assert.ok((await buffer(await blobs.read(digestOf(content)))).equals(content))
    await blobs.remove(digestOf(content))
    await blobs.remove(digestOf(content))
    assert.deepEqual([await blobs.stat(digestOf(content)), await listed(blobs)], [undefined, []])
  })

  test('what is not there is told before a byte is sent', async () => {
    const blobs = await store().empty()
    const absent = digestOf(Buffer.from('absent'))
    await assert.rejects(blobs.read(absent), isCode('HUB_BLOB_MISSING'))
    await assert.rejects(blobs.read(absent, { start: 1, end: 2 }), isCode('HUB_BLOB_MISSING'))
    for (const name of ['', '../../etc/passwd', 'sha256:..', `sha512:${'a'.repeat(64)}`]) {
      await assert.rejects(async () => blobs.stat(name), /not a digest/)
    }
  })

  test('more than the largest blob is refused, told beforehand or found out', async () => {
    const blobs = await store().empty()
    await assert.rejects(blobs.receive({ bytes: MAX_BYTES + 1 }), isCode('HUB_BODY_TOO_LARGE'))
    const incoming = await blobs.receive({ bytes: MAX_BYTES })
    const chunk = randomBytes(MIB)
    for (let sent = 0; sent < 40; sent += 1) await incoming.write(chunk)
    await assert.rejects(incoming.write(chunk), isCode('HUB_BODY_TOO_LARGE'))
    await incoming.discard()
    assert.deepEqual(await listed(blobs), [])
  })

  test('a next life keeps what is in place and clears away what was half-written', async () => {
    const blobs = await store().empty()
    const content = randomBytes(100)
    await put(blobs, content)
    const left = await blobs.receive()
    await left.write(randomBytes(2 * PART_BYTES + 1))
    const next = await store().again()
    assert.deepEqual(await listed(next), [digestOf(content)])
    // Its upload is gone with its life.
    await assert.rejects(left.commit())
    assert.deepEqual(await listed(next), [digestOf(content)])
  })

  test('a reader that goes away in the middle leaves the store as it was', async () => {
    const blobs = await store().empty()
    const content = randomBytes(20 * MIB)
    const digest = await put(blobs, content)
    for (let turn = 0; turn < 20; turn += 1) {
      const stream: Readable = await blobs.read(digest)
      for await (const _ of stream) break
      await waitFor(() => stream.destroyed, { what: 'it holds nothing of the store any more' })
    }
    assert.ok((await buffer(await blobs.read(digest))).equals(content))
  })

  test('twenty blobs come in side by side', async () => {
    const blobs = await store().empty()
    const contents = Array.from({ length: 20 }, (_, at) => randomBytes(PART_BYTES + at))
    const digests = await Promise.all(contents.map((content) => put(blobs, content)))
    assert.deepEqual(digests, contents.map(digestOf))
    assert.deepEqual(await listed(blobs), digests.sort())
  })
}

describe('a folder', () => {
  const cleanup = suiteCleanup()
  let dataDir: string
  const open = async () => {
    const blobs = new FolderBlobs({ dataDir, maxBytes: MAX_BYTES })
    await blobs.start()
    return blobs
  }
  contract(() => ({
    again: open,
    empty: () => {
      dataDir = tempDir(cleanup, 'blobs')
      return open()
    },
  }))
})

describe('an S3-compatible store', () => {
  const cleanup = suiteCleanup()
  let server: S3Server
  let stores = 0
  before(async () => {
    server = await startS3Server(cleanup)
    await server.makeBucket('blobs')
  })

  const bucketOf = (changes: object = {}) =>
    new S3Bucket({
      bucket: 'blobs',
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: server.credentials,
      ...changes,
    })
  const open = async (prefix: string, bucket = bucketOf()) => {
    cleanup.after(() => bucket.close())
    const options = { maxBytes: MAX_BYTES, partBytes: PART_BYTES, copyBytes: 12 * MIB }
    const blobs = new S3Blobs({ bucket, prefix, logger: silentLogger(), ...options })
    await blobs.start()
    return blobs
  }
  contract(() => ({
    again: () => open(`store-${stores}/`),
    empty: () => {
      stores += 1
      return open(`store-${stores}/`)
    },
  }))

  test('an upload that is over, whatever its end, leaves nothing beside the blobs', async () => {
    const bucket = bucketOf()
    const blobs = await open('tidy/', bucket)
    await put(blobs, randomBytes(30 * MIB))
    const discarded = await blobs.receive()
    await discarded.write(randomBytes(2 * PART_BYTES))
    await discarded.discard()
    const keys: string[] = []
    for await (const { key } of bucket.list('tidy/')) keys.push(key)
    assert.match(keys.join(), /^tidy\/blobs\/sha256\/[0-9a-f]{2}\/[0-9a-f]{64}$/)
    assert.deepEqual(await bucket.listParted('tidy/'), [])
  })

  test('a bucket that is not there, and credentials that do not open it, are told by the setting', async () => {
    const credentials = { accessKeyId: 'bongsu-test', secretAccessKey: 'wrong-secret-of-ours' }
    for (const changes of [{ bucket: 'absent' }, { credentials }]) {
      await assert.rejects(open('', bucketOf(changes)), (error) => {
        assert.ok(error instanceof CodedError)
        assert.equal(error.code, 'HUB_CONFIG_INVALID')
        assert.equal(error.parameters?.path, 'BONGSU_HUB_IMAGE_STORE')
        assert.doesNotMatch(JSON.stringify([error, error.message, error.stack]), /wrong-secret/)
        return true
      })
    }
  })

  test('while the store is away the hub starts, and every request says so; then it goes on', async () => {
    const relay = createServer((client) => {
      const onward = connect(Number(new URL(server.endpoint).port), '127.0.0.1')
      client.pipe(onward).pipe(client)
      for (const socket of [client, onward]) socket.on('error', () => socket.destroy())
    })
    cleanup.after(() => void relay.close())
    const port = await freePort()
    const content = randomBytes(1000)
    await put(await open('away/'), content)
    const blobs = await open('away/', bucketOf({ endpoint: `http://127.0.0.1:${port}` }))
    for (const ask of [
      () => blobs.stat(digestOf(content)),
      () => blobs.read(digestOf(content)),
      () => put(blobs, content),
      () => blobs.remove(digestOf(content)),
    ]) {
      await assert.rejects(ask, isCode('HUB_STORE_UNAVAILABLE'))
    }
    relay.listen(port, '127.0.0.1')
    await once(relay, 'listening')
    assert.ok((await buffer(await blobs.read(digestOf(content)))).equals(content))
  })
})
