import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CodedError } from '@bongsu/foundation'
import { createMemoryEngine } from '../runtime/memory-runtime.ts'
import { createWorld, desiredOf, engineGone, FakeDisplay, launchOf } from './reconciler.fixture.ts'

const timeout = 10_000

test('brings a wanted launch to running, with its picture, and answers when that is durable', {
  timeout,
}, async (t) => {
  const world = await createWorld(t)
  await world.reconciler.start()
  const launch = launchOf('detector', { display: { required: true } })
  const answer = await world.reconciler.accept(desiredOf(1, launch))
  assert.deepEqual(answer, { generation: 1, outcome: 'accepted', acceptedGeneration: 1 })
  const status = await world.until(launch.launchId, ({ picture }) => picture?.verdict === 'visible')
  assert.equal(status.phase, 'running')
  assert.equal(status.restarts, 0)
  assert.equal(status.containers.length, 1)
  assert.equal(world.published.at(-1)?.generation, 1)
  const seen = new Set(
    world.published.map(
      ({ launches }) => launches.find(({ launchId }) => launchId === launch.launchId)?.phase,
    ),
  )
  assert.ok(seen.has('loading'), [...seen].join())
})

test('asks the engine nothing but create and start for a launch whose image is known', {
  timeout,
}, async (t) => {
  const world = await createWorld(t)
  await world.reconciler.start()
  const first = launchOf('detector')
  await world.reconciler.accept(desiredOf(1, first))
  await world.untilPhase(first.launchId, 'running')
  world.runtime.calls.length = 0
  const second = launchOf('detector')
  await world.reconciler.accept(desiredOf(2, first, second))
  const { containers } = await world.untilPhase(second.launchId, 'running')
  assert.deepEqual(world.runtime.calls, [
    `createContainer ${second.launchId}/main`,
    `startContainer ${containers[0]?.containerId}`,
  ])
})

test('a launch that is no longer wanted is stopped, removed and told as stopped', { timeout }, async (t) => {
  const world = await createWorld(t)
  await world.reconciler.start()
  const launch = launchOf('detector', { display: { required: true } })
  await world.reconciler.accept(desiredOf(1, launch))
  await world.untilPhase(launch.launchId, 'running')
  await world.reconciler.accept(desiredOf(2))
  const { containers } = await world.untilPhase(launch.launchId, 'stopped')
  assert.deepEqual(containers, [])
  assert.deepEqual(world.containersOf(launch.launchId), [])
})

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

test('a slow image delays no other launch', { timeout }, async (t) => {
  const world = await createWorld(t)
  await world.reconciler.start()
  const slow = launchOf('slow')
  const quick = launchOf('quick')
  world.images.instead.set(slow.image.imageId, untilAborted)
  await world.reconciler.accept(desiredOf(1, slow, quick))
  await world.untilPhase(quick.launchId, 'running')
  assert.notEqual(world.status(slow.launchId)?.phase, 'running')
})

test('a launch waits for the display with its reason and starts when it comes', { timeout }, async (t) => {
  const display = new FakeDisplay()
  display.reason = { code: 'AGENT_NO_DISPLAY' }
  const world = await createWorld(t, { display })
  await world.reconciler.start()
  const launch = launchOf('detector', { display: { required: true } })
  await world.reconciler.accept(desiredOf(1, launch))
  const waiting = await world.untilPhase(launch.launchId, 'waiting')
  assert.equal(waiting.reason?.code, 'AGENT_NO_DISPLAY')
  assert.ok(waiting.nextAttemptAt)
  assert.deepEqual(world.containersOf(launch.launchId), [])
  display.become(undefined)
  await world.untilPhase(launch.launchId, 'running')
})

test('a launch that only likes a display runs without', { timeout }, async (t) => {
  const display = new FakeDisplay()
  display.reason = { code: 'AGENT_NO_DISPLAY' }
  const world = await createWorld(t, { display })
  await world.reconciler.start()
  const launch = launchOf('detector', { display: { required: false } })
  await world.reconciler.accept(desiredOf(1, launch))
  const { picture } = await world.untilPhase(launch.launchId, 'running')
  assert.equal(picture, undefined)
})

test('an agent that comes back adopts what runs, without the hub', { timeout }, async (t) => {
  const engine = createMemoryEngine()
  const display = new FakeDisplay()
  const first = await createWorld(t, { engine, display })
  await first.reconciler.start()
  const launch = launchOf('detector', { display: { required: true } })
  await first.reconciler.accept(desiredOf(7, launch))
  const before = await first.untilPhase(launch.launchId, 'running')
  await first.reconciler.stop()
  const second = await createWorld(t, { engine, display, stateDir: first.stateDir })
  await second.reconciler.start()
  assert.equal(second.reconciler.acceptedGeneration(), 7)
  const after = await second.untilPhase(launch.launchId, 'running')
  assert.equal(after.containers[0]?.containerId, before.containers[0]?.containerId)
  assert.ok(second.runtime.calls.every((call) => !/^(create|start|stop|remove)/.test(call)))
})

