// Archives that come in parts: by tus' own client over a real connection, cut and gone on with; refused with the hub's own words;
// and with a hub that is killed between any two steps. Nothing is sent twice.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import type { AccessToken, PackageVersion } from '@bongsu/protocol'
import { databaseUri } from '@bongsu/trial'
import { Upload } from 'tus-js-client'
import { startDatabase, type TestDatabase } from '../../infra/database.ts'
import { tempDir } from '../../infra/temp-dir.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { type Answer, type Call, startTestHub, type TestHub } from './hub-fixture.ts'
import { startKillableHub } from './killable-hub.ts'
import { PROFILE } from './registered.ts'
import { suiteCleanup } from './suite-cleanup.ts'
import { image, layerOf } from './tar-archive.ts'

const ID = 'in-parts'
const URL = '/api/v1/uploads'
const VERSION_URL = `/api/v1/packages/${ID}/versions/1.0.0`
const ENTRY = { id: ID, koreanName: '나누어 올리기', fileName: '나누어.tar', copyrightHolder: '봉수' }
const TUS = { 'tus-resumable': '1.0.0' }
const PART = { ...TUS, 'content-type': 'application/offset+octet-stream' }
const archive = image({ layers: [layerOf(randomBytes(400_000).toString('base64')), layerOf('small')] })

const encoded = (text: string) => Buffer.from(text).toString('base64')
const metadataOf = (packageId: string, version = '1.0.0') =>
  `packageId ${encoded(packageId)},version ${encoded(version)}`

async function register(call: <B>(call: Call) => Promise<Answer<B>>): Promise<void> {
  await call({ method: 'POST', url: '/api/v1/packages', body: ENTRY })
  const body = { version: '1.0.0', profile: PROFILE }
  await call({ method: 'POST', url: `/api/v1/packages/${ID}/versions`, body })
}

const begin = (call: TestHub['call'], bytes: number, more: Partial<Call> = {}) =>
  call({
    method: 'POST',
    url: URL,
    key: null,
    headers: { ...TUS, 'upload-length': String(bytes), 'upload-metadata': metadataOf(ID), ...more.headers },
    ...(more.token !== undefined && { token: more.token }),
  })

const send = (call: TestHub['call'], url: string, offset: number, raw: Buffer, more: Partial<Call> = {}) =>
  call({ method: 'PATCH', url, raw, headers: { ...PART, 'upload-offset': String(offset) }, ...more })

const ask = (call: TestHub['call'], url: string, more: Partial<Call> = {}) =>
  call({ method: 'HEAD', url, headers: TUS, ...more })

