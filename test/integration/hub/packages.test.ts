// AI packages: catalogue, versions, the matrix of uploads that must end well or leave nothing, downloads in parts.
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { zstdDecompressSync } from 'node:zlib'
import { makeKey, parseSecretKey, signerOf } from '@bongsu/cli'
import { signMinisign } from '@bongsu/foundation'
import type { AiPackage, PackageVersion, Problem, ReleaseManifest, SignedRelease } from '@bongsu/protocol'
import { startDatabase } from '../../infra/database.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { startTestHub, type TestHub } from './hub-fixture.ts'
import { PROFILE, upload } from './registered.ts'
import { suiteCleanup } from './suite-cleanup.ts'
import { image, imageEntries, imageIdOf, layerOf, sha256, tar } from './tar-archive.ts'

const PACKAGES = '/api/v1/packages'
const entry = { koreanName: '사람 감지기', fileName: '사람 (감지).tar', copyrightHolder: '주식회사 봉수' }

/** The hub looks at the form only: whose it is, and whether it is right, is for devices to judge. */
function signedText() {
  const made = makeKey()
  const key = parseSecretKey(made.secretKey)
  assert.ok('seed' in key)
  const signer = signerOf(key)
  return { signer, signature: signMinisign(Buffer.from('whatever'), signer, 'x') }
}

