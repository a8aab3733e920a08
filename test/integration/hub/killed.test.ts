// The hub is killed at each step of taking an image in, by archive and by push, and of removing one: what was acknowledged is
// there, nothing is half-visible, the same again succeeds, nothing is stored twice and nothing is left behind.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import type { PackageVersion, ReleaseManifest, SignedRelease } from '@bongsu/protocol'
import { databaseUri } from '@bongsu/trial'
import { keyOfDigest } from '../../../packages/hub/src/images/digest-key.ts'
import { startDatabase, type TestDatabase } from '../../infra/database.ts'
import { type S3Server, startS3Server } from '../../infra/s3-server.ts'
import { type Cleanup, tempDir } from '../../infra/temp-dir.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { startTestHub, type TestHub } from './hub-fixture.ts'
import { startKillableHub } from './killable-hub.ts'
import { OCI_MANIFEST, type Pushable, pushable } from './pushed-image.ts'
import { PROFILE } from './registered.ts'
import { suiteCleanup } from './suite-cleanup.ts'
import { image, layerOf, sha256 } from './tar-archive.ts'

const ID = 'killed'
const VERSION_URL = `/api/v1/packages/${ID}/versions/1.0.0`
const ENTRY = { id: ID, koreanName: '중단', fileName: '중단.tar', copyrightHolder: '봉수' }

interface Place {
  readonly dataDir: string
  readonly mongodbUri: string
  /** Of the store. */
  readonly environment: Readonly<Record<string, string>>
}

interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly body?: unknown
  readonly raw?: Buffer
  readonly headers?: Readonly<Record<string, string>>
}

type Send = (request: Request) => Promise<number>

/** What is done to a hub, request by request; the first that is not acknowledged ends it. */
type Work = (send: Send) => Promise<void>

const register: Work = async (send) => {
  await send({ method: 'POST', url: '/api/v1/packages', body: ENTRY })
}
const awaiting: Work = async (send) => {
  await register(send)
  await send({
    method: 'POST',
    url: `/api/v1/packages/${ID}/versions`,
    body: { version: '1.0.0', profile: PROFILE },
  })
}
const putArchive =
  (raw: Buffer): Work =>
  async (send) => {
    const headers = { 'content-type': 'application/x-tar' }
    await send({ method: 'PUT', url: `${VERSION_URL}/archive`, raw, headers })
  }
const push =
  ({ configuration, layers, manifest }: Pushable): Work =>
  async (send) => {
    for (const raw of [configuration, ...layers.map(({ blob }) => blob)]) {
      const url = `/v2/${ID}/blobs/${sha256(raw)}`
      if ((await send({ method: 'GET', url })) === 200) continue
      const headers = { 'content-type': 'application/octet-stream' }
      await send({ method: 'POST', url: `/v2/${ID}/blobs/uploads/?digest=${sha256(raw)}`, raw, headers })
    }
    const headers = { 'content-type': OCI_MANIFEST }
    await send({ method: 'PUT', url: `/v2/${ID}/manifests/1.0.0`, raw: manifest, headers })
  }
const removePackage: Work = async (send) => {
  await send({ method: 'DELETE', url: `/api/v1/packages/${ID}`, headers: { 'if-match': '*' } })
}

/** Does the work on a hub of its own process until it kills itself at that step. */
async function workUntilKilled(cleanup: Cleanup, place: Place, killAt: string, work: Work): Promise<void> {
  const { dataDir, mongodbUri: uri, environment } = place
  const hub = await startKillableHub(cleanup, { dataDir, uri, environment, killAt })
  const send: Send = async (request) => (await hub.call(request)).status
  // The answer of the last request may never come; what follows an answer may come later.
  await work(send).catch(() => undefined)
  await hub.killed()
}

const sendTo =
  (hub: TestHub): Send =>
  async ({ url, ...request }) => {
    const { status, body } = await hub.call({ url, ...request })
    assert.ok(status < 500, JSON.stringify(body))
    return status
  }

async function stored(hub: TestHub): Promise<string[]> {
  const digests: string[] = []
  for await (const { digest } of hub.hub.features.blobs.list()) digests.push(digest)
  return digests.sort()
}

/** Whatever bears a digest as its name is what the name says, whoever asks for it. */
async function requireSound(hub: TestHub): Promise<void> {
  for (const digest of await stored(hub)) {
    for await (const _ of await hub.hub.features.blobs.read(digest));
  }
}

async function partsOf(hub: TestHub): Promise<string[]> {
  const { body } = await hub.call<SignedRelease>({ url: `${VERSION_URL}/manifest` })
  const { imageId, layers } = JSON.parse(body.manifest) as ReleaseManifest
  return [...new Set([imageId, ...layers.map(({ digest }) => digest)])].sort()
}

const uploadsLeft = ({ dataDir, environment }: Place) =>
  environment.BONGSU_HUB_IMAGE_STORE === undefined ? readdirSync(join(dataDir, 'uploads')) : []

