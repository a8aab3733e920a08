// An archive is taken in the same however it was made and is cut into chunks; what is damaged or hostile is refused by name
// and leaves nothing behind.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { ReleaseLayer } from '@bongsu/protocol'
import fc from 'fast-check'
import { pack } from 'tar-stream'
import { FolderBlobs } from './folder-blobs.ts'
import { ARCHIVE_LIMITS, receiveImage } from './image-intake.ts'

type Entry = readonly [name: string, content: string | Buffer, link?: string]

async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack()
  for (const [name, content, link] of entries) {
    if (link !== undefined) archive.entry({ name, type: 'symlink', linkname: link })
    else archive.entry({ name }, content)
  }
  archive.finalize()
  const chunks: Uint8Array[] = []
  for await (const chunk of archive as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const hexOf = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex')
const digestOf = (bytes: Buffer | string) => `sha256:${hexOf(bytes)}`

const layer = await tarOf([['etc/one', 'one'.repeat(2000)]])
const second = await tarOf([['etc/two', 'two']])
const configOf = (layers: readonly Buffer[], more: object = {}) =>
  JSON.stringify({
    architecture: 'arm64',
    os: 'linux',
    config: { Cmd: ['/run'] },
    rootfs: { type: 'layers', diff_ids: layers.map(digestOf) },
    ...more,
  })

/** As `docker save` of old writes it. */
function dockerArchive(layers: readonly Buffer[], more: object = {}): Entry[] {
  const config = configOf(layers, more)
  const manifest = [
    { Config: `${hexOf(config)}.json`, RepoTags: ['a:1'], Layers: layers.map((_, at) => `${at}/layer.tar`) },
  ]
  return [
    ...layers.map((bytes, at): Entry => [`${at}/layer.tar`, bytes]),
    [`${hexOf(config)}.json`, config],
    ['manifest.json', JSON.stringify(manifest)],
  ]
}

/** An OCI layout; `encode` is what its layers are compressed with. */
function layout(layers: readonly Buffer[], encode: (bytes: Buffer) => Buffer = (bytes) => bytes): Entry[] {
  const config = configOf(layers)
  const blobs = layers.map(encode)
  const manifest = JSON.stringify({
    schemaVersion: 2,
    config: { digest: digestOf(config) },
    layers: blobs.map((blob) => ({ digest: digestOf(blob) })),
  })
  const named = (content: Buffer | string): Entry => [`blobs/sha256/${hexOf(content)}`, content]
  const attestation = JSON.stringify({ schemaVersion: 2, config: {}, layers: [] })
  const index = {
    schemaVersion: 2,
    manifests: [
      { digest: digestOf(manifest) },
      { digest: digestOf(attestation), annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
    ],
  }
  return [
    ['oci-layout', '{"imageLayoutVersion":"1.0.0"}'],
    ['index.json', JSON.stringify(index)],
    named(manifest),
    named(attestation),
    named(config),
    ...blobs.map(named),
  ]
}

const MAX_BYTES = 48 * 1024 * 1024

describe('taking in an image', () => {
  let dataDir: string
  let blobs: FolderBlobs
  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'bongsu-intake-'))
    blobs = new FolderBlobs({ dataDir, maxBytes: 64 * 1024 * 1024 })
    await blobs.start()
  })
  after(() => rmSync(dataDir, { recursive: true, force: true }))

  const take = (
    archive: Buffer,
    options: { sizes?: readonly number[]; stored?: readonly ReleaseLayer[] } = {},
  ) => {
    const { sizes = [64 * 1024], stored = [] } = options
    function* chunks() {
      for (let offset = 0, turn = 0; offset < archive.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1
        yield archive.subarray(offset, offset + size)
        offset += size
      }
    }
    const findLayers = async () => new Map(stored.map((known) => [known.diffId, known]))
    return receiveImage({ blobs, findLayers, maxBytes: MAX_BYTES }, Readable.from(chunks()))
  }
  const leftBehind = () => readdirSync(join(dataDir, 'uploads'))
  const contentOf = async (digest: string) => {
    const chunks: Buffer[] = []
    for await (const chunk of await blobs.read(digest)) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks)
  }

  test('layers that came plain are stored compressed, and are the same again', async () => {
    const received = await take(await tarOf(dockerArchive([layer, second])))
    await received.publish()
    assert.deepEqual(
      received.layers.map(({ diffId, unpackedBytes }) => [diffId, unpackedBytes]),
      [layer, second].map((bytes) => [digestOf(bytes), bytes.length]),
    )
    for (const [at, bytes] of [layer, second].entries()) {
      const { digest = '', bytes: stored } = received.layers[at] ?? {}
      const blob = await contentOf(digest)
      assert.equal(digestOf(blob), digest)
      assert.equal(blob.length, stored)
      assert.ok(zstdDecompressSync(blob).equals(bytes))
    }
    const { imageId, architecture, tags, configurationText } = received.described
    assert.equal(imageId, digestOf(configOf([layer, second])))
    assert.ok((await contentOf(imageId)).equals(configurationText))
    assert.deepEqual([architecture, tags], ['arm64', ['a:1']])
    assert.deepEqual(leftBehind(), [])
  })

  for (const [name, encode, decode] of [
    ['gzip', gzipSync, gunzipSync],
    ['zstd', zstdCompressSync, zstdDecompressSync],
  ] as const) {
    test(`layers that came as ${name} are stored byte for byte`, async () => {
      const received = await take(await tarOf(layout([layer, second], encode)))
      await received.publish()
      for (const [at, bytes] of [layer, second].entries()) {
        const { digest = '', diffId } = received.layers[at] ?? {}
        assert.equal(digest, digestOf(encode(bytes)))
        assert.equal(diffId, digestOf(bytes))
        assert.ok(decode(await contentOf(digest)).equals(bytes))
      }
    })

    test(`an archive packed as a whole with ${name} is taken in too`, async () => {
      const received = await take(encode(await tarOf(dockerArchive([layer]))), { sizes: [7, 1000] })
      assert.deepEqual(
        received.layers.map(({ diffId }) => diffId),
        [digestOf(layer)],
      )
      await received.discard()
      assert.deepEqual(leftBehind(), [])
    })
  }

  test('an empty layer, the same layer twice, and a link to a layer are understood by their content', async () => {
    const empty = Buffer.alloc(1024)
    const entries = dockerArchive([layer, empty, layer]).filter(([name]) => name !== '2/layer.tar')
    const received = await take(await tarOf([...entries, ['2/layer.tar', '', '../0/layer.tar']]))
    assert.deepEqual(
      received.layers.map(({ diffId }) => diffId),
      [layer, empty, layer].map(digestOf),
    )
    await received.discard()
  })

  test('layers that are stored already may be left out, and stay as they are stored', async () => {
    const stored: ReleaseLayer = {
      diffId: digestOf(layer),
      digest: digestOf(gzipSync(layer)),
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      bytes: 1,
      unpackedBytes: layer.length,
    }
    const entries = dockerArchive([layer, second])
    for (const some of [entries.filter(([name]) => name !== '0/layer.tar'), entries]) {
      const received = await take(await tarOf(some), { stored: [stored] })
      assert.deepEqual(received.layers[0], stored)
      await received.publish()
      assert.deepEqual(leftBehind(), [])
    }
  })

  test('the same image in any order of entries and any chunks', async () => {
    const entries = dockerArchive([layer, second])
    const first = await take(await tarOf(entries))
    const expected = first.layers
    await first.discard()
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(entries, { minLength: entries.length }),
        fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 5 }),
        async (shuffled, sizes) => {
          const received = await take(await tarOf(shuffled), { sizes })
          assert.deepEqual(received.layers, expected)
          await received.discard()
        },
      ),
      { numRuns: 30 },
    )
  })

  test('a layer of many blocks is compressed to the same blob, whatever pieces it comes in', async () => {
    const large = await tarOf([
      ['noise', randomBytes(700_001)],
      ['words', 'the same again '.repeat(60_000)],
    ])
    const archive = await tarOf(dockerArchive([large]))
    const first = await take(archive)
    const [{ bytes = 0 } = {}] = first.layers
    assert.ok(bytes > 700_000 && bytes < 900_000, String(bytes))
    await first.discard()
    for (const sizes of [[1000], [1, 77_777], [65_536], [131_072, 13], [archive.length]]) {
      const received = await take(archive, { sizes })
      assert.deepEqual(received.layers, first.layers, sizes.join())
      await received.discard()
    }
  })

  test('a cut archive is refused wherever the cut is, and leaves nothing', async () => {
    const archive = await tarOf(dockerArchive([layer]))
    // The two closing blocks say nothing.
    for (let length = 1; length < archive.length - 1024 - 512; length += 317) {
      await assert.rejects(take(archive.subarray(0, length)), {
        code: /^HUB_(ARCHIVE_INCOMPLETE|NOT_AN_IMAGE)$/,
      })
    }
    assert.deepEqual(leftBehind(), [])
  })

  test('random bytes never crash the intake', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 4000 }), async (bytes) => {
        await assert.rejects(take(Buffer.from(bytes)), { code: /^HUB_/ })
      }),
      { numRuns: 100 },
    )
  })

  const json = (value: unknown) => JSON.stringify(value)
  const without = (entries: Entry[], name: RegExp) => entries.filter(([each]) => !name.test(each))
  const replaced = (entries: Entry[], name: RegExp, content: string | Buffer): Entry[] =>
    entries.map(([each, old]) => [each, name.test(each) ? content : old])
  const good = () => dockerArchive([layer])
  const withConfig = (config: unknown): Entry[] => [
    ['0/layer.tar', layer],
    ['config.json', typeof config === 'string' ? config : json(config)],
    ['manifest.json', json([{ Config: 'config.json', RepoTags: null, Layers: ['0/layer.tar'] }])],
  ]
  const plainConfig = { architecture: 'amd64', os: 'linux', rootfs: { diff_ids: [digestOf(layer)] } }
  const bad: readonly [string, () => Entry[] | Buffer | Promise<Buffer>, RegExp][] = [
    ['nothing at all', () => Buffer.alloc(0), /not a tar/],
    ['only zeros', () => Buffer.alloc(10_240), /not a tar/],
    ['a text', () => Buffer.from('no image at all'.repeat(100)), /not a tar/],
    ['a picture', () => Buffer.concat([Buffer.from('\x89PNG\r\n'), Buffer.alloc(4000, 1)]), /not a tar/],
    ['a Windows program', () => Buffer.concat([Buffer.from('MZ'), Buffer.alloc(4000, 3)]), /not a tar/],
    ['gzip of a text', () => gzipSync('hello'), /not a tar/],
    ['zstd of a text', () => zstdCompressSync('hello'), /not a tar/],
    ['gzip within gzip', async () => gzipSync(gzipSync(await tarOf(good()))), /not a tar/],
    [
      'damaged gzip',
      () => Buffer.concat([gzipSync('x'.repeat(5000)).subarray(0, 12), Buffer.alloc(600, 9)]),
      /not a tar/,
    ],
    ['a tar of other things', () => [['readme.txt', 'hello']], /neither manifest.json nor index.json/],
    ['no configuration', () => without(good(), /^[0-9a-f]{64}\.json$/), /configuration .* is missing/],
    ['no layer', () => without(good(), /layer\.tar/), /the layer sha256:[0-9a-f]{64} is missing/],
    [
      'another layer than the configuration names',
      () => replaced(good(), /layer\.tar/, second),
      /the layer .* is missing/,
    ],
    [
      'a layer that is no tar',
      () => replaced(good(), /layer\.tar/, Buffer.alloc(3000, 7)),
      /the layer .* is missing/,
    ],
    [
      'a layer that is damaged gzip',
      () =>
        replaced(
          layout([layer], gzipSync),
          new RegExp(hexOf(gzipSync(layer))),
          gzipSync(layer).subarray(0, 20),
        ),
      /decompress|its name says|missing/,
    ],
    ['manifest.json that is no JSON', () => replaced(good(), /manifest/, '[{'), /not JSON/],
    ['manifest.json that is a number', () => replaced(good(), /manifest/, '[1]'), /not a list of images/],
    ['manifest.json without images', () => replaced(good(), /manifest/, '[]'), /lists no image/],
    ['two images', () => replaced(good(), /manifest/, json([{}, {}])), /2 images/],
    [
      'manifest.json without configuration',
      () => replaced(good(), /manifest/, '[{"Layers":[]}]'),
      /names no configuration/,
    ],
    [
      'a configuration outside',
      () => replaced(good(), /manifest/, json([{ Config: '../../etc/passwd', Layers: [] }])),
      /is missing/,
    ],
    ['a configuration that is a list', () => withConfig('[]'), /not an object/],
    ['a configuration that is no JSON', () => withConfig('{"architecture":'), /not JSON/],
    ['no architecture', () => withConfig({ ...plainConfig, architecture: undefined }), /no architecture/],
    [
      'an architecture that is a number',
      () => withConfig({ ...plainConfig, architecture: 64 }),
      /no architecture/,
    ],
    [
      'an endless architecture',
      () => withConfig({ ...plainConfig, architecture: 'a'.repeat(99) }),
      /no architecture/,
    ],
    ['no operating system', () => withConfig({ ...plainConfig, os: '' }), /no operating system/],
    [
      'no layers in the configuration',
      () => withConfig({ ...plainConfig, rootfs: { diff_ids: [] } }),
      /no layers/,
    ],
    ['no rootfs', () => withConfig({ ...plainConfig, rootfs: undefined }), /lists no layers/],
    [
      'layers that are no digests',
      () => withConfig({ ...plainConfig, rootfs: { diff_ids: ['../x'] } }),
      /lists no layers/,
    ],
    [
      'too many layers',
      () => withConfig({ ...plainConfig, rootfs: { diff_ids: Array(1001).fill(digestOf(layer)) } }),
      /lists no layers/,
    ],
    [
      'a layout without images',
      () => replaced(layout([layer]), /index/, json({ manifests: [] })),
      /no image for Linux/,
    ],
    [
      'a layout for Windows',
      () =>
        replaced(
          layout([layer]),
          /index/,
          json({ manifests: [{ digest: digestOf('x'), platform: { os: 'windows' } }] }),
        ),
      /no image for Linux/,
    ],
    [
      'a layout whose manifest is missing',
      () => replaced(layout([layer]), /index/, json({ manifests: [{ digest: digestOf('x') }] })),
      /a manifest is missing/,
    ],
    [
      'a layout that names a path',
      () => replaced(layout([layer]), /index/, json({ manifests: [{ digest: '../../x' }] })),
      /a manifest is missing/,
    ],
    ['a layout without a list', () => replaced(layout([layer]), /index/, '{}'), /cannot be understood/],
    [
      'a blob that is not what its name says',
      () => [...layout([layer]), [`blobs/sha256/${'0'.repeat(64)}`, second]],
      /its name says/,
    ],
    [
      'a text that is not what its name says',
      () => [...layout([layer]), [`blobs/sha256/${'1'.repeat(64)}`, '{}']],
      /its name says/,
    ],
    ['too long a name', () => [['n'.repeat(ARCHIVE_LIMITS.nameBytes + 1), 'x']], /too long a name/],
    [
      'too many texts',
      () =>
        Array.from(
          { length: 10 },
          (_, at): Entry => [`${at}.json`, `{${' '.repeat(4 * 1024 * 1024 - 2)}}`.slice(0, 4 * 1024 * 1024)],
        ),
      /too many texts/,
    ],
  ]
  for (const [name, make, problem] of bad) {
    test(`refused: ${name}`, async () => {
      const made = await make()
      const before_ = leftBehind().length
      await assert.rejects(take(Buffer.isBuffer(made) ? made : await tarOf(made)), (error: unknown) => {
        assert.ok(error instanceof Error)
        assert.equal(Reflect.get(error, 'code'), 'HUB_NOT_AN_IMAGE', error.message)
        assert.match(String(Reflect.get(error, 'parameters')?.problem), problem)
        return true
      })
      assert.equal(leftBehind().length, before_)
    })
  }

  test('an archive beyond the limit is refused while it comes', async () => {
    const big = await tarOf([['big', Buffer.alloc(MAX_BYTES)]])
    await assert.rejects(take(big), { code: 'HUB_BODY_TOO_LARGE' })
  })
})
