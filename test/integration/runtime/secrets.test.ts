// Secrets of launches on a real engine: files in memory that the program alone reads, and no trace of them elsewhere.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { DesiredLaunch } from '@bongsu/protocol'
import type Docker from 'dockerode'
import { isInMemory } from '../../../packages/agent/src/secrets/secrets-folder.ts'
import { machineEngine } from '../../infra/docker-engine.ts'
import { suiteCleanup } from '../../infra/suite-cleanup.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { type BusyboxImage, busyboxImage, shell } from './busybox-image.ts'
import { launchOf, RealDevice } from './real-device.ts'

const CANARY = 'canary-c0ffee-4711'
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** Tells what of a secret can be seen, never the secret itself. */
const LOOK = `busybox stat -c '%n %a %u' /run/secrets/* ; busybox sha256sum < /run/secrets/pass; \
(echo x > /run/secrets/more) 2>/dev/null || echo cannot write; echo looked; busybox sleep 600`

describe('secrets of launches', () => {
  const cleanup = suiteCleanup()
  let docker: Docker
  let busybox: BusyboxImage

  before(async () => {
    docker = await machineEngine()
    busybox = busyboxImage(cleanup, docker)
  })
  after(() => cleanup.run())

  const asking = (value: string | undefined): DesiredLaunch => ({
    ...launchOf(busybox.reference, {
      containers: [{ name: 'main', secrets: [{ name: 'camera', file: 'pass' }], ...shell(LOOK) }],
    }),
    ...(value !== undefined && {
      secrets: [{ name: 'camera', revision: value.slice(-3), value: base64(value) }],
    }),
  })
  const started = async () => {
    const device = new RealDevice(cleanup, { archives: new Map([[busybox.imageId, busybox.archive]]) })
    await device.startAgent()
    return device
  }
  const running = (device: RealDevice, { launchId }: DesiredLaunch) =>
    device.until(launchId, 'it runs', ({ phase }) => phase === 'running')
  const saidBy = (device: RealDevice, containerId: string) =>
    waitFor(() => device.runtime().logTail(containerId, { lines: 20, maxBytes: 10_000 }), {
      what: 'the program has looked',
      until: (text) => text?.includes('looked') === true,
    })

  test('the program reads its file, which lies in memory and nowhere else', async () => {
    const device = await started()
    const launch = asking(CANARY)
    await device.want(launch)
    const [container] = (await running(device, launch)).containers
    const containerId = container?.containerId ?? ''
    const said = await saidBy(device, containerId)
    const hash = spawnSync('sha256sum', { input: CANARY }).stdout.toString().slice(0, 64)
    assert.match(said ?? '', /\/run\/secrets\/pass 400 0/)
    assert.ok(said?.includes(hash), said)
    assert.match(said ?? '', /cannot write/)
    const folder = join(device.secretsDir, launch.launchId, 'main')
    assert.ok(isInMemory(folder))
    const inspected = JSON.stringify(await docker.getContainer(containerId).inspect())
    for (const form of [CANARY, base64(CANARY).slice(0, 20)]) {
      assert.ok(!inspected.includes(form), 'inspection')
      assert.equal(spawnSync('grep', ['-rqF', form, device.folder]).status, 1, 'the agent’s folders')
    }
    await device.want()
    await waitFor(() => !existsSync(join(device.secretsDir, launch.launchId)), { what: 'the files are gone' })
  })

  test('a missing one is waited for by name; another value makes the launch anew', async () => {
    const device = await started()
    const waiting = asking(undefined)
    await device.want(waiting)
    const { reason, nextAttemptAt } = await device.until(
      waiting.launchId,
      'it waits',
      ({ phase }) => phase === 'waiting',
    )
    assert.deepEqual(reason, { code: 'AGENT_SECRET_MISSING', parameters: { name: 'camera' } })
    assert.ok(nextAttemptAt)
    const first = { ...waiting, secrets: [{ name: 'camera', revision: '1', value: base64('one') }] }
    await device.want(first)
    const before = (await running(device, first)).containers[0]?.containerId
    await device.want({ ...first, secrets: [{ name: 'camera', revision: '2', value: base64('two') }] })
    const { containers } = await device.until(
      first.launchId,
      'it runs anew',
      ({ phase, containers: [now] }) => phase === 'running' && now?.containerId !== before,
    )
    const said = await saidBy(device, containers[0]?.containerId ?? '')
    assert.ok(said?.includes(spawnSync('sha256sum', { input: 'two' }).stdout.toString().slice(0, 64)))
  })

  test('after a restart of the device, without a hub, the files are laid out anew', async () => {
    const device = await started()
    const launch = asking(CANARY)
    await device.want(launch)
    const [before] = (await running(device, launch)).containers
    await device.stopAgent()
    // What a restart does: containers have ended, memory is empty.
    await docker.getContainer(before?.containerId ?? '').kill()
    rmSync(device.secretsDir, { recursive: true })
    await device.startAgent()
    const { containers } = await device.until(
      launch.launchId,
      'it runs again',
      ({ phase, containers: [now] }) => phase === 'running' && now?.containerId !== before?.containerId,
    )
    const said = await saidBy(device, containers[0]?.containerId ?? '')
    assert.ok(said?.includes(spawnSync('sha256sum', { input: CANARY }).stdout.toString().slice(0, 64)))
  })
})
