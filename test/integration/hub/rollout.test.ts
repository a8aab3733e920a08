// Roll-outs in waves on a real database: what begins when, what stops it, and that a hub killed at any point goes on.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Deployment, Launch, LaunchStatus } from '@bongsu/protocol'
import { startDatabase, type TestDatabase } from '../../infra/database.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { startTestHub, type TestHub } from './hub-fixture.ts'
import { acceptedDevice, readyVersion } from './registered.ts'
import { suiteCleanup } from './suite-cleanup.ts'

describe('a roll-out', () => {
  const cleanup = suiteCleanup()
  let database: TestDatabase
  let hub: TestHub
  let sequence = 0

  before(async () => {
    database = await startDatabase(cleanup)
    hub = await startTestHub(cleanup, database)
  })

  const fleet = async (count: number) => {
    const ids: string[] = []
    for (let index = 0; index < count; index += 1) ids.push((await acceptedDevice(hub)).id)
    return ids
  }
  const connect = async (deviceId: string) => {
    const { epoch } = await hub.hub.features.sessionDevices.openSession(deviceId, {
      agentVersion: '0.1.0',
      acceptedGeneration: 0,
    })
    return epoch
  }
  const call = async <Body = Deployment>(url: string, body: object = {}) =>
    hub.call<Body>({ method: 'POST', url: `/api/v1/deployments${url}`, body })
  const find = async (id: string) => (await hub.call<Deployment>({ url: `/api/v1/deployments/${id}` })).body
  const launchesOf = async (id: string) =>
    (await hub.call<{ items: Launch[] }>({ url: `/api/v1/deployments/${id}/launches?limit=200` })).body.items
  const wishesOf = async (deviceId: string) =>
    (await hub.hub.features.sessionLaunches.desiredStateFor(deviceId)).launches
  /** The device says how the newest launch wished of it stands. */
  const tell = async (deviceId: string, epoch: number, phase: 'running' | 'failed') => {
    const { launches, generation } = await hub.hub.features.sessionLaunches.desiredStateFor(deviceId)
    const at = new Date().toISOString()
    const launchId = launches.at(-1)?.launchId ?? ''
    const status: LaunchStatus = {
      launchId,
      phase,
      containers: [],
      restarts: 0,
      changedAt: at,
      ...(phase === 'running' && { picture: { verdict: 'visible', checkedAt: at } }),
    }
    sequence += 1
    await hub.hub.features.sessionLaunches.recordReport(deviceId, epoch, {
      type: 'report',
      sequence,
      generation,
      launches: [status],
      reportedAt: at,
    })
  }
  const begun = (id: string, count: number) =>
    waitFor(() => launchesOf(id), {
      what: `${count} launches have begun`,
      until: (launches) => launches.filter(({ wanted }) => wanted === 'running').length === count,
      timeoutMs: 30_000,
    })
  const inState = (id: string, state: string) =>
    waitFor(() => find(id), {
      what: `the roll-out is ${state}`,
      until: ({ rollout }) => rollout?.state === state,
      timeoutMs: 30_000,
    })
  const QUICK = { waves: ['1', '3', '100%'], observeSeconds: 0, patienceSeconds: 600 }

  test('goes from wave to wave as devices show it, and lets nobody that is away hold it up', async () => {
    const ids = await fleet(5)
    const { packageId, version } = await readyVersion(hub)
    const epochs = new Map<string, number>()
    for (const id of ids.slice(0, 4)) epochs.set(id, await connect(id))
    const { status, body } = await call('', { packageId, version, deviceIds: ids, rollout: QUICK })
    assert.equal(status, 201)
    assert.deepEqual(
      [body.rollout?.waves, body.rollout?.started, body.rollout?.state],
      [[1, 3, 5], 1, 'running'],
    )
    const planned = await begun(body.id, 1)
    assert.deepEqual(planned.map(({ wanted }) => wanted).toSorted(), [
      'planned',
      'planned',
      'planned',
      'planned',
      'running',
    ])
    for (const id of ids.slice(1)) assert.deepEqual(await wishesOf(id), [])
    await tell(ids[0] ?? '', epochs.get(ids[0] ?? '') ?? 0, 'running')
    await begun(body.id, 3)
    for (const id of ids.slice(1, 3)) await tell(id, epochs.get(id) ?? 0, 'running')
    await begun(body.id, 5)
    assert.equal((await wishesOf(ids[4] ?? '')).length, 1, 'who is away finds its wish on return')
    await tell(ids[3] ?? '', epochs.get(ids[3] ?? '') ?? 0, 'running')
    const done = await inState(body.id, 'done')
    assert.deepEqual(done.rollout?.counts, { planned: 0, open: 0, away: 1, proven: 4, failed: 0 })
    for (const action of ['pause', 'resume']) {
      assert.equal((await call<{ code: string }>(`/${body.id}/${action}`)).body.code, 'HUB_ROLLOUT_STATE')
    }
  })

  test('halts when more fail than allowed; resuming puts up with it', async () => {
    const ids = await fleet(4)
    const { packageId, version } = await readyVersion(hub)
    const epochs = await Promise.all(ids.map(connect))
    const { body } = await call('', { packageId, version, deviceIds: ids, rollout: QUICK })
    await begun(body.id, 1)
    await tell(ids[0] ?? '', epochs[0] ?? 0, 'failed')
    const halted = await inState(body.id, 'halted')
    assert.deepEqual(halted.rollout?.reason, {
      code: 'HUB_ROLLOUT_HALTED',
      parameters: { failed: 1, allowed: 0 },
    })
    assert.equal((await launchesOf(body.id)).filter(({ wanted }) => wanted === 'planned').length, 3)
    const resumed = await call(`/${body.id}/resume`)
    assert.deepEqual([resumed.body.rollout?.state, resumed.body.rollout?.forgivenFailures], ['running', 1])
    await begun(body.id, 3)
    const stopped = await call(`/${body.id}/stop`)
    assert.deepEqual([stopped.body.state, stopped.body.rollout?.state], ['stopped', 'stopped'])
    assert.ok((await launchesOf(body.id)).every(({ wanted }) => wanted === 'stopped'))
  })

  test('a pause begins nothing further, and a hub that comes back goes on where it was', async () => {
    const ids = await fleet(4)
    const { packageId, version } = await readyVersion(hub)
    const first = ids[0] ?? ''
    const epoch = await connect(first)
    const { body } = await call('', { packageId, version, deviceIds: ids, rollout: QUICK })
    await begun(body.id, 1)
    await call(`/${body.id}/pause`)
    await tell(first, epoch, 'running')
    await hub.stop()
    hub = await startTestHub(cleanup, database, { dataDir: hub.config.dataDir })
    const paused = await find(body.id)
    assert.deepEqual([paused.rollout?.state, paused.rollout?.started], ['paused', 1])
    assert.equal((await call(`/${body.id}/resume`)).status, 200)
    // Nobody else is connected, so the waves go by without waiting for anybody.
    await begun(body.id, 4)
    await inState(body.id, 'done')
    for (const id of ids) {
      const wishes = await wishesOf(id)
      assert.equal(wishes.length, 1, 'each device got its launch once')
    }
  })

  test('an undo gives back what ran before, and ends what was new', async () => {
    const ids = await fleet(3)
    const epochs = await Promise.all(ids.map(connect))
    const { packageId, version } = await readyVersion(hub)
    const old = await call('', { packageId, version, deviceIds: ids.slice(0, 2) })
    for (const [index, id] of ids.slice(0, 2).entries()) await tell(id, epochs[index] ?? 0, 'running')
    const { body } = await call('', {
      packageId,
      version,
      deviceIds: ids,
      rollout: { waves: ['1', '2', '100%'], observeSeconds: 0 },
    })
    await begun(body.id, 1)
    await tell(ids[0] ?? '', epochs[0] ?? 0, 'running')
    await begun(body.id, 2)
    // The first has taken its place, the second is on its way, the third has not begun.
    await waitFor(() => wishesOf(ids[0] ?? ''), {
      what: 'the first has settled',
      until: ({ length }) => length === 1,
    })
    await call(`/${body.id}/undo`)
    await inState(body.id, 'undone')
    const [back, ...more] = (await wishesOf(ids[0] ?? '')).toReversed()
    assert.deepEqual([back?.launchId, back?.replaces], [old.body.launchIds[0], more[0]?.launchId])
    assert.deepEqual(
      (await wishesOf(ids[1] ?? '')).map(({ launchId }) => launchId),
      [old.body.launchIds[1]],
    )
    assert.deepEqual(await wishesOf(ids[2] ?? ''), [])
    await tell(ids[0] ?? '', epochs[0] ?? 0, 'running')
    await waitFor(() => wishesOf(ids[0] ?? ''), {
      what: 'only the old one is wished',
      until: (wishes) => wishes.length === 1 && wishes[0]?.launchId === old.body.launchIds[0],
    })
    assert.ok((await launchesOf(body.id)).every(({ wanted }) => wanted === 'stopped'))
    const again = await call<{ code: string }>(`/${body.id}/undo`)
    assert.deepEqual([again.status, again.body.code], [409, 'HUB_ROLLOUT_STATE'])
  })

  test('a wave takes back no newer wish, and begins with who is there', async () => {
    const ids = await fleet(3)
    const { packageId, version } = await readyVersion(hub)
    const there = ids[2] ?? ''
    const epoch = await connect(there)
    hub.sessions.online.add(there)
    const rollout = { waves: ['1'], observeSeconds: 0 }
    const { body } = await call('', { packageId, version, deviceIds: ids, rollout })
    assert.deepEqual(body.deviceIds, [there, ...ids.slice(0, 2)])
    const later = await call('', { packageId, version, deviceIds: ids.slice(0, 1) })
    const planned = (await launchesOf(body.id)).find(({ deviceId }) => deviceId === ids[0])
    const restart = { method: 'POST', url: `/api/v1/launches/${planned?.id}/restart` } as const
    assert.deepEqual([planned?.stoppedAlone, (await hub.call(restart)).status], [undefined, 409])
    await tell(there, epoch, 'running')
    await inState(body.id, 'done')
    assert.deepEqual(
      (await wishesOf(ids[0] ?? '')).map(({ launchId }) => launchId),
      later.body.launchIds,
    )
    const overtaken = (await launchesOf(body.id)).find(({ deviceId }) => deviceId === ids[0])
    assert.deepEqual([overtaken?.wanted, overtaken?.replacedBy], ['stopped', later.body.launchIds[0]])
    assert.equal((await wishesOf(ids[1] ?? '')).length, 1)
  })

  test('what shall replace nothing runs beside in every wave', async () => {
    const ids = await fleet(2)
    const { packageId, version } = await readyVersion(hub)
    await call('', { packageId, version, deviceIds: ids })
    const rollout = { waves: ['1'], observeSeconds: 0 }
    const { body } = await call('', { packageId, version, deviceIds: ids, rollout, replaces: 'nothing' })
    await inState(body.id, 'done')
    for (const id of ids) {
      assert.deepEqual(
        (await wishesOf(id)).map(({ replaces }) => replaces),
        [undefined, undefined],
      )
    }
  })

  test('wrong plans are refused, and deployments without waves have nothing to pause', async () => {
    const ids = await fleet(1)
    const { packageId, version } = await readyVersion(hub)
    for (const rollout of [
      { waves: [] },
      { waves: ['0'] },
      { waves: ['101%'] },
      { waves: ['x'] },
      { maxFailures: -1 },
      { more: 1 },
    ]) {
      assert.equal(
        (await call('', { packageId, version, deviceIds: ids, rollout })).status,
        400,
        JSON.stringify(rollout),
      )
    }
    const { body } = await call('', { packageId, version, deviceIds: ids })
    assert.equal((await call<{ code: string }>(`/${body.id}/pause`)).body.code, 'HUB_ROLLOUT_STATE')
    assert.equal(
      (await call<{ code: string }>('/dep-aaaaaaaaaaaaaaaa/pause')).body.code,
      'HUB_DEPLOYMENT_NOT_FOUND',
    )
  })
})
