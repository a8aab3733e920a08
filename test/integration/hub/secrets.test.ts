// Secrets on a real database: written, never read back, handed to devices that run what names them, and nowhere else.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { before, describe, test } from 'node:test'
import type { Deployment, DeploymentForecast, LaunchProfile, Secret } from '@bongsu/protocol'
import { startDatabase, type TestDatabase } from '../../infra/database.ts'
import { startTestHub, type TestHub } from './hub-fixture.ts'
import { acceptedDevice, readyVersion } from './registered.ts'
import { suiteCleanup } from './suite-cleanup.ts'

const CANARY = 'canary-7f3a9c51e2'
const profileNaming = (...names: string[]): LaunchProfile => ({
  containers: [{ name: 'main', secrets: names.map((name) => ({ name })) }],
})

describe('secrets', () => {
  let hub: TestHub
  let database: TestDatabase
  const cleanup = suiteCleanup()
  const answers: Buffer[] = []

  const call = async <Body>(request: Parameters<TestHub['call']>[0]) => {
    const answer = await hub.call<Body>(request)
    answers.push(answer.bytes, Buffer.from(JSON.stringify(answer.headers)))
    return answer
  }
  const put = (name: string, value: object, query = '') =>
    call<Secret>({ method: 'PUT', url: `/api/v1/secrets/${name}${query}`, body: value })
  const stateOf = (deviceId: string) => hub.hub.features.sessionLaunches.desiredStateFor(deviceId)
  const valueFor = async (deviceId: string, name: string) => {
    const { launches } = await stateOf(deviceId)
    const found = launches.flatMap(({ secrets = [] }) => secrets).find((secret) => secret.name === name)
    return found && Buffer.from(found.value, 'base64').toString()
  }
  const deployed = async (...names: string[]) => {
    const device = await acceptedDevice(hub)
    const { packageId, version } = await readyVersion(hub, { profile: profileNaming(...names) })
    const body = { packageId, version, deviceIds: [device.id] }
    const { body: deployment } = await call<Deployment>({ method: 'POST', url: '/api/v1/deployments', body })
    hub.sessions.online.add(device.id)
    return { device, deployment, request: body }
  }

  before(async () => {
    database = await startDatabase(cleanup)
    hub = await startTestHub(cleanup, database)
  })

  test('a value is taken and never shown; a new one raises the revision', async () => {
    const first = await put('camera-gate', { value: CANARY })
    assert.deepEqual([first.status, first.body.revision, first.body.name], [200, 1, 'camera-gate'])
    const second = await put('camera-gate', { valueBase64: Buffer.from(CANARY).toString('base64') })
    assert.equal(second.body.revision, 2)
    assert.equal(second.body.createdAt, first.body.createdAt)
    const { body } = await call<{ items: Secret[] }>({ url: '/api/v1/secrets' })
    assert.deepEqual(Object.keys(body.items[0] ?? {}).sort(), ['changedAt', 'createdAt', 'name', 'revision'])
  })

  test('what is no value is refused without quoting it', async () => {
    const long = CANARY.repeat(800)
    for (const body of [
      {},
      { value: '' },
      { value: CANARY, valueBase64: 'QQ==' },
      { value: long },
      { valueBase64: `${CANARY}!` },
      { value: CANARY, more: 1 },
    ]) {
      const { status, code } = await put('bad', body)
      assert.deepEqual([status, code], [400, 'HUB_INVALID_REQUEST'], Object.keys(body).join())
    }
    assert.equal((await put('Bad Name', { value: 'x' })).status, 400)
    assert.equal(
      (await put('x', { value: 'x' }, '?deviceId=dev-aaaaaaaaaaaaaaaa')).code,
      'HUB_DEVICE_NOT_FOUND',
    )
  })

  test('a device gets the value of what it runs, its own before that of all, at once when it changes', async () => {
    await put('shared', { value: `${CANARY}-all` })
    const { device, deployment } = await deployed('shared')
    assert.equal(await valueFor(device.id, 'shared'), `${CANARY}-all`)
    const before = await stateOf(device.id)
    await put('shared', { value: `${CANARY}-own` }, `?deviceId=${device.id}`)
    const after = await stateOf(device.id)
    assert.equal(after.generation, before.generation + 1)
    assert.equal(hub.sessions.pushed.at(-1), device.id)
    assert.equal(await valueFor(device.id, 'shared'), `${CANARY}-own`)
    assert.notEqual(
      after.launches[0]?.secrets?.[0]?.revision,
      before.launches[0]?.secrets?.[0]?.revision,
      'another value is another revision',
    )
    const inUse = await call({ method: 'DELETE', url: '/api/v1/secrets/shared' })
    assert.deepEqual([inUse.status, inUse.code], [409, 'HUB_SECRET_IN_USE'])
    const own = await call({ method: 'DELETE', url: `/api/v1/secrets/shared?deviceId=${device.id}` })
    assert.equal(own.status, 204, 'the one of all devices takes its place')
    assert.equal(await valueFor(device.id, 'shared'), `${CANARY}-all`)
    await call({ method: 'POST', url: `/api/v1/deployments/${deployment.id}/stop` })
    assert.equal((await call({ method: 'DELETE', url: '/api/v1/secrets/shared' })).status, 204)
    assert.equal(
      (await call({ method: 'DELETE', url: '/api/v1/secrets/shared' })).code,
      'HUB_SECRET_NOT_FOUND',
    )
  })

  test('a missing one is foreseen, waited for, and pushed when it comes', async () => {
    const { device, request } = await deployed('late')
    const foreseen = await call<DeploymentForecast>({
      method: 'POST',
      url: '/api/v1/deployments/forecast',
      body: request,
    })
    assert.ok(foreseen.body.devices[0]?.obstacles.some(({ code }) => code === 'HUB_FORECAST_NO_SECRET'))
    const { generation } = await stateOf(device.id)
    assert.equal(await valueFor(device.id, 'late'), undefined)
    await put('late', { value: CANARY })
    assert.equal((await stateOf(device.id)).generation, generation + 1)
    assert.equal(await valueFor(device.id, 'late'), CANARY)
  })

  test('a hub that ended between value and news tells at its next start', async (t) => {
    await put('half', { value: CANARY })
    const { device } = await deployed('half')
    const { generation } = await stateOf(device.id)
    await hub.hub.database.connection
      .collection('secrets')
      .updateOne({ name: 'half' }, { $set: { isUntold: true } })
    const next = await startTestHub(t, database, { dataDir: hub.config.dataDir })
    assert.equal(
      (await next.hub.features.sessionLaunches.desiredStateFor(device.id)).generation,
      generation + 1,
    )
    assert.equal(
      (await next.hub.features.sessionLaunches.desiredStateFor(device.id)).launches[0]?.secrets?.length,
      1,
    )
  })

  test('viewers see nothing of secrets', async () => {
    const body = { name: 'v', role: 'viewer' }
    const made = await hub.call<{ token: string }>({ method: 'POST', url: '/api/v1/access-tokens', body })
    assert.equal((await call({ url: '/api/v1/secrets', token: made.body.token })).code, 'HUB_FORBIDDEN')
  })

  test('the values are in no answer, in no document of the database and in no file of the hub', async () => {
    await call({ url: '/api/v1/deployments' })
    await call({ url: '/api/v1/launches' })
    await call({ url: '/api/v1/openapi.json' })
    const forms = [
      CANARY,
      Buffer.from(CANARY).toString('base64').slice(0, 20),
      Buffer.from(CANARY).toString('hex'),
    ]
    const db = hub.hub.database.connection.db
    for (const { name } of (await db?.listCollections().toArray()) ?? []) {
      const text = JSON.stringify(await db?.collection(name).find({}).toArray())
      for (const form of forms) assert.ok(!text.includes(form), `collection ${name}`)
    }
    for (const form of forms) {
      assert.ok(!answers.some((bytes) => bytes.includes(form)), 'an answer')
      // 1: nothing found.
      assert.equal(spawnSync('grep', ['-rqF', form, hub.config.dataDir]).status, 1)
    }
  })
})