describe('packages', () => {
  let hub: TestHub
  let count = 0
  const cleanup = suiteCleanup()

  /** A package with an awaiting version 1.0.0. */
  const awaiting = async (): Promise<string> => {
    count += 1
    const id = `upload-${count}`
    await hub.call({ method: 'POST', url: PACKAGES, body: { id, ...entry } })
    await hub.call({
      method: 'POST',
      url: `${PACKAGES}/${id}/versions`,
      body: { version: '1.0.0', profile: PROFILE },
    })
    return id
  }
  const uploadsLeft = () => readdirSync(join(hub.config.dataDir, 'uploads'))
  const versionOf = async (id: string) =>
    (await hub.call<PackageVersion>({ url: `${PACKAGES}/${id}/versions/1.0.0` })).body

  before(async () => {
    hub = await startTestHub(cleanup, await startDatabase(cleanup))
  })

  test('a package keeps every catalogue field, is found by each, and is changed by revision', async () => {
    const body = { id: 'catalogue', ...entry, description: '감시 영상에서 사람을 찾습니다.' }
    const made = await hub.call<AiPackage>({ method: 'POST', url: PACKAGES, body })
    assert.equal(made.status, 201)
    assert.deepEqual(
      { ...made.body, registeredAt: '', versions: [] },
      { ...body, registeredAt: '', versions: [], revision: 1 },
    )
    const again = await hub.call({ method: 'POST', url: PACKAGES, body })
    assert.deepEqual([again.status, again.code], [409, 'HUB_ALREADY_REGISTERED'])
    for (const text of ['catalogue', '감지기', '(감지).tar', '주식회사', '사람을 찾'.normalize('NFD')]) {
      const { body: page } = await hub.call<{ items: AiPackage[] }>({
        url: `${PACKAGES}?q=${encodeURIComponent(text)}`,
      })
      assert.ok(
        page.items.some(({ id }) => id === 'catalogue'),
        text,
      )
    }
    const change = {
      method: 'PATCH' as const,
      url: `${PACKAGES}/catalogue`,
      body: { ...entry, koreanName: '새 이름' },
    }
    assert.equal((await hub.call(change)).status, 428)
    assert.equal((await hub.call({ ...change, headers: { 'if-match': '"9"' } })).status, 412)
    const changed = await hub.call<AiPackage>({ ...change, headers: { 'if-match': '"1"' } })
    assert.deepEqual([changed.body.koreanName, changed.body.revision], ['새 이름', 2])
    assert.equal(changed.body.description, undefined)
  })

  test('an archive is received, read and kept under its digest', async () => {
    const id = await awaiting()
    const entries = imageEntries({ seed: id })
    const archive = tar(entries)
    const { status, body } = await upload<PackageVersion>(hub, id, archive, {
      'bongsu-archive-digest': sha256(archive),
    })
    assert.equal(status, 200, JSON.stringify(body))
    assert.equal(body.state, 'ready')
    assert.deepEqual(body.image, {
      imageId: imageIdOf(entries),
      architecture: 'amd64',
      operatingSystem: 'linux',
      archiveDigest: sha256(archive),
      downloadBytes: body.image?.downloadBytes,
      unpackedBytes: 2 * layerOf(`one ${id}`).length,
      layers: 2,
      tags: ['예제:1'],
      configuration: { command: ['/program'] },
    })
    assert.deepEqual(uploadsLeft(), [])
  })

  const good = imageEntries({ seed: 'matrix' })
  const manifest = good.find(({ name }) => name === 'manifest.json')
  const without = (name: RegExp) => tar(good.filter((one) => !name.test(one.name)))
  const withManifest = (content: string) =>
    tar([
      ...good.filter(({ name }) => name !== 'manifest.json'),
      { name: 'manifest.json', content: Buffer.from(content) },
    ])
  const refusals: readonly [name: string, archive: Buffer, code: string, problem: RegExp][] = [
    ['text', Buffer.from('not an archive '.repeat(100)), 'HUB_NOT_AN_IMAGE', /not a tar/],
    ['nothing', Buffer.alloc(1024), 'HUB_NOT_AN_IMAGE', /not a tar/],
    ['a damaged compressed archive', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]), 'HUB_NOT_AN_IMAGE', /not a tar/],
    [
      'a tar of something else',
      tar([{ name: 'a.txt', content: Buffer.from('a') }]),
      'HUB_NOT_AN_IMAGE',
      /manifest\.json/,
    ],
    [
      'an OCI layout',
      tar([{ name: 'index.json', content: Buffer.from('{}') }]),
      'HUB_NOT_AN_IMAGE',
      /cannot be understood/,
    ],
    ['no configuration', without(/^[0-9a-f]{64}\.json$/), 'HUB_NOT_AN_IMAGE', /configuration/],
    ['a missing layer', tar(good.slice(1)), 'HUB_NOT_AN_IMAGE', /layer/],
    ['a manifest that is no JSON', withManifest('[{'), 'HUB_NOT_AN_IMAGE', /not JSON/],
    ['a manifest of another shape', withManifest('{"Config":1}'), 'HUB_NOT_AN_IMAGE', /lists no image/],
    ['two images', withManifest('[{},{}]'), 'HUB_NOT_AN_IMAGE', /2 images/],
    [
      'a configuration that is a number',
      withManifest('[{"Config":1}]'),
      'HUB_NOT_AN_IMAGE',
      /no configuration/,
    ],
    [
      'a configuration outside',
      withManifest('[{"Config":"../../etc/passwd","Layers":[]}]'),
      'HUB_NOT_AN_IMAGE',
      /configuration/,
    ],
    ['a cut archive', image({ seed: 'matrix' }).subarray(0, 3000), 'HUB_ARCHIVE_INCOMPLETE', /./],
    [
      'a manifest that is a link',
      tar([
        ...good.filter(({ name }) => name !== 'manifest.json'),
        { name: 'manifest.json', type: '2', linkName: '/etc/passwd' },
      ]),
      'HUB_NOT_AN_IMAGE',
      /manifest\.json/,
    ],
  ]
  for (const [name, archive, code, problem] of refusals) {
    test(`refused and gone: ${name}`, async () => {
      assert.ok(manifest)
      const id = await awaiting()
      const { body, code: given } = await upload<Problem>(hub, id, archive)
      assert.equal(given, code, JSON.stringify(body))
      assert.match(body.title, problem)
      assert.deepEqual(uploadsLeft(), [])
      assert.equal((await versionOf(id)).state, 'awaiting-archive')
    })
  }

  test('an archive whose digest differs from the announced one is refused', async () => {
    const id = await awaiting()
    const { code } = await upload(hub, id, image({ seed: id }), {
      'bongsu-archive-digest': `sha256:${'0'.repeat(64)}`,
    })
    assert.equal(code, 'HUB_ARCHIVE_DIGEST_MISMATCH')
    assert.deepEqual(uploadsLeft(), [])
    assert.equal(
      (await upload(hub, id, image({ seed: id }), { 'bongsu-archive-digest': 'md5:1' })).status,
      400,
    )
  })

  test('a ready version takes the same archive again and no other', async () => {
    const id = await awaiting()
    const first = await upload<PackageVersion>(hub, id, image({ seed: id }))
    const second = await upload<PackageVersion>(hub, id, image({ seed: id }))
    assert.deepEqual([second.status, second.body], [200, first.body])
    const other = await upload(hub, id, image({ seed: 'other' }))
    assert.deepEqual([other.status, other.code], [409, 'HUB_VERSION_IMMUTABLE'])
    assert.deepEqual(uploadsLeft(), [])
  })

  test('two uploads at once leave one whole version', async () => {
    const id = await awaiting()
    const answers = await Promise.all(
      ['x', 'y', 'x'].map((seed) => upload<PackageVersion>(hub, id, image({ seed }))),
    )
    const digests = new Set(
      answers.filter(({ status }) => status === 200).map(({ body }) => body.image?.imageId),
    )
    assert.equal(digests.size, 1)
    assert.deepEqual([...digests][0], (await versionOf(id)).image?.imageId)
  })

  test('other content types and sizes are refused before a byte is kept', async (t) => {
    const id = await awaiting()
    for (const type of ['application/json', 'application/x-tar; a=b', 'multipart/form-data']) {
      assert.equal(
        (await upload(hub, id, image(), { 'content-type': type })).code,
        'HUB_UNSUPPORTED_MEDIA_TYPE',
        type,
      )
    }
    const small = await startTestHub(t, await startDatabase(t), {
      environment: { BONGSU_HUB_MAX_ARCHIVE_BYTES: '1000' },
    })
    await small.call({ method: 'POST', url: PACKAGES, body: { id: 'small', ...entry } })
    await small.call({
      method: 'POST',
      url: `${PACKAGES}/small/versions`,
      body: { version: '1.0.0', profile: PROFILE },
    })
    assert.equal((await upload(small, 'small', image())).code, 'HUB_BODY_TOO_LARGE')
  })

  test('an upload that is cut off leaves nothing and can be repeated', async () => {
    const id = await awaiting()
    const address = await hub.hub.server.listen({ port: 0, host: '127.0.0.1' })
    const sending = request(`${address}${PACKAGES}/${id}/versions/1.0.0/archive`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${hub.adminToken}`,
        'content-type': 'application/x-tar',
        'content-length': 100_000,
      },
    })
    sending.on('error', () => undefined)
    sending.write(image({ seed: id }).subarray(0, 1300))
    await waitFor(() => uploadsLeft().length === 1, { what: 'the upload has begun' })
    sending.destroy()
    await waitFor(() => uploadsLeft().length === 0, { what: 'what was received is gone' })
    assert.equal((await versionOf(id)).state, 'awaiting-archive')
    assert.equal((await upload(hub, id, image({ seed: id }))).status, 200)
  })

  const requireParts = async (url: string, whole: Buffer) => {
    const parts: readonly [range: string, from: number, to: number][] = [
      ['bytes=0-0', 0, 1],
      ['bytes=100-', 100, whole.length],
      ['bytes=-10', whole.length - 10, whole.length],
      ['bytes=5-999999999', 5, whole.length],
      [`bytes=${whole.length >> 1}-`, whole.length >> 1, whole.length],
    ]
    for (const [range, from, to] of parts) {
      const part = await hub.call({ url, headers: { range } })
      assert.equal(part.status, 206, range)
      assert.ok(part.bytes.equals(whole.subarray(from, to)), range)
      assert.equal(part.headers['content-range'], `bytes ${from}-${to - 1}/${whole.length}`)
    }
    const beyond = await hub.call({ url, headers: { range: `bytes=${whole.length}-` } })
    assert.deepEqual([beyond.status, beyond.headers['content-range']], [416, `bytes */${whole.length}`])
    const changed = await hub.call({ url, headers: { range: 'bytes=1-', 'if-range': '"sha256:other"' } })
    assert.equal(changed.status, 200)
  }

  test('an archive is made again from its layers: whole, in parts, and not again', async () => {
    const id = await awaiting()
    const entries = imageEntries({ seed: id })
    const url = `${PACKAGES}/${id}/versions/1.0.0/archive`
    assert.equal((await hub.call({ url })).code, 'HUB_VERSION_NOT_READY')
    await upload(hub, id, tar(entries))
    const whole = await hub.call({ url })
    assert.equal(
      whole.headers['content-disposition'],
      `attachment; filename*=UTF-8''${encodeURIComponent('사람 ')}%28${encodeURIComponent('감지')}%29.tar`,
    )
    assert.equal(Number(whole.headers['content-length']), whole.bytes.length)
    assert.ok((await hub.call({ url })).bytes.equals(whole.bytes))
    await requireParts(url, whole.bytes)
    assert.equal(
      (await hub.call({ url, headers: { 'if-none-match': String(whole.headers.etag) } })).status,
      304,
    )
    const again = await awaiting()
    const { status, body } = await upload<PackageVersion>(hub, again, whole.bytes)
    assert.deepEqual([status, body.image?.imageId], [200, imageIdOf(entries)])
  })

  test('a version is described layer by layer, and each part is downloaded by its digest', async () => {
    const id = await awaiting()
    const entries = imageEntries({ seed: id })
    const url = `${PACKAGES}/${id}/versions/1.0.0`
    assert.equal((await hub.call({ url: `${url}/manifest` })).code, 'HUB_VERSION_NOT_READY')
    const { body: ready } = await upload<PackageVersion>(hub, id, tar(entries))
    const { body: release } = await hub.call<SignedRelease>({ url: `${url}/manifest` })
    const manifest = JSON.parse(release.manifest) as ReleaseManifest
    assert.deepEqual(
      [manifest.packageId, manifest.version, manifest.imageId],
      [id, '1.0.0', imageIdOf(entries)],
    )
    assert.equal(release.signature, undefined)
    assert.equal(ready.signedBy, undefined)
    const layers = [layerOf(`one ${id}`), layerOf(`two ${id}`)]
    assert.deepEqual(
      manifest.layers.map(({ diffId }) => diffId),
      layers.map(sha256),
    )
    let bytes = 0
    for (const [at, layer] of manifest.layers.entries()) {
      const blob = await hub.call({ url: `${url}/blobs/${layer.digest}` })
      assert.equal(sha256(blob.bytes), layer.digest)
      assert.equal(blob.headers.etag, `"${layer.digest}"`)
      assert.ok(zstdDecompressSync(blob.bytes).equals(layers[at] ?? Buffer.alloc(0)))
      bytes += blob.bytes.length
    }
    const config = await hub.call({ url: `${url}/blobs/${manifest.imageId}` })
    assert.equal(sha256(config.bytes), manifest.imageId)
    await requireParts(`${url}/blobs/${manifest.imageId}`, config.bytes)
    assert.equal(ready.image?.downloadBytes, bytes + config.bytes.length)
    const foreign = await hub.call({ url: `${url}/blobs/sha256:${'0'.repeat(64)}` })
    assert.deepEqual([foreign.status, foreign.code], [404, 'HUB_BLOB_NOT_FOUND'])
    assert.equal((await hub.call({ url: `${url}/blobs/..%2f..%2fetc` })).status, 400)
  })

  test('a signature is taken only over the version’s own manifest', async () => {
    const id = await awaiting()
    await upload(hub, id, image({ seed: id }))
    const url = `${PACKAGES}/${id}/versions/1.0.0/manifest`
    const { body: release } = await hub.call<SignedRelease>({ url })
    const manifest = JSON.parse(release.manifest) as ReleaseManifest
    const put = (changed: object, signature?: string) =>
      hub.call<SignedRelease>({
        method: 'PUT',
        url,
        // Blanks and a line end belong to what is signed.
        body: {
          manifest: ` ${JSON.stringify({ ...manifest, ...changed })} \n`,
          ...(signature && { signature }),
        },
      })
    const { signer, signature } = signedText()
    assert.equal((await put({})).code, 'HUB_RELEASE_UNSIGNED')
    for (const changed of [
      { packageId: 'other' },
      { version: '2.0.0' },
      { architecture: 's390x' },
      { imageId: `sha256:${'0'.repeat(64)}` },
      { layers: manifest.layers.slice(1) },
      { layers: manifest.layers.map((layer) => ({ ...layer, bytes: layer.bytes + 1 })) },
      { layers: [] },
      { minimumAgent: 'new' },
      { createdAt: '2026-13-45T00:00:00Z' },
      { expiresAt: '2030-01-01T99:00:00Z' },
      { more: 1 },
    ]) {
      assert.equal((await put(changed, signature)).code, 'HUB_RELEASE_MISMATCH', JSON.stringify(changed))
    }
    for (const wrong of [
      'x',
      'untrusted comment: x',
      signature.replace('trusted comment', 'comment'),
      `${signature}more\n`,
      '-----BEGIN',
    ]) {
      assert.equal((await put({}, wrong)).code, 'HUB_RELEASE_SIGNATURE_MALFORMED', wrong)
    }
    const signed = await put({ expiresAt: '2030-01-01T00:00:00.000Z', minimumAgent: '0.1.0' }, signature)
    assert.equal(signed.status, 200)
    const { body: stored } = await hub.call<SignedRelease>({ url })
    assert.deepEqual(stored, signed.body)
    assert.match(stored.manifest, /^ \{.*\} \n$/)
    assert.equal(stored.signature, signature)
    assert.equal((await versionOf(id)).signedBy, signer.keyId)
  })

  test('removing a package removes what no other version is made of', async () => {
    const shared = layerOf('shared')
    const [one, two] = [await awaiting(), await awaiting()]
    await upload(hub, one, image({ layers: [shared, layerOf('one')] }))
    await upload(hub, two, image({ layers: [shared, layerOf('two')] }))
    const partsOf = async (id: string) => {
      const { body } = await hub.call<SignedRelease>({ url: `${PACKAGES}/${id}/versions/1.0.0/manifest` })
      const { imageId, layers } = JSON.parse(body.manifest) as ReleaseManifest
      return [imageId, ...layers.map(({ digest }) => digest)]
    }
    const [first, second] = [await partsOf(one), await partsOf(two)]
    assert.equal(first[1], second[1])
    const isThere = (digest = '') => {
      const hex = digest.slice(7)
      return existsSync(join(hub.config.dataDir, 'blobs/sha256', hex.slice(0, 2), hex))
    }
    assert.deepEqual([...first, ...second].map(isThere), Array(6).fill(true))
    const remove = (id: string) =>
      hub.call({ method: 'DELETE', url: `${PACKAGES}/${id}`, headers: { 'if-match': '*' } })
    assert.equal((await remove(one)).status, 204)
    await waitFor(() => !isThere(first[0]), { what: 'what only the first had is gone', until: Boolean })
    await waitFor(() => !isThere(first[2]), { what: 'its own layer too', until: Boolean })
    assert.deepEqual(second.map(isThere), [true, true, true])
    assert.equal((await remove(two)).status, 204)
    await waitFor(() => second.every((digest) => !isThere(digest)), { what: 'all is gone', until: Boolean })
    // What is not stored any more must be sent again.
    const again = await awaiting()
    assert.equal((await upload(hub, again, image({ layers: [shared] }))).status, 200)
  })
})
