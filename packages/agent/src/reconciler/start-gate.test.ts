// A launch that waits for a screen: an intent that starts once when the screen comes, and never after it was called off.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryEngine } from '../runtime/memory-runtime.ts'
import { createWorld, desiredOf, FakeDisplay, launchOf, type World } from './reconciler.fixture.ts'

const timeout = 20_000
const NO_DISPLAY = { code: 'AGENT_NO_DISPLAY' }
const SHOWN = { display: { required: true } }

function darkDisplay(): FakeDisplay {
  const display = new FakeDisplay()
  display.reason = NO_DISPLAY
  return display
}

const creations = ({ runtime }: World) => runtime.calls.filter((call) => call.startsWith('createContainer'))

test('a screen that comes half a minute later, announced or not, starts what waits exactly once', {
  timeout,
}, async (t) => {
  for (const announcement of ['announced', 'found'] as const) {
    const display = darkDisplay()
    const world = await createWorld(t, { display })
    await world.reconciler.start()
    const launch = launchOf('detector', SHOWN)
    await world.reconciler.accept(desiredOf(1, launch))
    const waiting = await world.untilPhase(launch.launchId, 'waiting')
    assert.equal(waiting.reason?.code, NO_DISPLAY.code)
    for (let second = 0; second < 30; second += 1) await world.clock.advance(1000)
    assert.deepEqual(creations(world), [])
    assert.equal(world.status(launch.launchId)?.phase, 'waiting')
    if (announcement === 'announced') display.become(undefined)
    else {
      display.reason = undefined
      await world.clock.advance(5000)
    }
    const { restarts } = await world.untilPhase(launch.launchId, 'running')
    display.become(undefined)
    await world.clock.advance(60_000)
    assert.equal(creations(world).length, 1, announcement)
    assert.equal(restarts, 0)
  }
})

test('a launch called off while it waits never starts', { timeout }, async (t) => {
  const display = darkDisplay()
  const world = await createWorld(t, { display })
  await world.reconciler.start()
  const [kept, calledOff] = [launchOf('kept', SHOWN), launchOf('called-off', SHOWN)]
  await world.reconciler.accept(desiredOf(1, kept, calledOff))
  await world.untilPhase(calledOff.launchId, 'waiting')
  await world.reconciler.accept(desiredOf(2, kept))
  await world.untilPhase(calledOff.launchId, 'stopped')
  display.become(undefined)
  await world.untilPhase(kept.launchId, 'running')
  await world.clock.advance(60_000)
  assert.equal(creations(world).length, 1)
  assert.deepEqual(world.containersOf(calledOff.launchId), [])
})

test('a launch whose time ran out while it waited never starts', { timeout }, async (t) => {
  const display = darkDisplay()
  const world = await createWorld(t, { display })
  await world.reconciler.start()
  const notAfter = new Date(world.clock.now().getTime() + 20_000).toISOString()
  const launch = launchOf('late', SHOWN, { notAfter })
  await world.reconciler.accept(desiredOf(1, launch))
  await world.untilPhase(launch.launchId, 'waiting')
  await world.clock.advance(30_000)
  const { reason } = await world.untilPhase(launch.launchId, 'expired')
  assert.equal(reason?.code, 'AGENT_LAUNCH_EXPIRED')
  display.become(undefined)
  await world.clock.advance(60_000)
  assert.deepEqual(creations(world), [])
})

test('an agent that restarts while launches wait still starts them once, and one that expired meanwhile never', {
  timeout,
}, async (t) => {
  const engine = createMemoryEngine()
  const display = darkDisplay()
  const first = await createWorld(t, { engine, display })
  await first.reconciler.start()
  const launch = launchOf('detector', SHOWN)
  const late = launchOf('late', SHOWN, { notAfter: '2025-12-31T23:59:59Z' })
  await first.reconciler.accept(desiredOf(1, launch, late))
  await first.untilPhase(launch.launchId, 'waiting')
  await first.reconciler.stop()
  const second = await createWorld(t, { engine, display, stateDir: first.stateDir })
  await second.reconciler.start()
  await second.untilPhase(launch.launchId, 'waiting')
  display.become(undefined)
  await second.untilPhase(launch.launchId, 'running')
  await second.untilPhase(late.launchId, 'expired')
  assert.equal(creations(second).length + creations(first).length, 1)
})

test('a launch that had started keeps its right to run when its screen is lost over its deadline and an agent’s end', {
  timeout,
}, async (t) => {
  const engine = createMemoryEngine()
  const display = new FakeDisplay()
  const first = await createWorld(t, { engine, display })
  await first.reconciler.start()
  const notAfter = new Date(first.clock.now().getTime() + 20_000).toISOString()
  const launch = launchOf('detector', SHOWN, { notAfter })
  const { launchId } = launch
  await first.reconciler.accept(desiredOf(1, launch))
  await first.untilPhase(launchId, 'running')
  display.become(NO_DISPLAY)
  first.end(launchId)
  const waiting = await first.untilPhase(launchId, 'waiting')
  assert.equal(waiting.findings?.[0]?.code, 'AGENT_DISPLAY_LOST')
  await first.reconciler.stop()
  const second = await createWorld(t, { engine, display, stateDir: first.stateDir })
  await second.clock.advance(60_000)
  await second.reconciler.start()
  await second.untilPhase(launchId, 'waiting')
  display.incarnation = 'second'
  display.become(undefined)
  const { restarts } = await second.untilPhase(launchId, 'running')
  assert.equal(restarts, 0)
})

test('the status of a launch that is made anew tells why', { timeout }, async (t) => {
  const display = new FakeDisplay()
  const world = await createWorld(t, { display })
  await world.reconciler.start()
  const launch = launchOf('detector', SHOWN)
  const { launchId } = launch
  await world.reconciler.accept(desiredOf(1, launch))
  const [before] = (await world.untilPhase(launchId, 'running')).containers
  display.become(NO_DISPLAY)
  world.end(launchId, '')
  await world.until(launchId, ({ phase, reason }) => phase === 'waiting' && reason?.code === NO_DISPLAY.code)
  const told = world.published.length
  display.incarnation = 'second'
  display.become(undefined)
  const after = await world.until(
    launchId,
    ({ phase, containers }) => phase === 'running' && containers[0]?.containerId !== before?.containerId,
  )
  assert.equal(after.restarts, 0)
  const between = world.published.slice(told).flatMap(({ launches }) => launches)
  const starting = between.filter(({ phase }) => phase === 'starting')
  assert.ok(starting.length > 0)
  assert.ok(starting.every(({ reason }) => reason?.code === 'AGENT_DISPLAY_LOST'))
})
