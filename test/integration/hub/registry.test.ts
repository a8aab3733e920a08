// The container registry: the real `docker push` and `docker pull`, and the distribution API call by call.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { systemClock } from '@bongsu/foundation'
import type { PackageVersion, ReleaseManifest, SignedRelease } from '@bongsu/protocol'
import { runCommand } from '@bongsu/trial'
import { startDatabase } from '../../infra/database.ts'
import { machineEngine } from '../../infra/docker-engine.ts'
import { type Cleanup, tempDir } from '../../infra/temp-dir.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { type Answer, type Call, startTestHub, type TestHub } from './hub-fixture.ts'
import { CONFIGURATION, manifestOf, OCI_MANIFEST, type Pushable, pushable } from './pushed-image.ts'
import { acceptedDevice, PROFILE, upload } from './registered.ts'
import { suiteCleanup } from './suite-cleanup.ts'
import { image, sha256 } from './tar-archive.ts'

const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json'
const GZIP_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip'

interface RegistryErrors {
  readonly errors: readonly { readonly code: string; readonly message: string }[]
}

describe('registry', () => {
  let hub: TestHub
  let address: string
  let count = 0
  const cleanup = suiteCleanup()

  const registered = async (): Promise<string> => {
    count += 1
    const id = `pushed-${count}`
    const entry = { id, koreanName: '올린 것', fileName: '올린 것.tar', copyrightHolder: '봉수' }
    await hub.call({ method: 'POST', url: '/api/v1/packages', body: entry })
    return id
  }
  const versionOf = async (id: string, version: string) =>
    (await hub.call<PackageVersion>({ url: `/api/v1/packages/${id}/versions/${version}` })).body
  const releaseOf = async (id: string, version: string): Promise<ReleaseManifest> => {
    const { body } = await hub.call<SignedRelease>({
      url: `/api/v1/packages/${id}/versions/${version}/manifest`,
    })
    return JSON.parse(body.manifest)
  }
  const call = (one: Call) => hub.call<RegistryErrors>({ key: null, ...one })
  const refusalOf = ({ status, body }: Answer<RegistryErrors>) => [status, body.errors[0]?.code]

  const pushBlob = async (id: string, blob: Buffer): Promise<void> => {
    const url = `/v2/${id}/blobs/uploads/?digest=${sha256(blob)}`
    const { status } = await call({
      method: 'POST',
      url,
      raw: blob,
      headers: { 'content-type': 'application/octet-stream' },
    })
    assert.equal(status, 201)
  }
  const putManifest = (id: string, reference: string, raw: Buffer, type = OCI_MANIFEST) =>
    call({ method: 'PUT', url: `/v2/${id}/manifests/${reference}`, raw, headers: { 'content-type': type } })
  const push = async (id: string, tag: string, { configuration, layers, manifest }: Pushable) => {
    for (const blob of [configuration, ...layers.map((layer) => layer.blob)]) await pushBlob(id, blob)
    return putManifest(id, tag, manifest)
  }

  before(async () => {
    hub = await startTestHub(cleanup, await startDatabase(cleanup))
    address = (await hub.hub.server.listen({ port: 0, host: '127.0.0.1' })).replace('http://', '')
  })

  describe('docker', () => {
    const options = { timeout: 120_000 }

    test(
      'push makes a version ready, pull gives the same image, a second version sends what is new',
      options,
      async (t) => {
        await machineEngine()
        const id = await registered()
        const docker = await signedIn(t, address, hub.adminToken)
        const [first, second] = [`${address}/${id}:1.0.0`, `${address}/${id}:1.1.0`]
        t.after(() => docker('rmi', '--force', first, second).catch(() => undefined))
        const base = randomBytes(200_000).toString('hex')
        await buildImage(t, docker, { tag: first, files: { base, top: 'first' } })
        await docker('push', first)

        const version = await versionOf(id, '1.0.0')
        const imageId = (await docker('inspect', '--format', '{{.Id}}', first)).trim()
        assert.deepEqual([version.state, version.image?.imageId], ['ready', imageId])
        assert.deepEqual(version.profile, PROFILE)
        assert.equal((await releaseOf(id, '1.0.0')).layers.length, 2)

        await buildImage(t, docker, { tag: second, files: { base, top: 'second' } })
        const output = await docker('push', second)
        assert.match(output, /Layer already exists/)
        assert.equal((await versionOf(id, '1.1.0')).state, 'ready')
        // The same again changes nothing; another image under the same name is refused in words.
        await docker('push', first)
        await docker('tag', second, first)
        await assert.rejects(docker('push', first), /1\.0\.0/)

        await docker('rmi', '--force', first, second)
        await docker('pull', first)
        assert.equal((await docker('inspect', '--format', '{{.Id}}', first)).trim(), imageId)
      },
    )

    test('pull of a version that came as an archive, by an engine without zstd too', options, async (t) => {
      await machineEngine()
      const id = await registered()
      const url = `/api/v1/packages/${id}/versions`
      await hub.call({ method: 'POST', url, body: { version: '1.0.0', profile: PROFILE } })
      const { body } = await upload<PackageVersion>(hub, id, image({ seed: `${id} ${Date.now()}` }))
      const docker = await signedIn(t, address, hub.adminToken)
      const reference = `${address}/${id}:1.0.0`
      t.after(() => docker('rmi', '--force', reference).catch(() => undefined))
      await docker('pull', reference)
      assert.equal((await docker('inspect', '--format', '{{.Id}}', reference)).trim(), body.image?.imageId)
    })

    test('a package that nobody registered, and a wrong token, are refused in words', options, async (t) => {
      await machineEngine()
      const docker = await signedIn(t, address, hub.adminToken)
      const reference = `${address}/nobody-knows:1`
      t.after(() => docker('rmi', '--force', reference).catch(() => undefined))
      await buildImage(t, docker, { tag: reference, files: { base: 'x', top: 'y' } })
      await assert.rejects(docker('push', reference), /No AI package nobody-knows is registered/)
      await assert.rejects(signedIn(t, address, 'bgs_wrong'), /denied|unauthorized|401|accept/i)
    })
  })

  test('a caller without a token is told how to sign in', async () => {
    const answer = await call({ url: '/v2/', token: null })
    assert.deepEqual(refusalOf(answer), [401, 'UNAUTHORIZED'])
    assert.match(String(answer.headers['www-authenticate']), /^Basic realm=/)
    assert.equal(answer.headers['docker-distribution-api-version'], 'registry/2.0')
    const basic = `Basic ${Buffer.from(`anybody:${hub.adminToken}`).toString('base64')}`
    assert.equal((await call({ url: '/v2/', token: null, headers: { authorization: basic } })).status, 200)
    assert.equal((await call({ url: '/v2', token: null, headers: { authorization: basic } })).status, 200)
    // Basic authentication opens the registry and nothing else.
    const elsewhere = await call({ url: '/api/v1/packages', token: null, headers: { authorization: basic } })
    assert.equal(elsewhere.status, 401)
  })

  test('a blob in pieces: each at its place, asked how far it is, finished under its digest', async () => {
    const id = await registered()
    const blob = randomBytes(100_000)
    const begun = await call({ method: 'POST', url: `/v2/${id}/blobs/uploads/` })
    assert.equal(begun.status, 202)
    const url = String(begun.headers.location)
    const piece = (from: number, to: number) =>
      call({
        method: 'PATCH',
        url,
        raw: blob.subarray(from, to),
        headers: { 'content-range': `${from}-${to - 1}`, 'content-type': 'application/octet-stream' },
      })
    assert.equal((await piece(0, 40_000)).headers.range, '0-39999')
    assert.deepEqual(refusalOf(await piece(50_000, 60_000)), [416, 'BLOB_UPLOAD_INVALID'])
    assert.deepEqual(refusalOf(await piece(0, 40_000)), [416, 'BLOB_UPLOAD_INVALID'])
    const asked = await call({ url })
    assert.deepEqual([asked.status, asked.headers.range], [204, '0-39999'])
    assert.equal((await piece(40_000, 90_000)).status, 202)
    const placed = await call({
      method: 'PUT',
      url: `${url}?digest=${sha256(blob)}`,
      raw: blob.subarray(90_000),
    })
    assert.deepEqual([placed.status, placed.headers['docker-content-digest']], [201, sha256(blob)])
    assert.deepEqual(refusalOf(await call({ url })), [404, 'BLOB_UPLOAD_UNKNOWN'])
    const got = await call({ url: `/v2/${id}/blobs/${sha256(blob)}` })
    assert.deepEqual(got.bytes, blob)
    const part = await call({ url: `/v2/${id}/blobs/${sha256(blob)}`, headers: { range: 'bytes=99990-' } })
    assert.deepEqual([part.status, part.bytes], [206, blob.subarray(99_990)])
  })

  test('a link that breaks leaves what arrived, and the rest follows', async () => {
    const id = await registered()
    const blob = randomBytes(3_000_000)
    const url = String((await call({ method: 'POST', url: `/v2/${id}/blobs/uploads/` })).headers.location)
    await sendAndBreak(`http://${address}${url}`, hub.adminToken, blob)
    let from = 0
    // Until the hub has noticed, it takes nothing else for this upload.
    await waitFor(
      async () => {
        from = Number(String((await call({ url })).headers.range).split('-')[1]) + 1
        const headers = {
          'content-range': `${from}-${blob.length - 1}`,
          'content-type': 'application/octet-stream',
        }
        const rest = { url: `${url}?digest=${sha256(blob)}`, raw: blob.subarray(from), headers }
        return (await call({ method: 'PUT', ...rest })).status === 201
      },
      { what: 'the rest is taken' },
    )
    assert.ok(from > 1 && from < blob.length, String(from))
  })

  test('a damaged blob, one that is given up, one of somebody else: nothing is kept', async () => {
    const id = await registered()
    const blob = randomBytes(1000)
    const begin = async () =>
      String((await call({ method: 'POST', url: `/v2/${id}/blobs/uploads/` })).headers.location)
    const damaged = await begin()
    const finish = {
      method: 'PUT' as const,
      url: `${damaged}?digest=${sha256(blob)}`,
      raw: Buffer.from('other'),
    }
    assert.deepEqual(refusalOf(await call(finish)), [400, 'DIGEST_INVALID'])
    assert.equal((await call({ url: damaged })).status, 404)
    const given = await begin()
    assert.equal((await call({ method: 'DELETE', url: given, headers: { 'if-match': '*' } })).status, 204)
    assert.equal((await call({ url: given })).status, 404)
    const other = await registered()
    assert.equal((await call({ url: (await begin()).replace(id, other) })).status, 404)
    assert.equal((await call({ url: `/v2/${id}/blobs/${sha256(blob)}` })).status, 404)
    for (const digest of ['sha256:12', `sha512:${'0'.repeat(128)}`, 'x']) {
      const answer = await call({ method: 'PUT', url: `${await begin()}?digest=${digest}`, raw: blob })
      assert.deepEqual(refusalOf(answer), [400, 'DIGEST_INVALID'])
    }
  })

  test('what another package has is mounted instead of sent', async () => {
    const [from, to] = [await registered(), await registered()]
    const blob = randomBytes(5000)
    await pushBlob(from, blob)
    const query = `mount=${sha256(blob)}&from=${from}`
    assert.equal((await call({ method: 'POST', url: `/v2/${to}/blobs/uploads/?${query}` })).status, 201)
    const unknown = `mount=${sha256(randomBytes(9))}&from=${from}`
    assert.equal((await call({ method: 'POST', url: `/v2/${to}/blobs/uploads/?${unknown}` })).status, 202)
  })

  for (const form of ['gzip', 'zstd'] as const) {
    test(`a pushed image of ${form} layers is kept byte for byte`, async () => {
      const id = await registered()
      const pushed = pushable(`${id} ${form}`, { form })
      const put = await push(id, 'v1', pushed)
      assert.deepEqual([put.status, put.headers['docker-content-digest']], [201, sha256(pushed.manifest)])
      const release = await releaseOf(id, 'v1')
      assert.deepEqual(
        release.layers.map(({ digest, bytes }) => [digest, bytes]),
        pushed.layers.map(({ blob }) => [sha256(blob), blob.length]),
      )
      for (const reference of ['v1', sha256(pushed.manifest)]) {
        const got = await call({ url: `/v2/${id}/manifests/${reference}` })
        assert.deepEqual([got.bytes, got.headers['content-type']], [pushed.manifest, OCI_MANIFEST])
      }
      assert.deepEqual((await call({ url: `/v2/${id}/tags/list` })).body, { name: id, tags: ['v1'] })
    })
  }

  test('bad manifests make no version', async (t) => {
    const id = await registered()
    const good = pushable('bad manifests')
    assert.equal((await push(id, 'good', good)).status, 201)
    const parsed = JSON.parse(good.manifest.toString())
    const missing = { ...parsed.layers[0], digest: sha256(Buffer.from('missing')) }
    const junk = Buffer.from('not a layer')
    await pushBlob(id, junk)
    const swapped = manifestOf(good.configuration, good.layers.toReversed())
    const bent = (change: object) => Buffer.from(JSON.stringify({ ...parsed, ...change }))
    const descriptor = { digest: sha256(junk), size: junk.length }
    const windows = pushable('windows', { os: 'windows' })
    for (const blob of [windows.configuration, ...windows.layers.map((layer) => layer.blob)])
      await pushBlob(id, blob)
    const cases: [what: string, manifest: Buffer, code: string, type?: string][] = [
      ['no JSON', Buffer.from('{'), 'MANIFEST_INVALID'],
      ['a list', Buffer.from('[]'), 'MANIFEST_INVALID'],
      ['schema 1', bent({ schemaVersion: 1, mediaType: undefined }), 'MANIFEST_INVALID'],
      ['no schema', bent({ schemaVersion: undefined }), 'MANIFEST_INVALID'],
      ['a type that it does not say', good.manifest, 'MANIFEST_INVALID', DOCKER_MANIFEST],
      ['an artifact', bent({ config: { ...parsed.config, mediaType: 'application/x' } }), 'MANIFEST_INVALID'],
      ['no layers', bent({ layers: [] }), 'MANIFEST_INVALID'],
      ['too many layers', bent({ layers: Array(1001).fill(parsed.layers[0]) }), 'MANIFEST_INVALID'],
      ['one layer too few', bent({ layers: parsed.layers.slice(1) }), 'MANIFEST_INVALID'],
      ['layers swapped', swapped, 'MANIFEST_INVALID'],
      [
        'a foreign layer',
        bent({
          layers: [
            { ...parsed.layers[0], mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip' },
          ],
        }),
        'MANIFEST_INVALID',
      ],
      ['a size that is wrong', bent({ config: { ...parsed.config, size: 1 } }), 'MANIFEST_INVALID'],
      ['a size that is none', bent({ config: { ...parsed.config, size: -1 } }), 'MANIFEST_INVALID'],
      ['a missing blob', bent({ layers: [missing, parsed.layers[1]] }), 'MANIFEST_BLOB_UNKNOWN'],
      [
        'a layer that is none',
        bent({ layers: [parsed.layers[0], { ...descriptor, mediaType: GZIP_LAYER }] }),
        'MANIFEST_INVALID',
      ],
      [
        'a configuration that is none',
        bent({ config: { ...descriptor, mediaType: CONFIGURATION } }),
        'MANIFEST_INVALID',
      ],
      ['another system', windows.manifest, 'MANIFEST_INVALID'],
      [
        'an empty index',
        Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] })),
        'MANIFEST_INVALID',
        OCI_INDEX,
      ],
      ['too large a text', Buffer.alloc(5 * 1024 * 1024, ' '), 'SIZE_INVALID'],
    ]
    for (const [what, manifest, code, type] of cases) {
      await t.test(what, async () => {
        const { body, status } = await putManifest(id, 'bad', manifest, type)
        assert.deepEqual(
          [status >= 400 && status < 500, body.errors[0]?.code],
          [true, code],
          JSON.stringify(body),
        )
        assert.equal((await hub.call({ url: `/api/v1/packages/${id}/versions/bad` })).status, 404)
      })
    }
    for (const tag of ['-x', 'x'.repeat(64), '한글']) {
      const { status } = await putManifest(id, encodeURIComponent(tag), good.manifest)
      assert.equal(status, 400, tag)
    }
    const other = pushable('another image')
    assert.deepEqual(refusalOf(await push(id, 'good', other)), [409, 'DENIED'])
    assert.equal((await push(id, 'good', good)).status, 201)
  })

  test('of an index the image for Linux is taken; attestations and other systems are left alone', async () => {
    const id = await registered()
    const [amd64, arm64] = [pushable('amd64'), pushable('arm64', { architecture: 'arm64' })]
    const entryOf = ({ manifest }: Pushable, platform: object, annotations?: object) => ({
      mediaType: OCI_MANIFEST,
      digest: sha256(manifest),
      size: manifest.length,
      platform,
      ...(annotations && { annotations }),
    })
    const indexOf = (manifests: object[], mediaType = OCI_INDEX) =>
      Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests }))
    for (const one of [amd64, arm64]) assert.equal((await push(id, sha256(one.manifest), one)).status, 201)
    assert.deepEqual((await call({ url: `/v2/${id}/tags/list` })).body, { name: id, tags: [] })
    const attestation = entryOf(
      arm64,
      { os: 'unknown', architecture: 'unknown' },
      {
        'vnd.docker.reference.type': 'attestation-manifest',
      },
    )
    const linux = (architecture: string) => ({ os: 'linux', architecture })
    const both = [entryOf(arm64, linux('arm64')), entryOf(amd64, linux('amd64')), attestation]
    const put = await putManifest(id, 'both', indexOf(both, DOCKER_LIST), DOCKER_LIST)
    assert.equal(put.status, 201)
    assert.equal((await versionOf(id, 'both')).image?.architecture, 'amd64')
    assert.deepEqual((await call({ url: `/v2/${id}/manifests/both` })).bytes, amd64.manifest)
    assert.equal(
      (await putManifest(id, 'arm', indexOf([entryOf(arm64, linux('arm64'))]), OCI_INDEX)).status,
      201,
    )
    assert.equal((await versionOf(id, 'arm')).image?.architecture, 'arm64')

    const unfit = [entryOf(amd64, { os: 'windows', architecture: 'amd64' }), attestation]
    const refused = await putManifest(id, 'none', indexOf(unfit), OCI_INDEX)
    assert.deepEqual(refusalOf(refused), [400, 'MANIFEST_INVALID'])
    assert.match(refused.body.errors[0]?.message ?? '', /windows\/amd64/)
    const unknown = { ...entryOf(amd64, linux('amd64')), digest: sha256(Buffer.from('unknown')) }
    assert.deepEqual(refusalOf(await putManifest(id, 'none', indexOf([unknown]), OCI_INDEX)), [
      404,
      'MANIFEST_BLOB_UNKNOWN',
    ])
  })

  test('an image that came as an archive is offered compressed, and unpacked to old engines', async () => {
    const id = await registered()
    const url = `/api/v1/packages/${id}/versions`
    await hub.call({ method: 'POST', url, body: { version: '1.0.0', profile: PROFILE } })
    await upload(hub, id, image({ seed: id }))
    const release = await releaseOf(id, '1.0.0')
    const agents = {
      'docker/20.10.24 go/go1.19.8': 'diffId',
      'docker/28.2.2 go/go1.24': 'digest',
      'containerd/1.7': 'digest',
    } as const
    for (const [agent, key] of Object.entries(agents)) {
      const headers = { 'user-agent': agent }
      const got = await hub.call<{ layers: { digest: string; size: number }[] }>({
        url: `/v2/${id}/manifests/1.0.0`,
        headers,
      })
      assert.deepEqual(
        got.body.layers.map(({ digest }) => digest),
        release.layers.map((layer) => layer[key]),
      )
      assert.equal(got.headers['docker-content-digest'], sha256(got.bytes))
      const again = await call({ url: `/v2/${id}/manifests/${sha256(got.bytes)}` })
      assert.deepEqual(again.bytes, got.bytes)
      for (const { digest, size } of got.body.layers) {
        const blob = await call({ url: `/v2/${id}/blobs/${digest}` })
        assert.deepEqual([sha256(blob.bytes), blob.bytes.length], [digest, size])
      }
    }
  })

  test('a device pulls what a wish of it names, and nothing else', async () => {
    const id = await registered()
    const pushed = pushable(`${id} device`)
    await push(id, 'v1', pushed)
    await push(id, 'v2', pushable(`${id} other`))
    const device = await acceptedDevice(hub)
    const { createDeviceTokens } = await import('../../../packages/hub/src/identity/device-token.ts')
    const { token } = createDeviceTokens(hub.hub.identity.secretFor('device-token'), systemClock).issue(
      device.id,
      1,
    )
    const get = (path: string) => call({ url: `/v2/${id}/${path}`, token })
    assert.equal((await get('manifests/v1')).status, 404)
    const [, layer] = pushed.layers
    assert.equal((await get(`blobs/${sha256(layer?.blob ?? Buffer.alloc(0))}`)).status, 404)
    const targets = { deviceIds: [device.id] }
    const made = await hub.call({
      method: 'POST',
      url: '/api/v1/deployments',
      body: { packageId: id, version: 'v1', ...targets },
    })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    assert.deepEqual((await get('manifests/v1')).bytes, pushed.manifest)
    assert.deepEqual((await get(`blobs/${sha256(layer?.blob ?? Buffer.alloc(0))}`)).bytes, layer?.blob)
    assert.equal((await get('manifests/v2')).status, 404)
    assert.equal((await get('tags/list')).status, 403)
    assert.equal((await call({ method: 'POST', url: `/v2/${id}/blobs/uploads/`, token })).status, 403)
  })

  test('pushes that never came to a version are cleared away, what versions need stays', async () => {
    const id = await registered()
    const pushed = pushable(`${id} kept`)
    await push(id, 'v1', pushed)
    const lost = randomBytes(100)
    await pushBlob(id, lost)
    await hub.hub.database.connection
      .collection<{ _id: string; at: Date }>('pushedblobs')
      .updateMany({}, { $set: { at: new Date(0) } })
    await hub.hub.features.registry.pushes.sweep()
    assert.equal((await call({ url: `/v2/${id}/blobs/${sha256(lost)}` })).status, 404)
    assert.deepEqual(
      (await call({ url: `/v2/${id}/blobs/${sha256(pushed.configuration)}` })).bytes,
      pushed.configuration,
    )
  })

  test('names with a slash, deletion and unknown things are refused in the registry’s form', async () => {
    const id = await registered()
    assert.deepEqual(refusalOf(await call({ url: `/v2/a/${id}/manifests/x` })), [404, 'NAME_INVALID'])
    assert.deepEqual(refusalOf(await call({ url: '/v2/no-package/manifests/x' })), [404, 'NAME_UNKNOWN'])
    assert.deepEqual(refusalOf(await call({ url: `/v2/${id}/manifests/x` })), [404, 'MANIFEST_UNKNOWN'])
    const digest = sha256(Buffer.from('x'))
    assert.deepEqual(refusalOf(await call({ url: `/v2/${id}/blobs/${digest}` })), [404, 'BLOB_UNKNOWN'])
    for (const path of ['manifests/x', `blobs/${digest}`]) {
      const answer = await call({ method: 'DELETE', url: `/v2/${id}/${path}` })
      assert.deepEqual(refusalOf(answer), [405, 'UNSUPPORTED'])
    }
    const referrers = await call({ url: `/v2/${id}/referrers/${digest}` })
    assert.deepEqual([referrers.status, referrers.headers['content-type']], [200, OCI_INDEX])
  })
})

