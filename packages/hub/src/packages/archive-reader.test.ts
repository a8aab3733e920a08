// An archive is read the same however it is cut into chunks; what is hostile is refused within bounds.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { pack } from 'tar-stream'
import { ARCHIVE_LIMITS, createArchiveReader } from './archive-reader.ts'

type Entry = readonly [name: string, content: string | Buffer]

async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack()
  for (const [name, content] of entries) archive.entry({ name }, content)
  archive.finalize()
  const chunks: Uint8Array[] = []
  for await (const chunk of archive as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function read(archive: Buffer, sizes: readonly number[] = [64 * 1024]) {
  const reader = createArchiveReader()
  try {
    for (let offset = 0, turn = 0; offset < archive.length; turn += 1) {
      const size = sizes[turn % sizes.length] ?? 1
      await reader.write(archive.subarray(offset, offset + size))
      offset += size
    }
    return await reader.end()
  } finally {
    reader.destroy()
  }
}

const CONFIG = JSON.stringify({ architecture: 'arm64', os: 'linux' })
const MANIFEST = JSON.stringify([
  { Config: 'blobs/sha256/cfg', RepoTags: null, Layers: ['blobs/sha256/one'] },
])
const image: readonly Entry[] = [
  ['manifest.json', MANIFEST],
  ['blobs/sha256/one', Buffer.alloc(3_000, 7)],
  ['blobs/sha256/cfg', CONFIG],
]

test('the same image in any order of entries and any chunks', async () => {
  const expected = await read(await tarOf(image))
  assert.deepEqual(
    [expected.architecture, expected.layers, expected.unpackedBytes, expected.tags],
    ['arm64', 1, 3_000, []],
  )
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...image], { minLength: 3 }),
      fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 5 }),
      async (entries, sizes) => assert.deepEqual(await read(await tarOf(entries), sizes), expected),
    ),
    { numRuns: 30 },
  )
})

test('a cut archive is incomplete wherever the cut is', async () => {
  const archive = await tarOf(image)
  for (const length of [600, 1_100, 2_000, archive.length - 1_600]) {
    await assert.rejects(read(archive.subarray(0, length)), /HUB_ARCHIVE_INCOMPLETE|HUB_NOT_AN_IMAGE/)
  }
})

test('random bytes never crash the reader', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 3_000 }), async (bytes) => {
      await assert.rejects(read(Buffer.from(bytes), [512]), /HUB_NOT_AN_IMAGE|HUB_ARCHIVE_INCOMPLETE/)
    }),
    { numRuns: 100 },
  )
})

test('texts are bounded, one by one and together', async () => {
  const large: Entry = ['large.json', `{${' '.repeat(ARCHIVE_LIMITS.textBytes)}}`]
  assert.equal((await read(await tarOf([...image, large]))).layers, 1)
  const many = Array.from(
    { length: 9 },
    (_, n): Entry => [`${n}.json`, `{${' '.repeat(ARCHIVE_LIMITS.textBytes - 2)}}`],
  )
  await assert.rejects(read(await tarOf([...many, ...image])), /HUB_NOT_AN_IMAGE/)
})

test('names that reach for other places are only names', async () => {
  const hostile: Entry[] = [
    ['../../../etc/passwd', 'x'],
    ['/etc/shadow', 'x'],
    ['__proto__', '{}'],
  ]
  assert.equal((await read(await tarOf([...hostile, ...image]))).architecture, 'arm64')
})
