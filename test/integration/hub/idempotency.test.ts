// Idempotency-Key: repeated, at once, with another body, across restarts, and after a crash between effect and answer.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { AccessToken, Deployment, Device } from '@bongsu/protocol'
import mongoose from 'mongoose'
import { startDatabase, type TestDatabase } from '../../infra/database.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { startTestHub, type TestHub } from './hub-fixture.ts'
import { acceptedDevice, readyVersion } from './registered.ts'
import { suiteCleanup } from './suite-cleanup.ts'

const DEVICES = '/api/v1/devices'

describe('idempotency', () => {
  let database: TestDatabase
  let hub: TestHub
  const cleanup = suiteCleanup()
  const register = (key: string, name: string, to: TestHub = hub) =>
    to.call<Device>({ method: 'POST', url: DEVICES, body: { name }, key })
  const count = async (name: string) =>
    (await hub.call<{ total: number }>({ url: `${DEVICES}?total=true&q=${name}` })).body.total

  before(async () => {
    database = await startDatabase(cleanup)
    hub = await startTestHub(cleanup, database)
  })

  test('the same key and body get the same answer, another body is refused', async () => {
    const first = await register('k-same', 'same')
    const second = await register('k-same', 'same')
    assert.deepEqual([second.status, second.body], [201, first.body])
    assert.equal(second.headers.etag, first.headers.etag)
    assert.equal(second.headers.location, first.headers.location)
    assert.equal(second.headers['bongsu-replayed'], 'true')
    const other = await register('k-same', 'other')
    assert.deepEqual([other.status, other.code], [422, 'HUB_IDEMPOTENCY_KEY_REUSED'])
    assert.equal(await count('same'), 1)
  })

  test('of many at once one acts; the rest get its answer or are told to wait', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => register('k-race', 'race')))
    const made = answers.filter(({ status }) => status === 201)
    assert.ok(made.length >= 1)
    assert.equal(new Set(made.map(({ body }) => body.id)).size, 1)
    assert.ok(answers.every(({ status, code }) => status === 201 || code === 'HUB_IDEMPOTENCY_IN_FLIGHT'))
    assert.equal(await count('race'), 1)
  })

  test('a key belongs to its caller and route', async () => {
    const body = { name: 'second operator', role: 'operator' }
    const { body: made } = await hub.call<AccessToken>({ method: 'POST', url: '/api/v1/access-tokens', body })
    const mine = await register('k-shared', 'shared')
    const theirs = await hub.call<Device>({
      method: 'POST',
      url: DEVICES,
      body: { name: 'shared' },
      key: 'k-shared',
      token: made.token ?? '',
    })
    assert.notEqual(mine.body.id, theirs.body.id)
    const elsewhere = await hub.call({
      method: 'POST',
      url: '/api/v1/join-tokens',
      body: {},
      key: 'k-shared',
    })
    assert.equal(elsewhere.status, 201)
  })

  test('a lasting refusal is repeated; a passing one may end differently', async () => {
    const wish = { packageId: 'nothing', version: '1', deviceIds: ['dev-aaaaaaaaaaaaaaaa'] }
    const deploy = () =>
      hub.call({ method: 'POST', url: '/api/v1/deployments', body: wish, key: 'k-refused' })
    const first = await deploy()
    const second = await deploy()
    assert.deepEqual([first.code, second.code], ['HUB_PACKAGE_NOT_FOUND', 'HUB_PACKAGE_NOT_FOUND'])
    assert.equal(second.headers['bongsu-replayed'], 'true')
  })

  test('the answer outlives the hub process', async (t) => {
    const first = await register('k-restart', 'restarted')
    const next = await startTestHub(t, database, { dataDir: hub.config.dataDir })
    await hub.call({ url: '/livez' })
    const second = await register('k-restart', 'restarted', next)
    assert.deepEqual(second.body, first.body)
  })

  test('a token shown once is shown again to a repetition, and its plain text is nowhere in the database', async () => {
    const make = () =>
      hub.call<AccessToken>({
        method: 'POST',
        url: '/api/v1/access-tokens',
        body: { name: 'once', role: 'viewer' },
        key: 'k-token',
      })
    const [first, second] = [await make(), await make()]
    assert.equal(second.body.token, first.body.token)
    const secret = first.body.token?.split('.').at(-1) ?? ''
    assert.ok(secret.length > 20)
    const connection = await mongoose.createConnection(database.uri).asPromise()
    try {
      for (const { name } of (await connection.db?.listCollections().toArray()) ?? []) {
        const documents = await connection.collection(name).find({}).toArray()
        assert.ok(!JSON.stringify(documents).includes(secret), name)
      }
    } finally {
      await connection.close()
    }
  })

  test('a crash between effect and stored answer makes nothing twice', async (t) => {
    const device = await acceptedDevice(hub)
    const { packageId, version } = await readyVersion(hub)
    const body = { packageId, version, deviceIds: [device.id] }
    const deploy = (to: TestHub) =>
      to.call<Deployment>({ method: 'POST', url: '/api/v1/deployments', body, key: 'k-crash' })
    const first = await deploy(hub)
    assert.equal(first.status, 201)
    // As a process leaves it that died after the effect: the record without its answer.
    const connection = await mongoose.createConnection(database.uri).asPromise()
    t.after(() => connection.close())
    const records = connection.collection('idempotencykeys')
    const newest = await waitFor(() => records.find({}).sort({ startedAt: -1 }).limit(1).next(), {
      what: 'the answer is stored',
      until: ({ answer }) => answer !== undefined,
    })
    await records.updateOne({ startedAt: newest.startedAt }, { $unset: { answer: 1 } })
    const next = await startTestHub(t, database, { dataDir: hub.config.dataDir })
    const second = await deploy(next)
    assert.deepEqual([second.status, second.body.id], [201, first.body.id])
    assert.equal(second.headers['bongsu-replayed'], undefined)
    const { body: now } = await hub.call<Device>({ url: `${DEVICES}/${device.id}` })
    assert.equal(now.desiredGeneration, 1)
  })
})
