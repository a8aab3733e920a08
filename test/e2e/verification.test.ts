// A version is run once on a device that offers itself, sealed off, before anybody deploys it: what shows gives the
// catalogue its picture, what fails gives its cause, and a hub that dies meanwhile goes on where it was.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Deployment, Device, Launch, Verification } from '@bongsu/protocol'
import { ensureRegistered, readAdminToken, type SamplePackage, trialFiles } from '@bongsu/trial'
import type Docker from 'dockerode'
import { machineEngine } from '../infra/docker-engine.ts'
import { suiteCleanup } from '../infra/suite-cleanup.ts'
import { waitFor } from '../infra/wait-for.ts'
import { startXServer } from '../infra/x-server.ts'
import { xPackage } from '../support/image-archive.ts'
import { readPng } from '../support/png.ts'
import { type Stack, startStack } from '../support/stack.ts'

describe('a smoke run', () => {
  const cleanup = suiteCleanup()
  let stack: Stack
  let engine: Docker

  before(async () => {
    engine = await machineEngine()
    const x = await startXServer(cleanup)
    stack = await startStack(cleanup)
    const policy = join(stack.paths.state, 'policy.toml')
    writeFileSync(policy, 'verifier = true\n', { mode: 0o600 })
    const { agentState, agentRun } = trialFiles(stack.paths)
    await stack.startAgent({
      display: x.trialDisplay,
      config: { paths: { state_dir: agentState, run_dir: agentRun, policy_file: policy } },
    })
    await stack.waitForDevice((device) => device.observed?.facts?.isVerifier === true, 'it offers itself')
    await stack.waitForDevice((device) => device.display?.state === 'ready', 'its display is known')
  })
  after(() => cleanup.run())

  const pathOf = (id: string, version: string) =>
    `/api/v1/packages/${id}/versions/${encodeURIComponent(version)}`
  const registered = async (sample: SamplePackage) =>
    pathOf(sample.registration.id, await ensureRegistered(stack.hub, sample))
  const decided = (path: string, what: string) =>
    waitFor(() => stack.hub.get<Verification>(`${path}/verification`), {
      what,
      until: ({ state }) => state === 'shown' || state === 'failed',
      timeoutMs: 90_000,
    })
  const containersOf = (launchId = '') =>
    engine.listContainers({
      all: true,
      filters: JSON.stringify({ label: [`bongsu.dev/launch=${launchId}`] }),
    })

  test('begins by itself when the image is there, shows the first frame, and leaves nothing running', async () => {
    const sample = await xPackage('smoke-shows', ['xclock', '-update', '1'])
    const path = await registered(sample)
    const { state, launchId, pictureAt } = await decided(path, 'the run of a program that shows')
    assert.equal(state, 'shown')
    assert.ok(pictureAt)
    const answer = await fetch(`${stack.hub.url}${path}/picture`, {
      headers: { authorization: `Bearer ${readAdminToken(stack.paths)}` },
    })
    assert.equal(answer.headers.get('content-type'), 'image/png')
    const picture = readPng(Buffer.from(await answer.arrayBuffer()))
    assert.ok(picture.width > 50 && picture.height > 50)
    await waitFor(() => containersOf(launchId), {
      what: 'its container is gone',
      until: ({ length }) => length === 0,
    })
    const launch = await stack.hub.get<Launch>(`/api/v1/launches/${launchId}`)
    assert.equal(launch.wanted, 'stopped')
  })

  test('says why a program failed, and runs it without a network', async () => {
    const sample = await xPackage('smoke-fails', [
      'sh',
      '-c',
      'test $(ls /sys/class/net) = lo && echo "ImportError: libGL.so.1: cannot open shared object file: No such file or directory" >&2; exit 1',
    ])
    const path = await registered(sample)
    const { state, reason, findings = [], pictureAt } = await decided(path, 'the run of a program that fails')
    assert.equal(state, 'failed')
    assert.equal(pictureAt, undefined)
    assert.match(reason?.code ?? '', /^AGENT_CAUSE_/)
    assert.match(reason?.quote ?? '', /libGL/)
    assert.equal(findings[0]?.code, reason?.code)
  })

  test('is found again by a hub that was killed meanwhile, and runs once', async () => {
    const sample = await xPackage('smoke-survives', ['sh', '-c', 'sleep 3; exec xclock -update 1'])
    const path = await registered(sample)
    await waitFor(() => stack.hub.get<Verification>(`${path}/verification`), {
      what: 'it runs',
      until: ({ launchId }) => launchId !== undefined,
      timeoutMs: 60_000,
    })
    await stack.running.hub.kill()
    await stack.startHub()
    assert.equal((await decided(path, 'the run goes on')).state, 'shown')
    const { items } = await stack.hub.get<{ items: Deployment[] }>('/api/v1/deployments?limit=100')
    assert.equal(items.filter(({ packageId }) => packageId === 'smoke-survives').length, 1)
    const [device] = (await stack.hub.get<{ items: Device[] }>('/api/v1/devices')).items
    assert.equal(device?.connection.state, 'online')
  })
})
