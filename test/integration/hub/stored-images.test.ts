// Images end to end over both stores: archives in and out, the real docker push and pull, damage and its repair, removal.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import type { PackageVersion, Problem, ReleaseManifest, SignedRelease } from '@bongsu/protocol'
import { runCommand } from '@bongsu/trial'
import { keyOfDigest } from '../../../packages/hub/src/images/digest-key.ts'
import { startDatabase } from '../../infra/database.ts'
import { machineEngine } from '../../infra/docker-engine.ts'
import { startS3Server } from '../../infra/s3-server.ts'
import { tempDir } from '../../infra/temp-dir.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { startTestHub, type TestHub } from './hub-fixture.ts'
import { OCI_MANIFEST, pushable } from './pushed-image.ts'
import { PROFILE, upload } from './registered.ts'
import { suiteCleanup } from './suite-cleanup.ts'
import { image, layerOf, sha256 } from './tar-archive.ts'

const PACKAGES = '/api/v1/packages'
let count = 0

/** A package with an awaiting version 1.0.0. */
async function awaiting(hub: TestHub): Promise<string> {
  count += 1
  const id = `stored-${count}`
  const entry = { id, koreanName: '보관', fileName: '보관.tar', copyrightHolder: '봉수' }
  await hub.call({ method: 'POST', url: PACKAGES, body: entry })
  const body = { version: '1.0.0', profile: PROFILE }
  await hub.call({ method: 'POST', url: `${PACKAGES}/${id}/versions`, body })
  return id
}

async function releaseOf(hub: TestHub, id: string): Promise<ReleaseManifest> {
  const url = `${PACKAGES}/${id}/versions/1.0.0/manifest`
  return JSON.parse((await hub.call<SignedRelease>({ url })).body.manifest)
}

const partsOf = ({ imageId, layers }: ReleaseManifest) => [imageId, ...layers.map(({ digest }) => digest)]
const blobUrl = (id: string, digest: string) => `${PACKAGES}/${id}/versions/1.0.0/blobs/${digest}`

async function stored(hub: TestHub): Promise<string[]> {
  const digests: string[] = []
  for await (const { digest } of hub.hub.features.blobs.list()) digests.push(digest)
  return digests.sort()
}

function promises(hubOf: () => TestHub): void {
  test('an archive comes in and goes out: described, in parts, whole, and gone with its package', async () => {
    const hub = hubOf()
    const id = await awaiting(hub)
    const archive = image({ seed: id, layers: [layerOf(id), layerOf('x'.repeat(300_000))] })
    const { status, body } = await upload<PackageVersion>(hub, id, archive)
    assert.deepEqual([status, body.state], [200, 'ready'])
    const release = await releaseOf(hub, id)
    for (const digest of partsOf(release)) {
      const whole = await hub.call({ url: blobUrl(id, digest) })
      assert.deepEqual([whole.status, sha256(whole.bytes)], [200, digest])
      const part = await hub.call({ url: blobUrl(id, digest), headers: { range: 'bytes=7-20' } })
      assert.deepEqual([part.status, part.bytes], [206, whole.bytes.subarray(7, 21)])
    }
    const made = await hub.call({ url: `${PACKAGES}/${id}/versions/1.0.0/archive` })
    const other = await awaiting(hub)
    const again = await upload<PackageVersion>(hub, other, made.bytes)
    assert.equal(again.body.image?.imageId, release.imageId)
    assert.deepEqual(partsOf(await releaseOf(hub, other)), partsOf(release))
    const kept = new Set(partsOf(release))
    assert.deepEqual((await stored(hub)).filter((digest) => kept.has(digest)).length, kept.size)
    for (const one of [id, other]) {
      const removed = { method: 'DELETE', url: `${PACKAGES}/${one}`, headers: { 'if-match': '*' } } as const
      assert.equal((await hub.call(removed)).status, 204)
    }
    await waitFor(async () => (await stored(hub)).every((digest) => !kept.has(digest)), {
      what: 'all is gone',
    })
  })

  test('the real docker push and pull', { timeout: 120_000 }, async (t) => {
    await machineEngine()
    const hub = hubOf()
    const address = (await hub.hub.server.listen({ port: 0, host: '127.0.0.1' })).replace('http://', '')
    const id = await awaiting(hub)
    const folder = tempDir(t, 'docker-push')
    writeFileSync(join(folder, 'config.json'), '{}')
    writeFileSync(join(folder, 'program'), createHash('sha512').update(`${id} ${Date.now()}`).digest())
    writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY program /program\nCMD ["/program"]\n')
    const docker = (...argv: string[]) => runCommand(['docker', '--config', folder, ...argv])
    const reference = `${address}/${id}:1.0.0`
    t.after(() => docker('rmi', '--force', reference).catch(() => undefined))
    await docker('login', '--username', 'anybody', '--password', hub.adminToken, address)
    await docker('build', '--quiet', '--tag', reference, folder)
    await docker('push', reference)
    const imageId = (await docker('inspect', '--format', '{{.Id}}', reference)).trim()
    assert.equal((await releaseOf(hub, id)).imageId, imageId)
    await docker('rmi', '--force', reference)
    await docker('pull', reference)
    assert.equal((await docker('inspect', '--format', '{{.Id}}', reference)).trim(), imageId)
  })

  test('a part that is gone from the store is told, and put back by the same archive', async () => {
    const hub = hubOf()
    const id = await awaiting(hub)
    const archive = image({ seed: id })
    await upload(hub, id, archive)
    const parts = partsOf(await releaseOf(hub, id))
    for (const digest of parts) {
      await hub.hub.features.blobs.remove(digest)
      const missing = await hub.call<Problem>({ url: blobUrl(id, digest) })
      assert.deepEqual([missing.status, missing.code], [500, 'HUB_BLOB_MISSING'])
      assert.ok(missing.body.title.includes(digest))
      assert.equal((await upload(hub, id, archive)).status, 200)
      assert.equal(sha256((await hub.call({ url: blobUrl(id, digest) })).bytes), digest)
    }
  })

  test('an archive that leaves out a layer which is gone is refused by its name', async () => {
    const hub = hubOf()
    const id = await awaiting(hub)
    const shared = layerOf(`shared ${id}`)
    await upload(hub, id, image({ layers: [shared, layerOf(`own ${id}`)] }))
    const [, digest = ''] = partsOf(await releaseOf(hub, id))
    await hub.hub.features.blobs.remove(digest)
    const other = await awaiting(hub)
    const layers = [shared, layerOf(`own ${other}`)]
    const whole = image({ layers })
    const name = `${sha256(shared).slice(7)}/layer.tar`
    const at = whole.indexOf(name)
    const without = Buffer.concat([
      whole.subarray(0, at),
      whole.subarray(at + 512 + Math.ceil(shared.length / 512) * 512),
    ])
    const refused = await upload<Problem>(hub, other, without)
    assert.deepEqual([refused.status, refused.code], [422, 'HUB_NOT_AN_IMAGE'])
    assert.match(refused.body.title, /the layer sha256:[0-9a-f]{64} is missing/)
    assert.equal((await upload(hub, other, whole)).status, 200)
    assert.equal((await upload(hub, other, without)).status, 200)
  })
}