/** Large enough for several writes of a layer that does not shrink. */
const archive = image({ layers: [layerOf(randomBytes(400_000).toString('base64')), layerOf('small')] })

const UPLOAD_STEPS = [
  'receive before',
  'receive after',
  'write after 2',
  'receive after 2',
  'commit before 1',
  'commit after 1',
  'commit after 2',
  'commit before 3',
  'commit after 3',
  'saveLayers before',
  'saveLayers after',
  'markReady before',
  'markReady after',
]
const PUSH_STEPS = [
  'write before',
  'commit before 2',
  'commit after 2',
  'notePushed before 3',
  'notePushed after 3',
  'insertVersion before',
  'insertVersion after',
  'saveLayers after',
  'markReady before',
  'markReady after',
  'saveManifest before',
  'saveManifest after',
]
const REMOVE_STEPS = [
  'usedBlobs before',
  'removeLayers before',
  'removeLayers after',
  'remove before 2',
  'remove after 2',
]

describe('a killed hub', () => {
  const cleanup = suiteCleanup()
  let database: TestDatabase
  let s3: S3Server
  let count = 0

  const place = async (kind: 'folder' | 's3'): Promise<Place> => {
    count += 1
    return {
      dataDir: tempDir(cleanup, 'killed'),
      mongodbUri: databaseUri(database.port, `killed-${count}`),
      environment: kind === 'folder' ? {} : await s3.makeBucket(`killed-${count}`),
    }
  }
  const open = ({ mongodbUri, dataDir, environment }: Place) =>
    startTestHub(cleanup, { uri: mongodbUri }, { dataDir, environment })

  before(async () => {
    database = await startDatabase(cleanup)
    s3 = await startS3Server(cleanup)
  })

  /** After the kill: what is there is whole, and the same work again ends as if nothing had happened. */
  const requireHealed = async (where: Place, work: Work) => {
    const hub = await open(where)
    assert.deepEqual(uploadsLeft(where), [])
    await requireSound(hub)
    const { body } = await hub.call<PackageVersion>({ url: VERSION_URL })
    if (body.state === 'ready') assert.deepEqual(await stored(hub), await partsOf(hub))
    await work(sendTo(hub))
    assert.equal((await hub.call<PackageVersion>({ url: VERSION_URL })).body.state, 'ready')
    await requireSound(hub)
    assert.deepEqual(await stored(hub), await partsOf(hub), 'everything once, and nothing besides')
    await removePackage(sendTo(hub))
    await waitFor(async () => (await stored(hub)).length === 0, { what: 'it goes with its package' })
    assert.deepEqual(uploadsLeft(where), [])
    await hub.stop()
  }

  for (const step of UPLOAD_STEPS) {
    test(`taking in an archive, ${step}`, async () => {
      const where = await place('folder')
      const work: Work = async (send) => {
        await awaiting(send)
        await putArchive(archive)(send)
      }
      await workUntilKilled(cleanup, where, step, work)
      await requireHealed(where, work)
    })
  }

  for (const step of PUSH_STEPS) {
    test(`a push, ${step}`, async () => {
      const where = await place('folder')
      const work: Work = async (send) => {
        await register(send)
        await push(pushable('killed'))(send)
      }
      await workUntilKilled(cleanup, where, step, work)
      await requireHealed(where, work)
    })
  }

  for (const step of ['write after 2', 'commit before 1', 'commit after 2', 'markReady before']) {
    test(`taking in an archive to an S3-compatible store, ${step}`, async () => {
      const where = await place('s3')
      const work: Work = async (send) => {
        await awaiting(send)
        await putArchive(archive)(send)
      }
      await workUntilKilled(cleanup, where, step, work)
      await requireHealed(where, work)
    })
  }

  for (const step of REMOVE_STEPS) {
    test(`removing a package, ${step}`, async () => {
      const where = await place('folder')
      const first = await open(where)
      await awaiting(sendTo(first))
      await putArchive(archive)(sendTo(first))
      await first.stop()
      await workUntilKilled(cleanup, where, step, removePackage)
      const hub = await open(where)
      await requireSound(hub)
      assert.equal((await hub.call({ url: `/api/v1/packages/${ID}` })).status, 404)
      const yesterday = new Date(Date.now() - 25 * 3_600_000)
      for (const digest of await stored(hub)) {
        utimesSync(join(where.dataDir, 'blobs/sha256', keyOfDigest(digest)), yesterday, yesterday)
      }
      await hub.hub.features.registry.pushes.sweep()
      assert.deepEqual(await stored(hub), [])
      // The same package once more finds no trace of the first.
      await awaiting(sendTo(hub))
      await putArchive(archive)(sendTo(hub))
      assert.deepEqual(await stored(hub), await partsOf(hub))
      await hub.stop()
    })
  }
})
