// Deployments and launches: what is refused early, what is written at once, reports in any order, the end of a wish.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type {
  Deployment,
  DeploymentForecast,
  Device,
  Launch,
  LaunchStatus,
  LaunchTimeline,
  Report,
} from '@bongsu/protocol'
import { startDatabase } from '../../infra/database.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { startTestHub, type TestHub } from './hub-fixture.ts'
import { acceptedDevice, enrol, makeKeys, PROFILE, readyVersion } from './registered.ts'
import { suiteCleanup } from './suite-cleanup.ts'

const DEPLOYMENTS = '/api/v1/deployments'

describe('deployments', () => {
  let hub: TestHub
  const cleanup = suiteCleanup()

  const deploy = (wish: object) => hub.call<Deployment>({ method: 'POST', url: DEPLOYMENTS, body: wish })
  const launchesOf = async (query: string) =>
    (await hub.call<{ items: Launch[] }>({ url: `/api/v1/launches?${query}` })).body.items
  const launchOf = async (id: string) => (await hub.call<Launch>({ url: `/api/v1/launches/${id}` })).body
  const stateOf = (deviceId: string) => hub.hub.features.sessionLaunches.desiredStateFor(deviceId)
  const open = async (deviceId: string) => {
    const { epoch } = await hub.hub.features.sessionDevices.openSession(deviceId, {
      agentVersion: '0.1.0',
      acceptedGeneration: 0,
    })
    return epoch
  }
  const status = (launchId: string, phase: LaunchStatus['phase']): LaunchStatus => ({
    launchId,
    phase,
    containers: [],
    restarts: 0,
    changedAt: new Date().toISOString(),
  })
  const report = (sequence: number, generation: number, launches: LaunchStatus[]): Report => ({
    type: 'report',
    sequence,
    generation,
    launches,
    reportedAt: new Date().toISOString(),
  })
  const deployed = async () => {
    const device = await acceptedDevice(hub)
    const { packageId, version } = await readyVersion(hub)
    const { body } = await deploy({ packageId, version, deviceIds: [device.id] })
    const [launchId] = body.launchIds
    assert.ok(launchId)
    return { device, deployment: body, launchId, packageId, version }
  }

  before(async () => {
    hub = await startTestHub(cleanup, await startDatabase(cleanup))
  })

  test('a wish is there at once: launch, generation, desired state, push', async () => {
    const device = await acceptedDevice(hub)
    const { packageId, version, image } = await readyVersion(hub)
    hub.sessions.online.add(device.id)
    const made = await deploy({ packageId, version, deviceIds: [device.id] })
    assert.equal(made.status, 201)
    assert.equal(hub.sessions.pushed.at(-1), device.id)
    const state = await stateOf(device.id)
    assert.equal(state.generation, 1)
    assert.deepEqual(state.launches, [
      {
        launchId: made.body.launchIds[0],
        deploymentId: made.body.id,
        packageId,
        version,
        image: {
          imageId: image?.imageId,
          downloadBytes: image?.downloadBytes,
          unpackedBytes: image?.unpackedBytes,
        },
        profile: PROFILE,
      },
    ])
    const [launch] = await launchesOf(`deviceId=${device.id}`)
    assert.deepEqual(
      [launch?.wanted, launch?.freshness, launch?.desiredGeneration, launch?.status],
      ['running', 'none', 1, undefined],
    )
    const { body } = await hub.call<Device>({ url: `/api/v1/devices/${device.id}` })
    assert.equal(body.desiredGeneration, 1)
  })

  test('a launch is in the group that the deployment names, or else in that of its package, or in none', async () => {
    const device = await acceptedDevice(hub)
    const wish = async (profile: typeof PROFILE & { group?: string }, more: object) => {
      const { packageId, version } = await readyVersion(hub, { profile })
      return deploy({ packageId, version, deviceIds: [device.id], ...more })
    }
    const made = [
      await wish(PROFILE, {}),
      await wish(PROFILE, { group: 'bay-3' }),
      await wish({ ...PROFILE, group: 'bay-4' }, {}),
      await wish({ ...PROFILE, group: 'bay-4' }, { group: 'bay-5' }),
    ]
    const groups = [undefined, 'bay-3', 'bay-4', 'bay-5']
    assert.deepEqual(
      made.map(({ body }) => body.group),
      groups,
    )
    const { launches } = await stateOf(device.id)
    assert.deepEqual(
      launches.map(({ group }) => group),
      groups,
    )
    const again = await hub.call<Deployment>({ url: `${DEPLOYMENTS}/${made[1]?.body.id}` })
    assert.equal(again.body.group, 'bay-3')
    const { status: refused } = await wish(PROFILE, { group: 'Bay 3' })
    assert.equal(refused, 400)
  })

  test('a selector means the accepted devices that are at a site and have labels now', async () => {
    const { packageId, version } = await readyVersion(hub)
    const place = async (body: object) => {
      const device = await acceptedDevice(hub)
      const headers = { 'if-match': `"${device.revision}"` }
      const url = `/api/v1/devices/${device.id}`
      return (await hub.call<Device>({ method: 'PATCH', url, body, headers })).body
    }
    const gate = await place({ name: 'gate', site: '3공구', labels: { role: 'gate' } })
    const mast = await place({ name: 'mast', site: '3공구', labels: { role: 'mast' } })
    const elsewhere = await place({ name: 'gate', site: '4공구', labels: { role: 'gate' } })
    const pending = (await enrol(hub, makeKeys())).body.deviceId
    const headers = { 'if-match': '"1"' }
    await hub.call({ method: 'PATCH', url: `/api/v1/devices/${pending}`, body: { site: '3공구' }, headers })
    const chosen = async (wish: object) => (await deploy({ packageId, version, ...wish })).body.deviceIds
    assert.deepEqual(await chosen({ selector: { site: '3공구' } }), [gate.id, mast.id])
    assert.deepEqual(await chosen({ selector: { labels: { role: 'gate' } } }), [gate.id, elsewhere.id])
    const mixed = {
      selector: { site: '3공구', labels: { role: 'gate' } },
      deviceIds: [elsewhere.id, gate.id],
    }
    assert.deepEqual(await chosen(mixed), [elsewhere.id, gate.id])
    const { body } = await deploy({ packageId, version, selector: { site: '3공구' } })
    assert.deepEqual((await hub.call<Deployment>({ url: `${DEPLOYMENTS}/${body.id}` })).body.selector, {
      site: '3공구',
    })
    const codeOf = async (wish: object) => {
      const { status, body } = await hub.call<{ code: string }>({
        method: 'POST',
        url: DEPLOYMENTS,
        body: { packageId, version, ...wish },
      })
      return [status, body.code]
    }
    assert.deepEqual(await codeOf({ selector: { site: '없는 곳' } }), [409, 'HUB_DEPLOYMENT_NO_DEVICE'])
    assert.deepEqual(await codeOf({}), [400, 'HUB_INVALID_REQUEST'])
    assert.deepEqual(await codeOf({ selector: {} }), [400, 'HUB_INVALID_REQUEST'])
  })

  test('a newer version takes the place of the one that runs once it is seen to work, and not otherwise', async () => {
    const { device, launchId: first, packageId, version } = await deployed()
    const epoch = await open(device.id)
    let sequence = 0
    const tell = async (...statuses: LaunchStatus[]) => {
      sequence += 1
      const { generation } = await stateOf(device.id)
      await hub.hub.features.sessionLaunches.recordReport(
        device.id,
        epoch,
        report(sequence, generation, statuses),
      )
    }
    const visible = (id: string): LaunchStatus => ({
      ...status(id, 'running'),
      picture: { verdict: 'visible', checkedAt: new Date().toISOString() },
    })
    const wished = async () =>
      (await stateOf(device.id)).launches.map(({ launchId, replaces }) => [launchId, replaces])
    const settled = (what: string, until: (ids: unknown[][]) => boolean) => waitFor(wished, { what, until })
    const next = async () =>
      (await deploy({ packageId, version, deviceIds: [device.id] })).body.launchIds[0] ?? ''

    await tell(visible(first))
    const overtaken = await next()
    const second = await next()
    assert.deepEqual(await wished(), [
      [first, undefined],
      [second, first],
    ])
    const passedOver = await launchOf(overtaken)
    assert.deepEqual([passedOver.wanted, passedOver.replacedBy], ['stopped', second])
    await tell(visible(first), status(second, 'fetching'))
    assert.equal((await wished()).length, 2)
    await tell(visible(first), visible(second))
    await settled('the first is not wished any more', (ids) => ids.length === 1)
    assert.deepEqual(await wished(), [[second, undefined]])
    assert.deepEqual(
      [(await launchOf(first)).replacedBy, (await launchOf(first)).wanted],
      [second, 'stopped'],
    )

    const third = await next()
    const crashed = { ...status(third, 'failed'), reason: { code: 'AGENT_LAUNCH_ROLLED_BACK' } }
    await tell(visible(second), crashed)
    await settled('the third is given up', (ids) => ids.length === 1)
    assert.deepEqual(await wished(), [[second, undefined]])
    const given = await launchOf(third)
    assert.deepEqual([given.wanted, given.rolledBack, given.status?.phase], ['stopped', true, 'failed'])
    assert.equal((await launchOf(second)).wanted, 'running')
    const fourth = await next()
    await tell(visible(second), visible(fourth))
    await settled('the second is not wished any more', (ids) => ids.length === 1 && ids[0]?.[0] === fourth)
  })

  test('one launch is stopped and restarted without its neighbours', async () => {
    const { packageId, version } = await readyVersion(hub)
    const [one, two] = [await acceptedDevice(hub), await acceptedDevice(hub)]
    const { body } = await deploy({ packageId, version, deviceIds: [one.id, two.id] })
    const [launchId = '', otherId = ''] = body.launchIds
    const act = (id: string, action: 'stop' | 'restart') =>
      hub.call<Launch & { code: string }>({ method: 'POST', url: `/api/v1/launches/${id}/${action}` })
    hub.sessions.online.add(one.id)
    const stopped = await act(launchId, 'stop')
    assert.deepEqual([stopped.status, stopped.body.wanted, stopped.body.stoppedAlone], [200, 'stopped', true])
    assert.deepEqual(await stateOf(one.id), { type: 'desired-state', generation: 2, launches: [] })
    assert.equal(hub.sessions.pushed.at(-1), one.id)
    assert.equal((await stateOf(two.id)).launches.length, 1)
    await act(launchId, 'stop')
    assert.equal((await stateOf(one.id)).generation, 2, 'repeating it changes nothing')
    const again = await act(launchId, 'restart')
    assert.deepEqual([again.body.wanted, again.body.run, again.body.desiredGeneration], ['running', 1, 3])
    const [wish] = (await stateOf(one.id)).launches
    assert.deepEqual([wish?.launchId, wish?.run], [launchId, 1])
    await act(launchId, 'restart')
    assert.equal((await stateOf(one.id)).launches[0]?.run, 2)
    const epoch = await open(one.id)
    await hub.hub.features.sessionLaunches.recordReport(
      one.id,
      epoch,
      report(1, 4, [status(launchId, 'running')]),
    )
    assert.deepEqual(
      [(await launchOf(launchId)).status?.phase, (await launchOf(launchId)).wanted],
      ['running', 'running'],
    )
    await hub.call({ method: 'POST', url: `${DEPLOYMENTS}/${body.id}/stop` })
    for (const id of [launchId, otherId]) {
      const refused = await act(id, 'restart')
      assert.deepEqual([refused.status, refused.body.code], [409, 'HUB_DEPLOYMENT_STOPPED'])
    }
    assert.equal((await act('lau-aaaaaaaaaaaaaaaa', 'stop')).body.code, 'HUB_LAUNCH_NOT_FOUND')
  })

  test('restarts of one launch at the same time all count, and each state has its own number', async () => {
    const { launchId, device } = await deployed()
    await Promise.all(
      Array.from({ length: 8 }, () =>
        hub.call({ method: 'POST', url: `/api/v1/launches/${launchId}/restart` }),
      ),
    )
    const { generation, launches } = await stateOf(device.id)
    assert.deepEqual([generation, launches[0]?.run], [9, 8])
  })

  test('what cannot run is refused early; what is unknown is not', async () => {
    const ready = await readyVersion(hub)
    const { packageId, version } = ready
    const pending = (await enrol(hub, makeKeys())).body.deviceId
    const arm = await acceptedDevice(hub, { architecture: 'arm64' })
    const amd = await acceptedDevice(hub, { architecture: 'amd64' })
    const dark = await acceptedDevice(hub)
    const checkedAt = new Date().toISOString()
    const epoch = await open(dark.id)
    const beat = (state: 'no_display' | 'ready' | 'refused') =>
      hub.hub.features.sessionDevices.recordHeartbeat(dark.id, epoch, {
        receivedAt: new Date(),
        health: { measuredAt: checkedAt },
        display: { state, checkedAt },
      })
    beat('no_display')
    await hub.call({
      method: 'POST',
      url: '/api/v1/packages',
      body: { id: 'empty', koreanName: '빈', fileName: 'a', copyrightHolder: 'b' },
    })
    await hub.call({
      method: 'POST',
      url: '/api/v1/packages/empty/versions',
      body: { version: '1', profile: PROFILE },
    })
    const past = '2020-01-01T00:00:00Z'
    const cases: readonly [wish: object, code: string][] = [
      [{ packageId: 'nothing', version, deviceIds: [amd.id] }, 'HUB_PACKAGE_NOT_FOUND'],
      [{ packageId, version: '9', deviceIds: [amd.id] }, 'HUB_VERSION_NOT_FOUND'],
      [{ packageId: 'empty', version: '1', deviceIds: [amd.id] }, 'HUB_VERSION_NOT_READY'],
      [{ packageId, version, deviceIds: ['dev-aaaaaaaaaaaaaaaa'] }, 'HUB_DEVICE_NOT_FOUND'],
      [{ packageId, version, deviceIds: [pending] }, 'HUB_DEVICE_NOT_ACCEPTED'],
      [{ packageId, version, deviceIds: [amd.id, arm.id] }, 'HUB_ARCHITECTURE_MISMATCH'],
      [{ packageId, version, deviceIds: [dark.id] }, 'HUB_DEVICE_WITHOUT_DISPLAY'],
      [{ packageId, version, deviceIds: [amd.id], notAfter: past }, 'HUB_EXPIRED'],
      [{ packageId, version, deviceIds: [] }, 'HUB_INVALID_REQUEST'],
      [{ packageId, version, deviceIds: [amd.id, amd.id] }, 'HUB_INVALID_REQUEST'],
    ]
    for (const [wish, code] of cases) assert.equal((await deploy(wish)).code, code, JSON.stringify(wish))
    for (const id of [amd.id, arm.id, dark.id]) assert.equal((await stateOf(id)).generation, 0)
    const foreseen = await hub.call<DeploymentForecast>({
      method: 'POST',
      url: `${DEPLOYMENTS}/forecast`,
      body: { packageId, version, deviceIds: [dark.id, arm.id, amd.id, 'dev-aaaaaaaaaaaaaaaa'] },
    })
    assert.equal(foreseen.status, 200)
    assert.deepEqual(
      foreseen.body.devices.map(({ obstacles }) => obstacles.map(({ code }) => code)),
      [['HUB_DEVICE_WITHOUT_DISPLAY'], ['HUB_ARCHITECTURE_MISMATCH'], [], ['HUB_DEVICE_NOT_FOUND']],
    )
    assert.ok(foreseen.body.devices[0]?.basedOn)
    const waiting = await deploy({ packageId, version, deviceIds: [dark.id], ifNoDisplay: 'wait' })
    assert.equal(waiting.status, 201)
    assert.equal((await stateOf(dark.id)).launches.length, 1)
    beat('refused')
    assert.equal((await deploy({ packageId, version, deviceIds: [dark.id] })).status, 201)
    assert.equal((await deploy({ packageId, version, deviceIds: [amd.id] })).status, 201)
  })

  test('wishes that meet on one device each get a generation of their own', async () => {
    const device = await acceptedDevice(hub)
    const { packageId, version } = await readyVersion(hub)
    const wishes = Array.from({ length: 12 }, () =>
      deploy({ packageId, version, replaces: 'nothing', deviceIds: [device.id] }),
    )
    const made = await Promise.all(wishes)
    assert.deepEqual(
      made.map(({ status: code }) => code),
      made.map(() => 201),
    )
    const state = await stateOf(device.id)
    assert.equal(state.generation, 12)
    assert.deepEqual(
      state.launches.map(({ launchId }) => launchId).sort(),
      made.map(({ body }) => body.launchIds[0]).sort(),
    )
    const generations = (await launchesOf(`deviceId=${device.id}`)).map((launch) => launch.desiredGeneration)
    assert.deepEqual(
      generations.sort((a, b) => a - b),
      Array.from({ length: 12 }, (_, index) => index + 1),
    )
  })

  test('many devices get their wishes together', async () => {
    const devices = await Promise.all(Array.from({ length: 9 }, () => acceptedDevice(hub)))
    const { packageId, version } = await readyVersion(hub)
    const { body } = await deploy({ packageId, version, deviceIds: devices.map(({ id }) => id) })
    assert.equal(body.launchIds.length, 9)
    for (const [index, { id }] of devices.entries()) {
      const { generation, launches } = await stateOf(id)
      assert.deepEqual([generation, launches[0]?.launchId], [1, body.launchIds[index]])
    }
    const page = await hub.call<{ items: Launch[]; total: number }>({
      url: `${DEPLOYMENTS}/${body.id}/launches?total=true&limit=4`,
    })
    assert.deepEqual([page.body.items.length, page.body.total], [4, 9])
    const stopped = await hub.call<Deployment>({
      method: 'POST',
      url: `${DEPLOYMENTS}/${body.id}/stop`,
      body: {},
    })
    assert.equal(stopped.body.state, 'stopped')
    for (const { id } of devices) assert.deepEqual((await stateOf(id)).launches, [])
  })

  test('reports count in their order; older ones and those of others change nothing', async () => {
    const { device, launchId } = await deployed()
    const other = await deployed()
    const { sessionLaunches, sessionDevices } = hub.hub.features
    const epoch = await open(device.id)
    await sessionLaunches.recordReport(device.id, epoch, report(5, 1, [status(launchId, 'running')]))
    const phase = async () => (await launchOf(launchId)).status?.phase
    assert.equal(await phase(), 'running')
    const launch = await launchOf(launchId)
    assert.deepEqual([launch.freshness, launch.reportedGeneration], ['live', 1])
    await sessionLaunches.recordReport(device.id, epoch, report(5, 1, [status(launchId, 'failed')]))
    await sessionLaunches.recordReport(device.id, epoch, report(4, 1, [status(launchId, 'failed')]))
    assert.equal(await phase(), 'running')
    // A device that reports a launch of another one is not believed.
    await sessionLaunches.recordReport(
      device.id,
      epoch,
      report(6, 1, [status(launchId, 'running'), status(other.launchId, 'failed')]),
    )
    assert.equal((await launchOf(other.launchId)).status, undefined)
    const later = await open(device.id)
    assert.equal((await launchOf(launchId)).freshness, 'stale')
    await sessionLaunches.recordReport(device.id, later, report(1, 1, [status(launchId, 'waiting')]))
    await sessionLaunches.recordReport(device.id, epoch, report(99, 1, [status(launchId, 'failed')]))
    assert.equal(await phase(), 'waiting')
    await sessionDevices.closeSession(device.id, later)
    assert.equal((await launchOf(launchId)).freshness, 'stale')
  })

  test('parameters and fields nobody knows are not stored', async () => {
    const { device, launchId } = await deployed()
    const epoch = await open(device.id)
    const parameters = { number: 0, $where: 'x', 'a.b': 'y' }
    const reason = { code: 'AGENT_DISPLAY_SILENT', parameters, quote: 'said' }
    const odd = { ...status(launchId, 'waiting'), reason, $set: { wanted: 'stopped' } }
    await hub.hub.features.sessionLaunches.recordReport(device.id, epoch, report(1, 1, [odd]))
    const { status: stored, wanted } = await launchOf(launchId)
    assert.deepEqual(stored?.reason, { ...reason, parameters: { number: 0 } })
    assert.deepEqual([wanted, Object.keys(stored ?? {}).includes('$set')], ['running', false])
  })

  test('a stopped wish ends in a stopped launch once the device has answered', async () => {
    const { device, deployment, launchId, packageId } = await deployed()
    const { sessionLaunches } = hub.hub.features
    const epoch = await open(device.id)
    await sessionLaunches.recordReport(device.id, epoch, report(1, 1, [status(launchId, 'running')]))
    const inUse = await hub.call({
      method: 'DELETE',
      url: `/api/v1/packages/${packageId}`,
      headers: { 'if-match': '*' },
    })
    assert.equal(inUse.code, 'HUB_PACKAGE_IN_USE')
    const stop = () =>
      hub.call<Deployment>({ method: 'POST', url: `${DEPLOYMENTS}/${deployment.id}/stop`, body: {} })
    assert.deepEqual([(await stop()).body.revision, (await stop()).body.revision], [2, 2])
    assert.deepEqual(await stateOf(device.id), { type: 'desired-state', generation: 2, launches: [] })
    assert.deepEqual(
      [(await launchOf(launchId)).wanted, (await launchOf(launchId)).status?.phase],
      ['stopped', 'running'],
    )
    await sessionLaunches.recordReport(device.id, epoch, report(2, 2, []))
    assert.equal((await launchOf(launchId)).status?.phase, 'stopped')
    assert.equal(
      (
        await hub.call({
          method: 'DELETE',
          url: `/api/v1/packages/${packageId}`,
          headers: { 'if-match': '*' },
        })
      ).status,
      204,
    )
  })

  test('a refused desired state shows as the reason of its launches', async () => {
    const { device, launchId } = await deployed()
    const reason = { code: 'AGENT_POLICY_FORBIDS', parameters: { what: 'host network' } }
    await hub.hub.features.sessionLaunches.recordAck(device.id, {
      type: 'desired-state-ack',
      generation: 1,
      outcome: 'refused',
      acceptedGeneration: 0,
      reason,
    })
    const { status: shown } = await launchOf(launchId)
    assert.deepEqual([shown?.phase, shown?.reason], ['failed', reason])
  })

  test('a device fetches the archives it is to run, as long as it is accepted', async () => {
    const { device, packageId, version } = await deployed()
    const { createDeviceTokens } = await import('../../../packages/hub/src/identity/device-token.ts')
    const { systemClock } = await import('@bongsu/foundation')
    const { token } = createDeviceTokens(hub.hub.identity.secretFor('device-token'), systemClock).issue(
      device.id,
      1,
    )
    const fetchArchive = (id: string) =>
      hub.call({ url: `/api/v1/packages/${id}/versions/${version}/archive`, token })
    assert.equal((await fetchArchive(packageId)).status, 200)
    const foreign = await readyVersion(hub)
    assert.equal((await fetchArchive(foreign.packageId)).code, 'HUB_FORBIDDEN')
    await hub.call({ method: 'POST', url: `/api/v1/devices/${device.id}/revoke`, body: {} })
    assert.equal((await fetchArchive(packageId)).code, 'HUB_FORBIDDEN')
  })

  test('what became of a launch is kept step by step, each told once, also to a hub that began anew', async () => {
    const { device, launchId, deployment } = await deployed()
    const timeline = async () =>
      (await hub.call<LaunchTimeline>({ url: `/api/v1/launches/${launchId}/timeline` })).body
    const stepsOf = ({ entries }: LaunchTimeline) => entries.map(({ step }) => step)
    assert.deepEqual(stepsOf(await timeline()), ['wished'])
    assert.equal((await timeline()).freshness, 'none')
    const { sessionLaunches } = hub.hub.features
    const epoch = await open(device.id)
    const at = new Date().toISOString()
    const reason = { code: 'AGENT_NO_DISPLAY' }
    const told: Partial<LaunchStatus>[] = [
      { phase: 'waiting', reason, nextAttemptAt: at },
      { phase: 'fetching', progress: 0.1 },
      { phase: 'fetching', progress: 0.7 },
      { phase: 'starting' },
      { phase: 'running' },
      { phase: 'running', picture: { verdict: 'visible', checkedAt: at } },
      { phase: 'running', picture: { verdict: 'visible', checkedAt: new Date().toISOString() } },
    ]
    for (const [index, part] of told.entries()) {
      const one = { ...status(launchId, 'queued'), ...part }
      await sessionLaunches.recordReport(device.id, epoch, report(index + 1, 1, [one]))
    }
    const expected = ['wished', 'waiting', 'fetching', 'starting', 'running', 'visible']
    const known = await timeline()
    assert.deepEqual(stepsOf(known), expected)
    assert.deepEqual(known.entries[1]?.reason, reason)
    assert.equal(known.entries.at(-1)?.at, at)

    // Another session says the same once more, to a hub that remembers nothing.
    const again = await open(device.id)
    sessionLaunches.forget(device.id)
    const shown = { ...status(launchId, 'running'), picture: { verdict: 'visible', checkedAt: at } } as const
    await sessionLaunches.recordReport(device.id, again, report(1, 1, [shown]))
    assert.deepEqual(stepsOf(await timeline()), expected)
    await hub.call({ method: 'POST', url: `${DEPLOYMENTS}/${deployment.id}/stop`, body: {} })
    await sessionLaunches.recordReport(device.id, again, report(2, 2, []))
    assert.deepEqual(stepsOf(await timeline()), [...expected, 'stopped'])

    // A program that starts again and again leaves the newest of it.
    for (let restarts = 1; restarts <= 70; restarts += 1) {
      const one = { ...status(launchId, 'running'), restarts }
      await sessionLaunches.recordReport(device.id, again, report(restarts + 2, 2, [one]))
    }
    const { entries } = await timeline()
    assert.deepEqual([entries.length, entries[0]?.step], [65, 'wished'])
    assert.equal(
      (await hub.call({ url: '/api/v1/launches/lau-zzzzzzzzzzzzzzzz/timeline' })).code,
      'HUB_LAUNCH_NOT_FOUND',
    )
  })
})