describe('images in a folder', () => {
  const cleanup = suiteCleanup()
  let hub: TestHub
  before(async () => {
    hub = await startTestHub(cleanup, await startDatabase(cleanup))
  })
  promises(() => hub)

  const fileOf = (digest: string) => join(hub.config.dataDir, 'blobs/sha256', keyOfDigest(digest))

  const push = async (id: string) => {
    const { configuration, layers, manifest } = pushable(id)
    for (const blob of [configuration, ...layers.map((layer) => layer.blob)]) {
      const url = `/v2/${id}/blobs/${sha256(blob)}`
      if ((await hub.call({ url })).status === 200) continue
      const sent = { raw: blob, headers: { 'content-type': 'application/octet-stream' }, key: null }
      await hub.call({ method: 'POST', url: `/v2/${id}/blobs/uploads/?digest=${sha256(blob)}`, ...sent })
    }
    const sent = { raw: manifest, headers: { 'content-type': OCI_MANIFEST }, key: null }
    return (await hub.call({ method: 'PUT', url: `/v2/${id}/manifests/1.0.0`, ...sent })).status
  }
  const uploadOnce = async (id: string) => (await upload(hub, id, image({ seed: id }))).status

  for (const [name, send, accepted] of [
    ['an upload', uploadOnce, 200],
    ['a push', push, 201],
  ] as const) {
    test(`a damaged part breaks its download off, is refused then, and is made good by ${name}`, async () => {
      const id = await awaiting(hub)
      assert.equal(await send(id), accepted)
      for (const digest of partsOf(await releaseOf(hub, id))) {
        // A new life, which believes nothing yet.
        await hub.stop()
        hub = await startTestHub(cleanup, { uri: hub.config.mongodbUri }, { dataDir: hub.config.dataDir })
        truncateSync(fileOf(digest), 50)
        // Broken off, or refused where nothing was sent yet.
        const first = await hub.call({ url: blobUrl(id, digest) }).catch(() => undefined)
        assert.notEqual(first?.status, 200)
        const refused = await hub.call<Problem>({ url: blobUrl(id, digest) })
        assert.deepEqual([refused.status, refused.code], [500, 'HUB_BLOB_DAMAGED'])
        assert.equal(await send(id), accepted)
        assert.equal(sha256((await hub.call({ url: blobUrl(id, digest) })).bytes), digest)
      }
    })
  }

  test('blobs that nobody names are cleared away after a day, what versions and pushes need stays', async () => {
    const id = await awaiting(hub)
    await upload(hub, id, image({ seed: id }))
    const put = async (text: string) => {
      const incoming = await hub.hub.features.blobs.receive()
      await incoming.write(Buffer.from(text))
      return (await incoming.commit()).digest
    }
    const [stray, young, pushed] = [await put('stray'), await put('young'), await put('pushed')]
    await hub.hub.features.registry.pushes.touch(pushed)
    const yesterday = new Date(Date.now() - 25 * 3_600_000)
    const kept = [...partsOf(await releaseOf(hub, id)), pushed]
    for (const digest of [...kept, stray]) utimesSync(fileOf(digest), yesterday, yesterday)
    await hub.hub.features.registry.pushes.sweep()
    const left = await stored(hub)
    assert.deepEqual(
      [...kept, young, stray].map((digest) => left.includes(digest)),
      [...kept.map(() => true), true, false],
    )
    rmSync(fileOf(young))
  })
})

describe('images in an S3-compatible store', () => {
  const cleanup = suiteCleanup()
  let hub: TestHub
  before(async () => {
    const s3 = await startS3Server(cleanup)
    const environment = await s3.makeBucket('images')
    hub = await startTestHub(cleanup, await startDatabase(cleanup), { environment })
  })
  promises(() => hub)
})
