// A blob comes whole whatever happens on the way, costs hardly a byte twice, and is never taken for another one.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { type BlobAnswer, blobPath, downloadBlob } from './blob-download.ts'

const CHUNK = 64 * 1024

describe('a blob', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'bongsu-blob-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  const blobOf = (content: Buffer) => ({
    digest: `sha256:${createHash('sha256').update(content).digest('hex')}`,
    bytes: content.length,
  })

  /** A hub that counts what it sends, and cuts the link after so many bytes, once for each entry. */
  function hubOf(content: Buffer, cuts: number[] = []) {
    const hub = {
      sent: 0,
      offsets: [] as number[],
      fetch: async (_digest: string, offset: number): Promise<BlobAnswer> => {
        hub.offsets.push(offset)
        const cut = cuts.shift()
        const end = cut === undefined ? content.length : Math.min(content.length, offset + cut)
        async function* bytes() {
          for (let at = offset; at < end; at += CHUNK) {
            const chunk = content.subarray(at, Math.min(end, at + CHUNK))
            hub.sent += chunk.length
            yield chunk
          }
          if (cut !== undefined) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
        }
        return { offset, stream: Readable.from(bytes()) }
      },
    }
    return hub
  }

  const download = (content: Buffer, fetch: (digest: string, offset: number) => Promise<BlobAnswer>) =>
    downloadBlob(blobOf(content), { folder, fetch }, () => undefined, new AbortController().signal)

  test('is written under its digest, and is not fetched again', async () => {
    const content = randomBytes(300_000)
    const hub = hubOf(content)
    const path = await download(content, hub.fetch)
    assert.ok(readFileSync(path).equals(content))
    await download(content, hub.fetch)
    assert.deepEqual(hub.offsets, [0])
    assert.equal(readdirSync(folder).length, 1)
  })

  test('is resumed where the link broke, ten times over, at no byte twice', async () => {
    const content = randomBytes(4_000_000)
    const seed = 20261123
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 900_000 }), { minLength: 10, maxLength: 10 }),
        async (cuts) => {
          const hub = hubOf(content, [...cuts])
          let path: string | undefined
          while (path === undefined) path = await download(content, hub.fetch).catch(() => undefined)
          assert.ok(readFileSync(path).equals(content))
          assert.ok(hub.sent <= content.length * 1.01, `${hub.sent}`)
          rmSync(path)
        },
      ),
      { numRuns: 10, seed },
    )
  })

  test('what the journal does not vouch for is fetched again', async () => {
    const content = randomBytes(40 * 1024 * 1024)
    const part = `${blobPath(folder, blobOf(content).digest)}.part`
    await assert.rejects(download(content, hubOf(content, [35 * 1024 * 1024]).fetch), {
      code: 'AGENT_IMAGE_FETCH_FAILED',
    })
    // A power cut: the end of the file never reached the disk, and a piece of it is something else.
    const journal = `${blobPath(folder, blobOf(content).digest)}.journal`
    const entries = readFileSync(journal, 'utf8').split('\n')
    const vouched = Number(entries[15]?.split(' ')[0])
    assert.ok(vouched >= 16 * 1024 * 1024 && vouched < 18 * 1024 * 1024)
    const written = readFileSync(part)
    written.fill(0, vouched + 100, vouched + 200)
    writeFileSync(part, written)
    truncateSync(part, written.length - 1000)
    const hub = hubOf(content)
    const path = await download(content, hub.fetch)
    assert.deepEqual(hub.offsets, [vouched])
    assert.ok(readFileSync(path).equals(content))
    assert.equal(existsSync(journal), false)
    rmSync(path)
  })

  test('a journal that disagrees once is no brake on what comes later', async () => {
    const content = randomBytes(8_000_000)
    const path = blobPath(folder, blobOf(content).digest)
    await assert.rejects(download(content, hubOf(content, [4_000_000]).fetch))
    // A power cut: the journal reached the disk, what it vouches for did not.
    truncateSync(`${path}.part`, statSync(`${path}.part`).size - 1_500_000)
    const hub = hubOf(content, [3_000_000, 2_000_000])
    await assert.rejects(download(content, hub.fetch))
    await assert.rejects(download(content, hub.fetch))
    await download(content, hub.fetch)
    const [first = 0, ...later] = hub.offsets
    assert.deepEqual(later, [first + 3_000_000, first + 5_000_000])
    assert.ok(first > 0 && readFileSync(path).equals(content))
    rmSync(path)
  })

  test('a journal that is nonsense costs the bytes, never the content', async () => {
    const content = randomBytes(200_000)
    const path = blobPath(folder, blobOf(content).digest)
    for (const journal of [
      '',
      'x',
      `999999999999 sha256:${'0'.repeat(64)}\n`,
      `10 sha256:${'0'.repeat(64)}\n`,
      '\0\0\0',
    ]) {
      writeFileSync(`${path}.part`, randomBytes(50_000))
      writeFileSync(`${path}.journal`, journal)
      assert.ok(readFileSync(await download(content, hubOf(content).fetch)).equals(content))
      rmSync(path)
    }
  })

  test('whatever a power cut leaves of part and journal, all sound bytes that are vouched for are used, no others', async () => {
    const content = randomBytes(5_500_000)
    const path = blobPath(folder, blobOf(content).digest)
    await assert.rejects(download(content, hubOf(content, [5_000_000]).fetch))
    const [part, journal] = [readFileSync(`${path}.part`), readFileSync(`${path}.journal`)]
    const lost = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      how: fc.constantFrom('nothing', 'cut', 'zeroed', 'garbled', 'longer', 'gone'),
    })
    type Lost = { readonly at: number; readonly how: string }
    /** What is left, and up to where it is as it was. */
    const left = (whole: Buffer, { at, how }: Lost): { bytes: Buffer | undefined; soundTo: number } => {
      const from = Math.floor(at * (whole.length - 1))
      const rest = whole.length - from
      if (how === 'nothing') return { bytes: whole, soundTo: whole.length }
      if (how === 'gone') return { bytes: undefined, soundTo: 0 }
      if (how === 'longer') return { bytes: Buffer.concat([whole, randomBytes(rest)]), soundTo: whole.length }
      const tail = { cut: Buffer.alloc(0), zeroed: Buffer.alloc(rest) }[how] ?? randomBytes(rest)
      return { bytes: Buffer.concat([whole.subarray(0, from), tail]), soundTo: from }
    }
    const put = (name: string, bytes: Buffer | undefined) =>
      bytes ? writeFileSync(name, bytes) : rmSync(name, { force: true })
    const check = async (ofPart: Lost, ofJournal: Lost, cut: number) => {
      const [newPart, newJournal] = [left(part, ofPart), left(journal, ofJournal)]
      put(`${path}.part`, newPart.bytes)
      put(`${path}.journal`, newJournal.bytes)
      const soundLines = journal.toString('latin1', 0, newJournal.soundTo).split('\n').slice(0, -1)
      const vouched = soundLines.map((line) => Number(line.split(' ')[0]))
      const usable = Math.max(0, ...vouched.filter((bytes) => bytes <= newPart.soundTo))
      const hub = hubOf(content, [cut])
      await download(content, hub.fetch).catch(() => undefined)
      assert.ok(!existsSync(`${path}.part`) || statSync(`${path}.part`).size <= content.length)
      await download(content, hub.fetch)
      assert.ok(readFileSync(path).equals(content))
      assert.equal(hub.offsets[0], usable)
      assert.equal(hub.sent, content.length - usable)
      assert.ok(!existsSync(`${path}.part`) && !existsSync(`${path}.journal`))
      rmSync(path)
    }
    const seed = 20261124
    const property = fc.asyncProperty(lost, lost, fc.integer({ min: 1, max: 3_000_000 }), check)
    await fc.assert(property, { numRuns: 60, seed })
  })

  test('a whole one that the disk has spoilt since is fetched anew', async () => {
    const content = randomBytes(200_000)
    const path = blobPath(folder, blobOf(content).digest)
    for (const spoilt of [Buffer.alloc(content.length), content.subarray(1), randomBytes(300_000)]) {
      writeFileSync(path, spoilt)
      const hub = hubOf(content)
      assert.ok(readFileSync(await download(content, hub.fetch)).equals(content))
      assert.deepEqual(hub.offsets, [0])
      rmSync(path)
    }
  })

  test('a hub that begins anew is followed', async () => {
    const content = randomBytes(500_000)
    await assert.rejects(download(content, hubOf(content, [200_000]).fetch))
    const path = await download(content, async () => ({ offset: 0, stream: Readable.from([content]) }))
    assert.ok(readFileSync(path).equals(content))
    rmSync(path)
  })

  const wrong: readonly [string, (content: Buffer) => Buffer][] = [
    ['other bytes', (content) => randomBytes(content.length)],
    ['one byte too many', (content) => Buffer.concat([content, Buffer.alloc(1)])],
  ]
  for (const [name, change] of wrong) {
    test(`${name} are refused, and nothing of them is kept`, async () => {
      const content = randomBytes(100_000)
      const fetch = async () => ({ offset: 0, stream: Readable.from([change(content)]) })
      await assert.rejects(download(content, fetch), { code: 'AGENT_IMAGE_DIGEST_MISMATCH' })
      assert.deepEqual(
        readdirSync(folder).filter((file) => file.includes(blobOf(content).digest.slice(7))),
        [],
      )
    })
  }

  test('one that ends early is kept as far as it came', async () => {
    const content = randomBytes(100_000)
    const fetch = async () => ({ offset: 0, stream: Readable.from([content.subarray(0, 60_000)]) })
    await assert.rejects(download(content, fetch), { code: 'AGENT_IMAGE_FETCH_FAILED' })
    assert.equal(statSync(`${blobPath(folder, blobOf(content).digest)}.part`).size, 60_000)
  })

  test('silence ends it, and so does whoever asked', async () => {
    const content = randomBytes(1000)
    const silent = async () => ({ offset: 0, stream: new Readable({ read: () => undefined }) })
    const quiet = { folder, fetch: silent, inactivityMs: 20 }
    const signal = new AbortController().signal
    await assert.rejects(
      downloadBlob(blobOf(content), quiet, () => undefined, signal),
      {
        code: 'AGENT_IMAGE_FETCH_FAILED',
      },
    )
    const abort = new AbortController()
    const ending = downloadBlob(blobOf(content), { folder, fetch: silent }, () => undefined, abort.signal)
    abort.abort(new Error('enough'))
    await assert.rejects(ending, /enough/)
  })
})
