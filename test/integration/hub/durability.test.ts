// What was acknowledged outlives the kill of the database and of the hub; while the database is away the hub says so.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AiPackage, Deployment, Device, Launch } from '@bongsu/protocol'
import { startDatabase } from '../../infra/database.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { startTestHub } from './hub-fixture.ts'
import { acceptedDevice, readyVersion } from './registered.ts'

describe('durability', () => {
  test('everything acknowledged is there after SIGKILL of the database and a new hub', async (t) => {
    const database = await startDatabase(t)
    const first = await startTestHub(t, database)
    const device = await acceptedDevice(first)
    const { packageId, version } = await readyVersion(first)
    const acknowledged: string[] = []
    let isKilled = false
    const writing = (async () => {
      while (!isKilled) {
        const { status, body } = await first.call<Device>({
          method: 'POST',
          url: '/api/v1/devices',
          body: { name: 'w' },
        })
        if (status === 201) acknowledged.push(body.id)
      }
    })()
    const wish = { packageId, version, deviceIds: [device.id] }
    const deployment = await first.call<Deployment>({
      method: 'POST',
      url: '/api/v1/deployments',
      body: wish,
    })
    await waitFor(() => acknowledged.length >= 20, { what: 'twenty registrations are acknowledged' })
    await database.kill()
    isKilled = true
    await writing
    assert.equal((await first.call({ url: '/readyz' })).status, 503)
    const refused = await first.call({ url: '/api/v1/devices' })
    assert.deepEqual([refused.status, refused.code], [503, 'HUB_DATABASE_UNAVAILABLE'])
    assert.equal((await first.call({ url: '/livez' })).status, 200)
    await database.start()
    // The same hub goes on by itself.
    await waitFor(async () => (await first.call({ url: '/api/v1/devices' })).status === 200, {
      what: 'the hub serves again',
    })
    await first.stop()
    const second = await startTestHub(t, database, { dataDir: first.config.dataDir })
    assert.equal(second.adminToken, first.adminToken)
    assert.equal(second.hub.identity.hubId, first.hub.identity.hubId)
    for (const id of acknowledged) {
      assert.equal((await second.call({ url: `/api/v1/devices/${id}` })).status, 200, id)
    }
    const { body: kept } = await second.call<AiPackage>({ url: `/api/v1/packages/${packageId}` })
    assert.equal(kept.versions[0]?.state, 'ready')
    const launch = await second.call<Launch>({ url: `/api/v1/launches/${deployment.body.launchIds[0]}` })
    assert.equal(launch.body.wanted, 'running')
    const state = await second.hub.features.sessionLaunches.desiredStateFor(device.id)
    assert.deepEqual([state.generation, state.launches.length], [1, 1])
    assert.equal(
      (await second.call({ url: `/api/v1/packages/${packageId}/versions/${version}/archive` })).status,
      200,
    )
  })

  test('a hub that has just started does not call a silent device offline', async (t) => {
    const database = await startDatabase(t)
    const environment = { BONGSU_HUB_HEARTBEAT_INTERVAL_MS: '400' }
    const first = await startTestHub(t, database, { environment })
    const { id } = await acceptedDevice(first)
    await first.hub.features.sessionDevices.openSession(id, { agentVersion: '0', acceptedGeneration: 0 })
    await first.stop()
    const second = await startTestHub(t, database, { dataDir: first.config.dataDir, environment })
    const seen = new Set<string>()
    await waitFor(
      async () => {
        const { body } = await second.call<Device>({ url: `/api/v1/devices/${id}` })
        seen.add(body.connection.state)
        return body.connection.state === 'offline'
      },
      { what: 'the time to come back is over' },
    )
    assert.deepEqual([...seen], ['unknown', 'offline'])
  })

  test('a hub without a database lives, says why it is not ready, and becomes ready by itself', async (t) => {
    const database = await startDatabase(t)
    await database.stop()
    const starting = startTestHub(t, database)
    await database.start()
    const hub = await starting
    assert.equal((await hub.call({ url: '/readyz' })).status, 200)
  })
})
