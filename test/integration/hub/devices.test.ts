// Devices: entered and observed values, search, pages, revisions, approval, removal, stills.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Device, Problem } from '@bongsu/protocol'
import { startDatabase } from '../../infra/database.ts'
import { startTestHub, type TestHub } from './hub-fixture.ts'
import { acceptedDevice, readyVersion } from './registered.ts'
import { suiteCleanup } from './suite-cleanup.ts'

interface Page {
  items: Device[]
  nextCursor?: string
  total?: number
}

const DEVICES = '/api/v1/devices'

describe('devices', () => {
  let hub: TestHub
  const cleanup = suiteCleanup()
  const register = async (body: object) =>
    (await hub.call<Device>({ method: 'POST', url: DEVICES, body })).body
  const list = async (query: string) => (await hub.call<Page>({ url: `${DEVICES}?${query}` })).body

  before(async () => {
    hub = await startTestHub(cleanup, await startDatabase(cleanup))
  })

  test('what was entered is kept, normalised and found by any part of it', async () => {
    const entry = {
      // Decomposed, as macOS sends Hangul.
      name: '  정문 카메라 '.normalize('NFD'),
      ipAddress: '192.0.2.17',
      port: 7481,
      location: { address: '서울특별시 중구 세종대로 110', latitude: 37.5663, longitude: 126.9779 },
      description: '3층 (로비) [동쪽]\n점검 대상',
    }
    const device = await register(entry)
    assert.equal(device.name, '정문 카메라')
    assert.equal(device.location?.source, 'operator')
    assert.equal(device.connection.state, 'never')
    assert.equal(device.approval, 'accepted')
    for (const text of [
      '문 카',
      '문 카'.normalize('NFD'),
      '세종대로',
      '192.0.2',
      '(로비) [',
      device.id,
      device.id.toUpperCase(),
    ]) {
      const { items } = await list(`q=${encodeURIComponent(text)}`)
      assert.deepEqual(
        items.map(({ id }) => id),
        [device.id],
        text,
      )
    }
    assert.deepEqual((await list(`q=${encodeURIComponent('없는 것')}`)).items, [])
    assert.deepEqual((await list('q=.*')).items, [])
  })

  test('devices are chosen by site and labels, whole, together', async () => {
    const gate = await register({
      name: '대관령 문',
      site: '대관령 3공구',
      labels: { role: 'gate', 'floor.no': '2' },
    })
    const mast = await register({ name: '대관령 탑', site: '대관령 3공구', labels: { role: 'mast' } })
    const other = await register({ name: '강릉 문', site: '강릉', labels: { role: 'gate' } })
    const idsOf = async (query: Record<string, string>) =>
      (await list(new URLSearchParams(query).toString())).items.map(({ id }) => id).toSorted()
    const ids = (...devices: Device[]) => devices.map(({ id }) => id).toSorted()
    assert.deepEqual(gate.labels, { role: 'gate', 'floor.no': '2' })
    assert.deepEqual(await idsOf({ site: '대관령 3공구' }), ids(gate, mast))
    assert.deepEqual(await idsOf({ site: '대관령 3공구'.normalize('NFD') }), ids(gate, mast))
    assert.deepEqual(await idsOf({ site: '대관령' }), [], 'a part of a name is another site')
    assert.deepEqual(await idsOf({ label: 'role=gate' }), ids(gate, other))
    assert.deepEqual(await idsOf({ label: 'role=gate', site: '강릉' }), ids(other))
    assert.deepEqual(
      (await list('label=role%3Dgate&label=floor.no%3D2')).items.map(({ id }) => id),
      [gate.id],
    )
    assert.deepEqual(await idsOf({ q: 'role=mast' }), ids(mast))
    assert.deepEqual(await idsOf({ q: '대관령 3' }), ids(gate, mast))
    const sites = await hub.call<{ items: { site: string; devices: number }[] }>({ url: '/api/v1/sites' })
    assert.deepEqual(sites.body.items, [
      { site: '강릉', devices: 1 },
      { site: '대관령 3공구', devices: 2 },
    ])
    await hub.call({
      method: 'PATCH',
      url: `${DEVICES}/${mast.id}`,
      body: { name: '대관령 탑', site: '강릉' },
      headers: { 'if-match': '"1"' },
    })
    assert.deepEqual(await idsOf({ site: '강릉' }), ids(mast, other))
    assert.deepEqual(await idsOf({ label: 'role=mast' }), [])
  })

  test('labels that Kubernetes would not take are refused', async () => {
    for (const labels of [
      { 역할: 'gate' },
      { role: '문' },
      { '-role': 'gate' },
      { role: 'a'.repeat(64) },
      { '': 'x' },
    ]) {
      const { status, body } = await hub.call<Problem>({
        method: 'POST',
        url: DEVICES,
        body: { name: 'x', labels },
      })
      assert.deepEqual([status, body.code], [400, 'HUB_INVALID_REQUEST'], JSON.stringify(labels))
    }
  })

  test('pages follow each other without gap or repetition, whatever is added meanwhile', async () => {
    for (let index = 0; index < 7; index += 1) await register({ name: `paged ${index}` })
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page: Page = await list(`q=paged&limit=3&total=true${cursor ? `&cursor=${cursor}` : ''}`)
      assert.ok((page.total ?? 0) >= 7)
      seen.push(...page.items.map(({ name }) => name))
      cursor = page.nextCursor
      await register({ name: `paged later ${seen.length}` })
    } while (cursor)
    assert.deepEqual(
      seen,
      [6, 5, 4, 3, 2, 1, 0].map((index) => `paged ${index}`),
    )
  })

  test('a change needs the revision it was made from', async () => {
    const device = await register({ name: 'before' })
    const url = `${DEVICES}/${device.id}`
    const change = (headers: Record<string, string>, name = 'after') =>
      hub.call<Device>({ method: 'PATCH', url, body: { name }, headers })
    assert.equal((await hub.call({ url })).headers.etag, '"1"')
    assert.deepEqual(await change({}).then(({ status, code }) => [status, code]), [
      428,
      'HUB_PRECONDITION_REQUIRED',
    ])
    const stale = await hub.call<Problem>({
      method: 'PATCH',
      url,
      body: { name: 'x' },
      headers: { 'if-match': '"7"' },
    })
    assert.deepEqual([stale.status, stale.code], [412, 'HUB_PRECONDITION_FAILED'])
    assert.deepEqual(stale.body.suggestion, { revision: 1 })
    for (const odd of ['W/"1"', '1', '"one"', '"1", "2"'])
      assert.equal((await change({ 'if-match': odd })).status, 412)
    const changed = await change({ 'if-match': '"1"' })
    assert.deepEqual([changed.status, changed.body.name, changed.headers.etag], [200, 'after', '"2"'])
    // Of many who read the same revision, one changes it.
    const race = await Promise.all(
      Array.from({ length: 8 }, (_, n) => change({ 'if-match': '"2"' }, `racer ${n}`)),
    )
    assert.equal(race.filter(({ status }) => status === 200).length, 1)
    assert.equal(race.filter(({ status }) => status === 412).length, 7)
  })

  test('a field left out of a change is no entry any more', async () => {
    const device = await register({ name: 'named', description: 'gone soon' })
    const url = `${DEVICES}/${device.id}`
    const { body } = await hub.call<Device>({ method: 'PATCH', url, body: {}, headers: { 'if-match': '*' } })
    assert.deepEqual(body.entered, {})
    assert.equal(body.name, device.id)
    assert.equal(body.description, undefined)
  })

  test('approval goes to the session at once, and removal waits for the wishes to end', async () => {
    const device = await acceptedDevice(hub)
    const { packageId, version } = await readyVersion(hub)
    assert.equal(device.approval, 'accepted')
    const wish = { packageId, version, deviceIds: [device.id] }
    const made = await hub.call<{ id: string }>({ method: 'POST', url: '/api/v1/deployments', body: wish })
    assert.equal(made.status, 201)
    const remove = () =>
      hub.call({ method: 'DELETE', url: `${DEVICES}/${device.id}`, headers: { 'if-match': '*' } })
    assert.equal((await remove()).code, 'HUB_DEVICE_IN_USE')
    await hub.call({ method: 'POST', url: `/api/v1/deployments/${made.body.id}/stop`, body: {} })
    const revoked = await hub.call<Device>({
      method: 'POST',
      url: `${DEVICES}/${device.id}/revoke`,
      body: {},
    })
    assert.equal(revoked.body.approval, 'revoked')
    assert.deepEqual(hub.sessions.approvals.at(-1), [device.id, 'revoked'])
    assert.equal((await remove()).status, 204)
    assert.equal((await hub.call({ url: `${DEVICES}/${device.id}` })).code, 'HUB_DEVICE_NOT_FOUND')
  })

  test('sessions take durable epochs; an older close changes nothing; facts and beats show', async () => {
    const { id } = await acceptedDevice(hub)
    const { sessionDevices } = hub.hub.features
    const opening = {
      agentVersion: '0.1.0',
      hostname: '미니피씨',
      ipAddress: '198.51.100.7',
      localApiPort: 7481,
      acceptedGeneration: 0,
    }
    const first = await sessionDevices.openSession(id, opening)
    const second = await sessionDevices.openSession(id, opening)
    assert.deepEqual([first.epoch, second.epoch], [1, 2])
    await sessionDevices.closeSession(id, first.epoch)
    const get = async () => (await hub.call<Device>({ url: `${DEVICES}/${id}` })).body
    assert.equal((await get()).connection.state, 'online')
    const health = { measuredAt: new Date().toISOString(), cpuUsedRatio: 0.5 }
    const display = { state: 'ready' as const, number: 0, checkedAt: health.measuredAt }
    const nowhere = { latitude: 0, longitude: 0, source: 'gpsd' as const, measuredAt: health.measuredAt }
    sessionDevices.recordHeartbeat(id, 2, { receivedAt: new Date(), health, display, location: nowhere })
    sessionDevices.recordHeartbeat(id, 1, { receivedAt: new Date(), health: { ...health, cpuUsedRatio: 1 } })
    await sessionDevices.recordFacts(id, { architecture: 'amd64' }, health.measuredAt)
    const device = await get()
    assert.equal(device.health?.cpuUsedRatio, 0.5)
    assert.equal(device.display?.state, 'ready')
    assert.equal(device.location, undefined)
    assert.deepEqual(
      [device.name, device.ipAddress, device.port, device.observed?.facts?.architecture],
      ['미니피씨', '198.51.100.7', 7481, 'amd64'],
    )
    assert.equal((await list(`q=${encodeURIComponent('미니')}`)).items[0]?.id, id)
    await sessionDevices.closeSession(id, 2)
    assert.equal((await get()).connection.state, 'offline')
  })

  test('a still is taken when asked, kept with its time, and never passed off as newer', async () => {
    const { id } = await acceptedDevice(hub)
    const url = `${DEVICES}/${id}/screenshot`
    assert.equal((await hub.call({ url })).code, 'HUB_DEVICE_OFFLINE')
    hub.sessions.online.add(id)
    // Not by two requests: the second may come when the first has been answered.
    const { stills } = hub.hub.features
    const wish = { deviceId: id, maxAgeMs: 0 }
    const [first, second] = await Promise.all([stills.get(wish), stills.get(wish)])
    assert.equal(hub.sessions.screenshots, 1, 'two who ask at once get one capture')
    assert.deepEqual(first, second)
    const one = await hub.call({ url })
    assert.deepEqual(one.bytes, Buffer.from(hub.sessions.png))
    assert.equal(one.headers['content-type'], 'image/png')
    hub.sessions.online.delete(id)
    const kept = await hub.call({ url: `${url}?maxAgeSeconds=3600` })
    assert.equal(kept.headers['bongsu-captured-at'], one.headers['bongsu-captured-at'])
    assert.equal((await hub.call({ url: `${url}?maxAgeSeconds=0` })).code, 'HUB_DEVICE_OFFLINE')
    assert.equal(
      (await hub.call({ url: `${url}?launchId=lau-aaaaaaaaaaaaaaaa` })).code,
      'HUB_LAUNCH_NOT_FOUND',
    )
  })
})