test('a program that ends by itself is started again, quoted, and given up in a crash loop', {
  timeout,
}, async (t) => {
  const world = await createWorld(t)
  await world.reconciler.start()
  const launch = launchOf('crasher')
  await world.reconciler.accept(desiredOf(1, launch))
  const { launchId } = launch
  for (let run = 0; run <= 5; run += 1) {
    await world.until(launchId, ({ phase, restarts }) => phase === 'running' && restarts === run)
    world.end(launchId, 'first line\ncould not connect to display\n')
    if (run === 5) break
    const { reason } = await world.untilPhase(launchId, 'waiting')
    assert.equal(reason?.code, 'AGENT_CAUSE_X_DISPLAY_NOT_SET')
    assert.match(reason?.quote ?? '', /could not connect to display$/)
    await world.clock.advance(2 ** run * 1000)
  }
  const { reason, restarts } = await world.untilPhase(launchId, 'failed')
  assert.deepEqual(reason?.parameters, { count: 6, minutes: 10 })
  assert.equal(restarts, 5)
  await world.clock.advance(3_600_000)
  assert.equal(world.status(launchId)?.phase, 'failed')
  await world.reconciler.accept(desiredOf(2, { ...launch, run: 1 }))
  await world.until(launchId, ({ phase, restarts: count }) => phase === 'running' && count === 6)
})

test('what the engine refuses is told by its cause, with the words it used', { timeout }, async (t) => {
  const message = 'error gathering device information while adding custom device "/dev/video7": no such file'
  const world = await createWorld(t, {
    before(call) {
      if (call !== 'startContainer') return
      throw new CodedError('AGENT_ENGINE_FAILED', { parameters: { message }, quote: message })
    },
  })
  await world.reconciler.start()
  const launch = launchOf('camera')
  await world.reconciler.accept(desiredOf(1, launch))
  const { reason, findings } = await world.untilPhase(launch.launchId, 'failed')
  assert.match(reason?.code ?? '', /^AGENT_CAUSE_/)
  assert.match(reason?.quote ?? '', /video7/)
  assert.deepEqual(findings?.[0], reason)
})

test('a launch past its deadline never starts', { timeout }, async (t) => {
  const world = await createWorld(t)
  await world.reconciler.start()
  const launch = launchOf('late', {}, { notAfter: '2025-12-31T00:00:00Z' })
  await world.reconciler.accept(desiredOf(1, launch))
  const { reason } = await world.untilPhase(launch.launchId, 'expired')
  assert.equal(reason?.code, 'AGENT_LAUNCH_EXPIRED')
  assert.deepEqual(world.containersOf(launch.launchId), [])
})

test('members join the lead and come down with it', { timeout }, async (t) => {
  const world = await createWorld(t)
  await world.reconciler.start()
  const launch = launchOf('pair', { containers: [{ name: 'main' }, { name: 'helper' }] })
  await world.reconciler.accept(desiredOf(1, launch))
  await world.untilPhase(launch.launchId, 'running')
  const [lead, member] = world.containersOf(launch.launchId)
  assert.equal(member?.leadContainerId, lead?.containerId)
  world.runtime.endProgram(lead?.containerId ?? '', { exitCode: 1 })
  await world.untilPhase(launch.launchId, 'waiting')
  assert.ok(
    world.containersOf(launch.launchId).every(({ name, state }) => name !== 'helper' || state !== 'running'),
  )
  await world.clock.advance(1000)
  await world.until(launch.launchId, ({ phase, restarts }) => phase === 'running' && restarts === 1)
  const [newLead, newMember] = world.containersOf(launch.launchId)
  assert.notEqual(newLead?.containerId, lead?.containerId)
  assert.equal(newMember?.leadContainerId, newLead?.containerId)
})

test('while the engine is away launches wait with the reason; when it is back they go on', {
  timeout,
}, async (t) => {
  let isAway = true
  const world = await createWorld(t, {
    before: () => {
      if (isAway) throw engineGone()
    },
  })
  await world.reconciler.start()
  const launch = launchOf('detector')
  await world.reconciler.accept(desiredOf(1, launch))
  const { reason } = await world.untilPhase(launch.launchId, 'waiting')
  assert.equal(reason?.code, 'AGENT_ENGINE_UNREACHABLE')
  isAway = false
  await world.clock.advance(10_000)
  await world.untilPhase(launch.launchId, 'running')
})

test('an image that vanished from the engine is fetched again', { timeout }, async (t) => {
  const world = await createWorld(t)
  await world.reconciler.start()
  const first = launchOf('detector')
  await world.reconciler.accept(desiredOf(1, first))
  await world.untilPhase(first.launchId, 'running')
  world.runtime.engine.images.clear()
  const second = launchOf('detector')
  await world.reconciler.accept(desiredOf(2, first, second))
  await world.untilPhase(second.launchId, 'running')
  assert.equal(world.images.fetches, 2)
})

