// What launches of one deployment are given on devices that differ: overrides by site, label and device, over HTTP.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Deployment, DeploymentForecast, Device, LaunchInputs, LaunchProfile } from '@bongsu/protocol'
import { startDatabase } from '../../infra/database.ts'
import { startTestHub, type TestHub } from './hub-fixture.ts'
import { acceptedDevice, readyVersion } from './registered.ts'
import { suiteCleanup } from './suite-cleanup.ts'

const PROFILE: LaunchProfile = {
  containers: [
    { name: 'main', environment: { MODE: 'day', KEEP: '1' }, ports: [{ containerPort: 80, hostPort: 8080 }] },
  ],
}

describe('inputs of launches', () => {
  let hub: TestHub
  const cleanup = suiteCleanup()

  const deviceAt = async (entry: object): Promise<Device> => {
    const { id } = await acceptedDevice(hub)
    const headers = { 'if-match': '*' }
    const body = { name: '정문', ...entry }
    const { status, body: device } = await hub.call<Device>({
      method: 'PATCH',
      url: `/api/v1/devices/${id}`,
      headers,
      body,
    })
    assert.equal(status, 200)
    return device
  }
  const deploy = (body: object) => hub.call<Deployment>({ method: 'POST', url: '/api/v1/deployments', body })

  before(async () => {
    hub = await startTestHub(cleanup, await startDatabase(cleanup))
  })

  test('each device gets what holds there, and each launch tells where it comes from', async () => {
    const gate = await deviceAt({ site: '대관령', labels: { role: 'gate' } })
    const hall = await deviceAt({ site: '대관령' })
    const { packageId, version } = await readyVersion(hub, { profile: PROFILE })
    const overrides = [
      { environment: { MODE: 'night' } },
      { site: '대관령', environment: { SITE: '1', KEEP: null } },
      { labels: { role: 'gate' }, ports: [{ containerPort: 80, hostPort: 9090 }] },
      { deviceId: hall.id, environment: { MODE: 'hall' } },
    ]
    const wish = { packageId, version, deviceIds: [gate.id, hall.id], overrides }
    const foreseen = await hub.call<DeploymentForecast>({
      method: 'POST',
      url: '/api/v1/deployments/forecast',
      body: wish,
    })
    const made = await deploy(wish)
    assert.equal(made.status, 201)
    assert.deepEqual(made.body.overrides, overrides)
    const inputs = await Promise.all(
      made.body.launchIds.map((id) => hub.call<LaunchInputs>({ url: `/api/v1/launches/${id}/inputs` })),
    )
    assert.deepEqual(
      inputs.map(({ body }) => body),
      foreseen.body.devices.map((device) => device.inputs),
    )
    const toldOf = (index: number) =>
      inputs[index]?.body.environment.map(({ name, value, from }) => `${name}=${value} ${from}`)
    assert.deepEqual(toldOf(0), ['MODE=night everywhere', 'SITE=1 site'])
    assert.deepEqual(toldOf(1), ['MODE=hall device', 'SITE=1 site'])
    const { launches } = await hub.hub.features.sessionLaunches.desiredStateFor(gate.id)
    assert.deepEqual(launches[0]?.profile.containers[0], {
      name: 'main',
      environment: { MODE: 'night', SITE: '1' },
      ports: [{ containerPort: 80, hostPort: 9090 }],
    })
  })

  test('a port that an override moves onto a taken one is foreseen; an unknown container is refused', async () => {
    const device = await deviceAt({})
    const { packageId, version } = await readyVersion(hub, { profile: PROFILE })
    const wish = { packageId, version, deviceIds: [device.id] }
    assert.equal((await deploy(wish)).status, 201)
    const codesOf = async (overrides: object[]) => {
      const body = { ...wish, overrides }
      const url = '/api/v1/deployments/forecast'
      const { body: foreseen } = await hub.call<DeploymentForecast>({ method: 'POST', url, body })
      return foreseen.devices[0]?.obstacles.map(({ code }) => code)
    }
    assert.deepEqual(await codesOf([]), ['HUB_FORECAST_PORT_TAKEN'])
    assert.deepEqual(await codesOf([{ ports: [{ containerPort: 80, hostPort: 8081 }] }]), [])
    const twice = {
      ports: [
        { containerPort: 81, hostPort: 8081 },
        { containerPort: 80, hostPort: 8081 },
      ],
    }
    assert.deepEqual(await codesOf([twice]), ['HUB_FORECAST_PORT_TWICE'])
    const unknown = await deploy({ ...wish, overrides: [{ container: 'none' }] })
    assert.deepEqual([unknown.status, unknown.code], [400, 'HUB_INVALID_REQUEST'])
    assert.equal((await deploy({ ...wish, overrides: [{ environment: { 'A B': '1' } }] })).status, 400)
  })

  test('cameras of the record reach launches that ask for them, with the password, and keep it from deletion', async () => {
    const url = 'rtsp://10.0.0.9/main'
    const entry = { cameras: [{ name: 'gate', kind: 'network', url, user: 'a', secret: 'gate-password' }] }
    await hub.call({ method: 'PUT', url: '/api/v1/secrets/gate-password', body: { value: 'canary' } })
    const device = await deviceAt(entry)
    const profile: LaunchProfile = { containers: [{ name: 'main', cameras: [{ name: 'gate' }] }] }
    const { packageId, version } = await readyVersion(hub, { profile })
    assert.equal((await deploy({ packageId, version, deviceIds: [device.id] })).status, 201)
    const stateOf = () => hub.hub.features.sessionLaunches.desiredStateFor(device.id)
    const before = await stateOf()
    assert.deepEqual(before.launches[0]?.cameras, entry.cameras)
    assert.equal(Buffer.from(before.launches[0]?.secrets?.[0]?.value ?? '', 'base64').toString(), 'canary')
    const refused = await hub.call({ method: 'DELETE', url: '/api/v1/secrets/gate-password' })
    assert.equal(refused.code, 'HUB_SECRET_IN_USE')
    await hub.call({ method: 'PUT', url: '/api/v1/secrets/gate-password', body: { value: 'another' } })
    const after = await stateOf()
    assert.equal(after.generation, before.generation + 1)
    await hub.call({
      method: 'PATCH',
      url: `/api/v1/devices/${device.id}`,
      headers: { 'if-match': '*' },
      body: { name: '정문' },
    })
    const without = await stateOf()
    assert.equal(without.generation, after.generation + 1)
    assert.equal(without.launches[0]?.cameras, undefined)
    const { body } = await hub.call<DeploymentForecast>({
      method: 'POST',
      url: '/api/v1/deployments/forecast',
      body: { packageId, version, deviceIds: [device.id] },
    })
    assert.deepEqual(
      body.devices[0]?.obstacles.map(({ code }) => code),
      ['HUB_FORECAST_CAMERA_NOT_ENTERED'],
    )
  })

  test('an address with a password in it is refused, and what to do instead is said', async () => {
    const { id } = await acceptedDevice(hub)
    const answer = await hub.call<{ remedy: string }>({
      method: 'PATCH',
      url: `/api/v1/devices/${id}`,
      headers: { 'if-match': '*' },
      body: { cameras: [{ name: 'gate', kind: 'network', url: 'rtsp://admin:canary@10.0.0.9/' }] },
    })
    assert.deepEqual([answer.status, answer.code], [400, 'HUB_CAMERA_HAS_CREDENTIALS'])
    assert.match(answer.body.remedy, /secret/)
    assert.ok(!answer.bytes.includes('canary'))
  })
})
