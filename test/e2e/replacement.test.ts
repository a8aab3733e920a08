// A newer version takes the place of the one on the screen: never none of the two, and a bad one goes by itself.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Deployment, Launch } from '@bongsu/protocol'
import { ensureRegistered, type SamplePackage } from '@bongsu/trial'
import type Docker from 'dockerode'
import { machineEngine } from '../infra/docker-engine.ts'
import { suiteCleanup } from '../infra/suite-cleanup.ts'
import { waitFor } from '../infra/wait-for.ts'
import { startXServer } from '../infra/x-server.ts'
import { xPackage } from '../support/image-archive.ts'
import { type Stack, startStack } from '../support/stack.ts'

describe('a newer version', () => {
  const cleanup = suiteCleanup()
  let stack: Stack
  let docker: Docker
  let agentOptions: Parameters<Stack['startAgent']>[0]
  let first: SamplePackage

  before(async () => {
    docker = await machineEngine()
    const x = await startXServer(cleanup)
    stack = await startStack(cleanup)
    agentOptions = { display: x.trialDisplay, config: { trial: { end_launches_on_exit: false } } }
    await stack.startAgent(agentOptions)
    await stack.waitForDevice((device) => device.display?.state === 'ready', 'its display is known')
    first = await xPackage('replaced', ['xclock', '-update', '1'])
  })
  after(() => cleanup.run())

  const versionOf = async (command: readonly string[]): Promise<string> => {
    const made = await xPackage(`replaced-${command.join('-')}`, command)
    return ensureRegistered(stack.hub, { ...made, registration: first.registration }, stack.publisher)
  }
  const deploy = async (version: string): Promise<string> => {
    const { launchIds } = await stack.hub.post<Deployment>('/api/v1/deployments', {
      packageId: first.registration.id,
      version,
      deviceIds: [await stack.deviceId()],
    })
    return launchIds[0] ?? ''
  }
  const launchOf = (id: string) => stack.hub.get<Launch>(`/api/v1/launches/${id}`)
  const visible = (id: string) =>
    stack.waitForLaunch(id, ({ status }) => status?.picture?.verdict === 'visible', 'it is visible')

  /** What the engine told of our launches, in order: `start lau-…`, `die lau-…`. */
  async function watchEngine(ids: () => readonly string[]) {
    const seen: { what: string; launchId: string }[] = []
    const events = await docker.getEvents({ filters: { type: ['container'], event: ['start', 'die'] } })
    let rest = ''
    events.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines.filter(Boolean)) {
        const event = JSON.parse(line) as { Action: string; Actor: { Attributes: Record<string, string> } }
        const launchId = Object.values(event.Actor.Attributes).find((value) => ids().includes(value))
        if (launchId !== undefined) seen.push({ what: event.Action, launchId })
      }
    })
    cleanup.after(() => void (events as unknown as { destroy(): void }).destroy())
    return seen
  }

  test('shows only after it is on the device, made and ready; then the old one is gone for good', async () => {
    const ids: string[] = []
    const seen = await watchEngine(() => ids)
    const old = await deploy(await ensureRegistered(stack.hub, first, stack.publisher))
    ids.push(old)
    await visible(old)
    const next = await deploy(await versionOf(['xclock', '-update', '2']))
    ids.push(next)
    assert.equal((await launchOf(next)).replaces, old)
    await visible(next)
    const settled = await waitFor(() => launchOf(old), {
      what: 'the old one is replaced',
      until: ({ replacedBy, status }) => replacedBy === next && status?.phase === 'stopped',
      timeoutMs: 60_000,
    })
    assert.equal(settled.wanted, 'stopped')
    const order = seen.map(({ what, launchId }) => `${what} ${launchId === old ? 'old' : 'new'}`)
    assert.deepEqual(order, ['start old', 'die old', 'start new'])
    assert.equal((await launchOf(next)).status?.restarts, 0, 'settling restarts nothing')
  })

  test('that cannot run gives its place back by itself, and says why', async () => {
    const [running] = (
      await stack.hub.get<{ items: Launch[] }>(`/api/v1/launches?deviceId=${await stack.deviceId()}`)
    ).items
    const before = running?.id ?? ''
    const bad = await deploy(await versionOf(['sh', '-c', 'echo broken >&2; exit 3']))
    const given = await waitFor(() => launchOf(bad), {
      what: 'the bad one is given up',
      until: ({ rolledBack }) => rolledBack === true,
      timeoutMs: 90_000,
    })
    assert.equal(given.status?.phase, 'failed')
    assert.ok(given.status?.reason)
    await stack.waitForLaunch(
      before,
      ({ status, wanted }) =>
        wanted === 'running' && status?.phase === 'running' && status.picture?.verdict === 'visible',
      'the version before is visible again',
    )
  })

  test('that fails while the hub is away gives its place back too', async () => {
    const items = (await stack.hub.get<{ items: Launch[] }>('/api/v1/launches?limit=200')).items
    const before = items.find(({ wanted }) => wanted === 'running')
    assert.ok(before)
    const version = await versionOf(['sh', '-c', 'sleep 3; exit 4'])
    const bad = await deploy(version)
    await stack.waitForLaunch(bad, ({ status }) => status?.phase === 'running', 'it runs for a moment')
    await stack.running.hub.stop()
    // The device decides alone.
    await waitFor(
      async () => {
        const running = await docker.listContainers({ filters: { status: ['running'] } })
        return running.some(({ Labels }) => Object.values(Labels).includes(before.id))
      },
      { what: 'the version before runs again', until: Boolean, timeoutMs: 90_000 },
    )
    await stack.startHub()
    await waitFor(() => launchOf(bad), {
      what: 'the hub learns of it',
      until: ({ rolledBack }) => rolledBack === true,
      timeoutMs: 90_000,
    })
  })

  for (const moment of ['die old', 'start new'] as const) {
    test(`is there in the end though the agent is killed in the middle of the switch (${moment})`, async () => {
      const items = (await stack.hub.get<{ items: Launch[] }>('/api/v1/launches?limit=200')).items
      const old = items.find(({ wanted }) => wanted === 'running')?.id ?? ''
      await visible(old)
      const ids = [old]
      const seen = await watchEngine(() => ids)
      const next = await deploy(await versionOf(['xclock', '-update', moment === 'die old' ? '3' : '4']))
      ids.push(next)
      await waitFor(() => seen.map(({ what, launchId }) => `${what} ${launchId === old ? 'old' : 'new'}`), {
        what: moment,
        until: (steps) => steps.includes(moment),
        intervalMs: 5,
        timeoutMs: 60_000,
      })
      await stack.running.agent?.kill()
      await stack.startAgent(agentOptions)
      await visible(next)
      await waitFor(() => launchOf(old), {
        what: 'the old one is replaced',
        until: ({ replacedBy }) => replacedBy === next,
        timeoutMs: 60_000,
      })
      const starts = seen.filter(({ what, launchId }) => what === 'start' && launchId === next)
      assert.equal(starts.length, 1, 'a program that runs is adopted, not started again')
    })
  }
})