type DockerCommand = (...argv: string[]) => Promise<string>

/** The Docker client with credentials of its own. */
async function signedIn(cleanup: Cleanup, address: string, token: string): Promise<DockerCommand> {
  const folder = tempDir(cleanup, 'docker-config')
  writeFileSync(join(folder, 'config.json'), JSON.stringify({}))
  const docker: DockerCommand = (...argv) => runCommand(['docker', '--config', folder, ...argv])
  await docker('login', '--username', 'anybody', '--password', token, address)
  return docker
}

async function buildImage(
  cleanup: Cleanup,
  docker: DockerCommand,
  { tag, files }: { tag: string; files: Readonly<Record<string, string>> },
): Promise<void> {
  const context = tempDir(cleanup, 'push')
  const names = Object.keys(files)
  for (const name of names) writeFileSync(join(context, name), files[name] ?? '')
  const lines = ['FROM scratch', ...names.map((name) => `COPY ${name} /${name}`), 'CMD ["/top"]']
  writeFileSync(join(context, 'Dockerfile'), lines.join('\n'))
  await docker('build', '--quiet', '--tag', tag, context)
}

/** Sends half of it and cuts the line. */
async function sendAndBreak(url: string, token: string, blob: Buffer): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const request = httpRequest(url, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/octet-stream',
      'content-length': blob.length,
    },
  })
  request.on('error', () => resolve())
  request.on('close', () => resolve())
  request.write(blob.subarray(0, blob.length / 2), () => request.destroy())
  await promise
}
