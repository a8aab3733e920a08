// Bad input and broken surroundings: each ends in a coded error with a remedy in both languages, nothing is lost, and the
// agent stays up. Real hub, agent, engine and X server; what breaks an engine uses one of its own.
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { type AiPackage, type Device, explain, type Launch, type Problem } from '@bongsu/protocol'
import { ensureDeployed, ensureRegistered, readAdminToken, trialFiles } from '@bongsu/trial'
import { startPrivateEngine } from '../infra/docker-engine.ts'
import { smallFileSystem } from '../infra/small-file-system.ts'
import { suiteCleanup } from '../infra/suite-cleanup.ts'
import { waitFor } from '../infra/wait-for.ts'
import { startXServer, type XServer } from '../infra/x-server.ts'
import { tinyImageArchive, xPackage } from '../support/image-archive.ts'
import { NO_DISPLAY, type Stack, startStack } from '../support/stack.ts'

const UNKNOWN = 'dev-aaaaaaaaaaaaaaaa'
const isOnline = (device: Device) => device.connection.state === 'online'
const knowsDisplay = (device: Device) =>
  isOnline(device) && (device.display?.state ?? 'unknown') !== 'unknown'

describe('bad input', () => {
  const cleanup = suiteCleanup()
  let stack: Stack
  let x: XServer
  let token: string

  const ask = async (path: string, init: RequestInit & { language?: string } = {}) => {
    const { language = 'en', ...request } = init
    const answer = await fetch(`${stack.hub.url}${path}`, {
      ...request,
      headers: {
        authorization: `Bearer ${token}`,
        'accept-language': language,
        ...(init.method === 'POST' && {
          'content-type': 'application/json',
          'idempotency-key': crypto.randomUUID(),
        }),
        ...(init.headers as Record<string, string>),
      },
    })
    return { status: answer.status, problem: (await answer.json()) as Problem }
  }

  /** The same refusal in both languages, each with its remedy. */
  const refusedWith = async (code: string, path: string, init: RequestInit = {}) => {
    const english = await ask(path, init)
    const korean = await ask(path, { ...init, language: 'ko' })
    for (const { problem } of [english, korean]) assert.equal(problem.code, code, JSON.stringify(problem))
    assert.match(korean.problem.title, /[가-힣]/)
    assert.match(korean.problem.remedy, /[가-힣]/)
    assert.doesNotMatch(english.problem.title + english.problem.remedy, /[가-힣]/)
    assert.ok(english.problem.remedy.length > 5)
    assert.equal(english.problem.status, english.status)
    return english
  }

  before(async () => {
    x = await startXServer(cleanup)
    stack = await startStack(cleanup)
    token = readAdminToken(stack.paths)
    await stack.startAgent({ display: x.trialDisplay, config: { trial: { end_launches_on_exit: true } } })
    await stack.waitForDevice(knowsDisplay, 'the device knows its display')
  })
  after(() => cleanup.run())

  test('what is not registered is named, with where to look', async () => {
    await refusedWith('HUB_DEVICE_NOT_FOUND', `/api/v1/devices/${UNKNOWN}`)
    await refusedWith('HUB_DEVICE_NOT_FOUND', `/api/v1/devices/${UNKNOWN}/screenshot`)
    await refusedWith('HUB_PACKAGE_NOT_FOUND', '/api/v1/packages/no-such-package')
    await refusedWith('HUB_NOT_FOUND', '/api/v1/nowhere')
    const wish = { packageId: 'no-such-package', version: '1', deviceIds: [await stack.deviceId()] }
    await refusedWith('HUB_PACKAGE_NOT_FOUND', '/api/v1/deployments', {
      method: 'POST',
      body: JSON.stringify(wish),
    })
  })

  test('a wrong token and no token are refused', async () => {
    const wrong = { headers: { authorization: 'Bearer wrong' } }
    assert.equal((await refusedWith('HUB_UNAUTHENTICATED', '/api/v1/devices', wrong)).status, 401)
  })

  test('an archive that is no image changes nothing, and the right one is taken afterwards', async () => {
    const registration = {
      id: 'damaged',
      koreanName: '손상된 패키지',
      fileName: 'damaged.tar',
      copyrightHolder: '시험',
    }
    await stack.hub.post('/api/v1/packages', registration)
    const profile = { containers: [{ name: 'main' }] }
    await stack.hub.post('/api/v1/packages/damaged/versions', { version: '1', profile })
    const path = '/api/v1/packages/damaged/versions/1/archive'
    const tar = { 'content-type': 'application/x-tar' }
    for (const body of ['not a tar at all', '', 'x'.repeat(100_000)]) {
      await refusedWith('HUB_NOT_AN_IMAGE', path, { method: 'PUT', headers: tar, body })
    }
    await refusedWith('HUB_UNSUPPORTED_MEDIA_TYPE', path, {
      method: 'PUT',
      headers: { 'content-type': 'text/html' },
      body: '<html>',
    })
    const unready = await stack.hub.get<AiPackage>('/api/v1/packages/damaged')
    assert.equal(unready.versions[0]?.state, 'awaiting-archive')
    const wish = { packageId: 'damaged', version: '1', deviceIds: [await stack.deviceId()] }
    await refusedWith('HUB_VERSION_NOT_READY', '/api/v1/deployments', {
      method: 'POST',
      body: JSON.stringify(wish),
    })
    const { archive, imageId } = tinyImageArchive('amd64')
    await stack.hub.putBinary(path, { stream: Readable.from([archive]), contentType: 'application/x-tar' })
    const ready = await stack.hub.get<AiPackage>('/api/v1/packages/damaged')
    assert.equal(ready.versions[0]?.state, 'ready')
    assert.equal(ready.versions[0]?.image?.imageId, imageId)
  })

  test('an image of another architecture is not deployed', async () => {
    await stack.waitForDevice(
      (device) => device.observed?.facts?.architecture !== undefined,
      'facts are known',
    )
    const registration = {
      id: 'foreign',
      koreanName: '다른 구조',
      fileName: 'f.tar',
      copyrightHolder: '시험',
    }
    await stack.hub.post('/api/v1/packages', registration)
    const profile = { containers: [{ name: 'main' }] }
    await stack.hub.post('/api/v1/packages/foreign/versions', { version: '1', profile })
    const { archive } = tinyImageArchive('riscv64')
    const path = '/api/v1/packages/foreign/versions/1/archive'
    await stack.hub.putBinary(path, { stream: Readable.from([archive]), contentType: 'application/x-tar' })
    const wish = { packageId: 'foreign', version: '1', deviceIds: [await stack.deviceId()] }
    const { problem } = await refusedWith('HUB_ARCHITECTURE_MISMATCH', '/api/v1/deployments', {
      method: 'POST',
      body: JSON.stringify(wish),
    })
    assert.match(problem.title, /riscv64/)
  })

  test('a device without a display gets no GUI package', async (t) => {
    const other = await startStack(t)
    await other.startAgent({ display: NO_DISPLAY })
    const device = await other.waitForDevice(knowsDisplay, 'the device knows that it has no display')
    assert.notEqual(device.display?.state, 'ready')
    const version = await ensureRegistered(other.hub, await xPackage('logo', ['xlogo']), other.publisher)
    const wish = { packageId: 'logo', version, deviceIds: [device.id] }
    await assert.rejects(other.hub.post('/api/v1/deployments', wish), {
      hubCode: 'HUB_DEVICE_WITHOUT_DISPLAY',
    })
  })

  test('an X server that dies under a launch is named as the reason, and the agent stays up', async (t) => {
    const version = await ensureRegistered(stack.hub, await xPackage('logo', ['xlogo']), stack.publisher)
    const deviceId = await stack.deviceId()
    const { id } = await ensureDeployed(stack.hub, { packageId: 'logo', version, deviceId })
    const isVisible = (launch: Launch) => launch.status?.picture?.verdict === 'visible'
    await stack.waitForLaunch(id, isVisible, 'the logo is visible')
    await x.kill()
    const waiting = await stack.waitForLaunch(
      id,
      ({ status }) => status?.phase === 'waiting' && /^AGENT_(NO_)?DISPLAY/.test(status.reason?.code ?? ''),
      'the launch waits for the display',
    )
    const reason = waiting.status?.reason
    assert.ok(reason)
    assert.match(explain(reason, 'ko').remedy, /[가-힣]/)
    assert.ok(isOnline(await stack.device()), 'the agent stays up')
    t.diagnostic(`reason: ${reason.code}`)
  })

  test('a stopped Docker is waited for with the reason, and nothing is lost', async (t) => {
    const engine = await startPrivateEngine(t)
    const display = await startXServer(t)
    const other = await startStack(t)
    await other.startAgent({
      display: display.trialDisplay,
      config: { docker: { socket: engine.socketPath }, trial: { end_launches_on_exit: true } },
    })
    const device = await other.waitForDevice(knowsDisplay, 'the device is ready')
    const profile = { display: { required: true }, network: 'none' } as const
    const version = await ensureRegistered(
      other.hub,
      await xPackage('logo', ['xlogo'], profile),
      other.publisher,
    )
    await engine.stop()
    const { id } = await ensureDeployed(other.hub, { packageId: 'logo', version, deviceId: device.id })
    const waiting = await other.waitForLaunch(
      id,
      ({ status }) => status?.reason?.code === 'AGENT_ENGINE_UNREACHABLE',
      'the launch waits for the engine',
    )
    assert.equal(waiting.status?.phase, 'waiting')
    await other.waitForDevice((seen) => seen.health?.engine === 'unreachable', 'the heartbeat says so')
    await engine.start()
    await other.waitForLaunch(
      id,
      ({ status }) => status?.picture?.verdict === 'visible',
      'the launch is visible once the engine is back',
    )
  })

  test('a full disk of the hub refuses the upload and keeps what it has', async (t) => {
    const undo = suiteCleanup()
    t.after(() => undo.run())
    const other = await startStack(undo, {
      prepare: (paths) => smallFileSystem(undo, trialFiles(paths).hubData, 100 * 1024 * 1024),
    })
    const sample = await xPackage('logo', ['xlogo'])
    await assert.rejects(ensureRegistered(other.hub, sample, other.publisher), {
      hubCode: 'HUB_STORAGE_FULL',
    })
    const kept = await other.hub.get<AiPackage>('/api/v1/packages/logo')
    assert.equal(kept.versions[0]?.state, 'awaiting-archive')
    const answer = await fetch(`${other.hub.url}/readyz`)
    assert.equal(answer.status, 200)
  })

  test('a full disk of the device is waited for with the numbers', async (t) => {
    const undo = suiteCleanup()
    t.after(() => undo.run())
    const engine = await startPrivateEngine(undo)
    const display = await startXServer(undo)
    const other = await startStack(undo, {
      prepare: (paths) => smallFileSystem(undo, trialFiles(paths).agentState, 4 * 1024 * 1024),
    })
    await other.startAgent({
      display: display.trialDisplay,
      config: { docker: { socket: engine.socketPath }, trial: { end_launches_on_exit: true } },
    })
    const device = await other.waitForDevice(knowsDisplay, 'the device is ready')
    const version = await ensureRegistered(other.hub, await xPackage('logo', ['xlogo']), other.publisher)
    const { id } = await ensureDeployed(other.hub, { packageId: 'logo', version, deviceId: device.id })
    const waiting = await other.waitForLaunch(
      id,
      ({ status }) => status?.reason?.code === 'AGENT_DISK_FULL',
      'the launch waits for room',
    )
    assert.ok(Number(waiting.status?.reason?.parameters?.neededBytes) > 4 * 1024 * 1024)
    assert.ok(waiting.status?.nextAttemptAt)
    await waitFor(async () => isOnline(await other.device()), { what: 'the agent stays up' })
  })
})