describe('an archive in parts', () => {
  const cleanup = suiteCleanup()
  let database: TestDatabase
  let count = 0
  before(async () => {
    database = await startDatabase(cleanup)
  })
  const place = () => {
    count += 1
    return { dataDir: tempDir(cleanup, 'parts'), uri: databaseUri(database.port, `parts-${count}`) }
  }
  const open = async ({ dataDir, uri } = place()) => {
    const hub = await startTestHub(cleanup, { uri }, { dataDir })
    await register(hub.call)
    return hub
  }
  const left = (hub: TestHub) => readdirSync(join(hub.config.dataDir, 'archive-uploads'))
  const outcomesOnly = (hub: TestHub) => left(hub).every((name) => name.endsWith('.outcome'))

  test('comes by the protocol’s own client, cut and gone on with, and no byte twice', async () => {
    const hub = await open()
    const address = await hub.hub.server.listen({ port: 0, host: '127.0.0.1' })
    assert.ok((hub.hub.server.server.address() as AddressInfo).port > 0)
    let url: string | null = null
    const sent: number[] = []
    const run = (until: number) =>
      new Promise<void>((resolve, reject) => {
        const upload = new Upload(archive, {
          endpoint: `${address}${URL}`,
          ...(url !== null && { uploadUrl: url }),
          headers: { authorization: `Bearer ${hub.adminToken}` },
          metadata: { packageId: ID, version: '1.0.0', filename: '나누어.tar' },
          chunkSize: 100_000,
          retryDelays: [],
          onError: reject,
          onSuccess: () => resolve(),
          onChunkComplete: (bytes, all) => {
            sent.push(bytes)
            url = upload.url
            if (all >= until) void upload.abort().then(() => resolve())
          },
        })
        upload.start()
      })
    await run(200_000)
    const { headers } = await ask(hub.call, String(url).replace(address, ''))
    assert.equal(headers['upload-offset'], '200000')
    assert.equal(headers['upload-length'], String(archive.length))
    await run(Number.POSITIVE_INFINITY)
    assert.equal(
      sent.reduce((sum, bytes) => sum + bytes, 0),
      archive.length,
    )
    assert.equal((await hub.call<PackageVersion>({ url: VERSION_URL })).body.state, 'ready')
    assert.ok(outcomesOnly(hub), left(hub).join())
    await hub.stop()
  })

  test('is refused with the hub’s own words, and nothing is lost by it', async () => {
    const hub = await open()
    const { call } = hub
    const people = await call<AccessToken>({
      method: 'POST',
      url: '/api/v1/access-tokens',
      body: { name: 'operator', role: 'operator' },
    })
    const other = people.body.token ?? ''
    const metadata = (text: string) => ({ headers: { 'upload-metadata': text } })
    const codeOf = async (answer: Promise<Answer>) => (await answer).code
    assert.equal(await codeOf(begin(call, 10, { token: null })), 'HUB_UNAUTHENTICATED')
    assert.equal(await codeOf(begin(call, 10, metadata(metadataOf('absent')))), 'HUB_PACKAGE_NOT_FOUND')
    assert.equal(await codeOf(begin(call, 10, metadata(metadataOf(ID, '9')))), 'HUB_VERSION_NOT_FOUND')
    assert.equal(await codeOf(begin(call, 10, metadata(''))), 'HUB_INVALID_REQUEST')
    assert.equal(
      await codeOf(begin(call, 10, { headers: { 'upload-length': 'many' } })),
      'HUB_INVALID_REQUEST',
    )
    assert.equal(
      await codeOf(begin(call, 10, { headers: { 'tus-resumable': '0.2' } })),
      'HUB_INVALID_REQUEST',
    )
    assert.equal(await codeOf(begin(call, 999_999_999_999_999)), 'HUB_BODY_TOO_LARGE')

    const begun = await begin(call, archive.length)
    assert.equal(begun.status, 201)
    const url = String(begun.headers.location)
    assert.match(url, /^\/api\/v1\/uploads\/[0-9a-f]{32}$/)
    assert.ok(Date.parse(String(begun.headers['upload-expires'])) > Date.now())
    assert.equal(begun.headers['tus-resumable'], '1.0.0')
    assert.equal((await send(call, url, 0, archive.subarray(0, 1000))).headers['upload-offset'], '1000')
    const conflict = await send(call, url, 500, archive.subarray(500), {
      headers: { ...PART, 'upload-offset': '500', 'accept-language': 'ko' },
    })
    assert.equal(conflict.code, 'HUB_UPLOAD_OFFSET')
    assert.match(JSON.stringify(conflict.body), /업로드가 다른 위치에/)
    assert.equal((await ask(call, url, { token: other })).status, 404)
    assert.equal(
      await codeOf(send(call, url, 1000, archive.subarray(1000), { token: other })),
      'HUB_UPLOAD_NOT_FOUND',
    )
    const typed = { ...PART, 'content-type': 'application/json', 'upload-offset': '1000' }
    assert.equal(
      await codeOf(send(call, url, 1000, archive, { headers: typed })),
      'HUB_UNSUPPORTED_MEDIA_TYPE',
    )
    assert.equal((await ask(call, `${URL}/${'0'.repeat(32)}`)).status, 404)
    assert.equal((await ask(call, `${URL}/..%2f..%2fadmin-token`)).status, 400)
    assert.equal((await ask(call, url)).headers['upload-offset'], '1000')
    assert.equal((await call({ method: 'DELETE', url, headers: TUS })).status, 204)
    assert.equal((await ask(call, url)).status, 404)
    assert.deepEqual(left(hub), [])

    for (let open_ = 0; open_ < 16; open_ += 1) assert.equal((await begin(call, 10)).status, 201)
    assert.equal(await codeOf(begin(call, 10)), 'HUB_UPLOAD_TOO_MANY')
    assert.equal((await begin(call, 10, { token: other })).status, 201)
    const offered = await call({ method: 'OPTIONS', url: URL })
    assert.match(String(offered.headers['tus-extension']), /creation.*termination/)
    await hub.stop()
  })

  test('that is no image is refused with the answer to its last part, and again to whoever did not hear it', async () => {
    const hub = await open()
    const bad = Buffer.from('this is no image at all')
    const { headers } = await begin(hub.call, bad.length)
    const url = String(headers.location)
    const answer = await send(hub.call, url, 0, bad)
    assert.equal(answer.code, 'HUB_NOT_AN_IMAGE')
    assert.equal((await ask(hub.call, url)).status, answer.status)
    assert.ok(outcomesOnly(hub))
    assert.equal((await hub.call<PackageVersion>({ url: VERSION_URL })).body.state, 'awaiting-archive')
    await hub.stop()
  })

  const KILLS = [
    'write after 2',
    'commit after 1',
    'markReady before',
    'markReady after',
    'save before',
    'save after',
  ]
  for (const step of KILLS) {
    test(`a hub that is killed while it takes one in (${step}) ends it when it is there again`, async () => {
      const where = place()
      const first = await startKillableHub(cleanup, { ...where, killAt: step })
      await register(first.call)
      const url = String((await begin(first.call, archive.length)).headers.location)
      await send(first.call, url, 0, archive).catch(() => undefined)
      await first.killed()

      const hub = await startTestHub(cleanup, { uri: where.uri }, { dataDir: where.dataDir })
      const { headers } = await ask(hub.call, url)
      assert.equal(headers['upload-offset'], String(archive.length), 'nothing has to be sent again')
      await waitFor(async () => (await hub.call<PackageVersion>({ url: VERSION_URL })).body.state, {
        what: 'the version is ready',
        until: (state) => state === 'ready',
      })
      await waitFor(() => outcomesOnly(hub), {
        what: 'the archive is gone, for its layers are kept',
        until: Boolean,
      })
      await hub.stop()
    })
  }

  test('a hub that is killed while it receives one goes on at the byte where it was', async () => {
    const where = place()
    const first = await startKillableHub(cleanup, { ...where, killAt: '' })
    await register(first.call)
    const url = String((await begin(first.call, archive.length)).headers.location)
    await send(first.call, url, 0, archive.subarray(0, 150_000))
    first.kill()
    await first.killed()
    const hub = await startTestHub(cleanup, { uri: where.uri }, { dataDir: where.dataDir })
    assert.equal((await ask(hub.call, url)).headers['upload-offset'], '150000')
    assert.equal((await send(hub.call, url, 150_000, archive.subarray(150_000))).status, 204)
    assert.equal((await hub.call<PackageVersion>({ url: VERSION_URL })).body.state, 'ready')
    assert.equal((await send(hub.call, url, 0, archive)).code, 'HUB_UPLOAD_OFFSET')
    await hub.stop()
  })
})