test('containers of unknown launches are left alone for a while, then swept', { timeout }, async (t) => {
  const engine = createMemoryEngine()
  const first = await createWorld(t, { engine })
  await first.reconciler.start()
  const stray = launchOf('stray')
  await first.reconciler.accept(desiredOf(1, stray))
  await first.untilPhase(stray.launchId, 'running')
  await first.reconciler.stop()
  // Another folder: this life knows nothing of that launch, and at first nothing at all.
  const second = await createWorld(t, { engine })
  await second.reconciler.start()
  await second.untilPhase(stray.launchId, 'running')
  await second.clock.advance(3_600_000)
  assert.equal(second.status(stray.launchId)?.phase, 'running')
  const wanted = launchOf('wanted')
  await second.reconciler.accept(desiredOf(2, wanted))
  await second.untilPhase(stray.launchId, 'stopped')
  assert.deepEqual(second.containersOf(stray.launchId), [])
})

test('a desired state that cannot be written is refused, and what is on disk stays in force', {
  timeout,
}, async (t) => {
  // Root writes anywhere, so the folder is a file.
  const world = await createWorld(t, { stateDir: '/dev/null' })
  await world.reconciler.start()
  const launch = launchOf('detector')
  const answer = await world.reconciler.accept(desiredOf(1, launch))
  assert.equal(answer.outcome, 'refused')
  assert.equal(answer.reason?.code, 'AGENT_STATE_NOT_WRITABLE')
  assert.equal(answer.acceptedGeneration, 0)
  assert.ok(world.runtime.calls.every((call) => !call.startsWith('startContainer')))
})

test('duplicate, older and contradictory deliveries change nothing', { timeout }, async (t) => {
  const world = await createWorld(t)
  await world.reconciler.start()
  const launch = launchOf('detector')
  const [one, two] = await Promise.all([
    world.reconciler.accept(desiredOf(5, launch)),
    world.reconciler.accept(desiredOf(5, launch)),
  ])
  assert.deepEqual([one.outcome, two.outcome], ['accepted', 'accepted'])
  assert.equal((await world.reconciler.accept(desiredOf(4))).outcome, 'stale')
  const conflict = await world.reconciler.accept(desiredOf(5))
  assert.equal(conflict.reason?.code, 'AGENT_GENERATION_CONFLICT')
  await world.untilPhase(launch.launchId, 'running')
})

test('states that overtake each other are all answered by the newest on disk', { timeout }, async (t) => {
  const world = await createWorld(t)
  await world.reconciler.start()
  const answers = await Promise.all(
    [1, 2, 3, 4].map((generation) => world.reconciler.accept(desiredOf(generation))),
  )
  assert.deepEqual(
    answers.map(({ outcome }) => outcome),
    ['accepted', 'accepted', 'accepted', 'accepted'],
  )
  assert.equal(world.reconciler.acceptedGeneration(), 4)
})

test('an archive that is not what was ordered is fetched again, never loaded', { timeout }, async (t) => {
  const world = await createWorld(t)
  await world.reconciler.start()
  const launch = launchOf('detector')
  world.images.instead.set(launch.image.imageId, async () => {
    throw new CodedError('AGENT_IMAGE_DIGEST_MISMATCH')
  })
  await world.reconciler.accept(desiredOf(1, launch))
  const { reason } = await world.untilPhase(launch.launchId, 'waiting')
  assert.equal(reason?.code, 'AGENT_IMAGE_DIGEST_MISMATCH')
  assert.ok(world.runtime.calls.every((call) => !call.startsWith('loadImage')))
  world.images.instead.clear()
  await world.clock.advance(1000)
  await world.untilPhase(launch.launchId, 'running')
})

test('too little room is told before anything is fetched', { timeout }, async (t) => {
  const world = await createWorld(t)
  world.runtime.freeBytes = 10
  await world.reconciler.start()
  const launch = launchOf('detector')
  await world.reconciler.accept(desiredOf(1, launch))
  const { reason } = await world.untilPhase(launch.launchId, 'waiting')
  assert.equal(reason?.code, 'AGENT_DISK_FULL')
  assert.equal(reason?.parameters?.freeBytes, 10)
  assert.equal(world.images.fetches, 0)
  world.runtime.freeBytes = 1e12
  await world.clock.advance(1000)
  await world.untilPhase(launch.launchId, 'running')
})

test('launches say so when the device’s policy cannot be used, and the agent stays up', {
  timeout,
}, async (t) => {
  const parameters = { path: '/etc/bongsu/policy.toml', problem: 'is not owned by root' }
  const world = await createWorld(t, {
    loadRuntime: async () => {
      throw new CodedError('AGENT_POLICY_INVALID', { parameters })
    },
  })
  await world.reconciler.start()
  const launch = launchOf('detector')
  assert.equal((await world.reconciler.accept(desiredOf(1, launch))).outcome, 'accepted')
  const { reason } = await world.untilPhase(launch.launchId, 'waiting')
  assert.deepEqual(reason, { code: 'AGENT_POLICY_INVALID', parameters })
})

test('stop leaves containers running and may be called twice', { timeout }, async (t) => {
  const world = await createWorld(t)
  await world.reconciler.start()
  const launch = launchOf('detector')
  await world.reconciler.accept(desiredOf(1, launch))
  await world.untilPhase(launch.launchId, 'running')
  await world.reconciler.stop()
  await world.reconciler.stop()
  assert.equal(world.containersOf(launch.launchId)[0]?.state, 'running')
})
