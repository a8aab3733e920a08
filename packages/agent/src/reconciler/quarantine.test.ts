// A crash loop ends a launch until its own wish changes; what is wished of others is no reason to try again.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWorld, desiredOf, launchOf, type World } from './reconciler.fixture.ts'
import { CRASH_LIMIT, retryDelayMs } from './restart-policy.ts'

const timeout = 10_000

async function crash(world: World, launchId: string): Promise<void> {
  for (let end = 1; end <= CRASH_LIMIT + 1; end += 1) {
    await world.untilPhase(launchId, 'running')
    world.end(launchId)
    if (end > CRASH_LIMIT) break
    await world.until(launchId, ({ phase }) => phase === 'waiting')
    await world.clock.advance(retryDelayMs(end))
  }
  const { reason } = await world.untilPhase(launchId, 'failed')
  assert.equal(reason?.code, 'AGENT_CRASH_LOOP')
}

test('a crash loop outlasts what is wished of other launches', { timeout }, async (t) => {
  const world = await createWorld(t)
  const broken = launchOf('broken')
  const other = launchOf('other')
  await world.reconciler.start()
  await world.reconciler.accept(desiredOf(1, broken))
  await crash(world, broken.launchId)
  const starts = () => world.runtime.calls.filter((call) => call.startsWith('start')).length
  const before = starts()
  await world.reconciler.accept(desiredOf(2, broken, other))
  await world.untilPhase(other.launchId, 'running')
  assert.equal(world.status(broken.launchId)?.reason?.code, 'AGENT_CRASH_LOOP')
  assert.equal(starts(), before + 1, 'only the other one was started')
})

test('a restart that was asked for ends the crash loop', { timeout }, async (t) => {
  const world = await createWorld(t)
  const broken = launchOf('broken')
  await world.reconciler.start()
  await world.reconciler.accept(desiredOf(1, broken))
  await crash(world, broken.launchId)
  await world.reconciler.accept(desiredOf(2, { ...broken, run: 1 }))
  await world.untilPhase(broken.launchId, 'running')
  await crash(world, broken.launchId)
})

test('a restart that was asked for replaces what runs, once', { timeout }, async (t) => {
  const world = await createWorld(t)
  const launch = launchOf('sound')
  await world.reconciler.start()
  await world.reconciler.accept(desiredOf(1, launch))
  await world.untilPhase(launch.launchId, 'running')
  const [before] = world.containersOf(launch.launchId)
  await world.reconciler.accept(desiredOf(2, { ...launch, run: 1 }))
  const running = await world.until(
    launch.launchId,
    ({ phase, containers }) => phase === 'running' && containers[0]?.containerId !== before?.containerId,
  )
  assert.equal(running.restarts, 0, 'it did not end by itself')
  assert.equal(world.containersOf(launch.launchId).length, 1)
  await world.reconciler.accept(desiredOf(3, { ...launch, run: 1 }))
  assert.equal(world.containersOf(launch.launchId)[0]?.containerId, running.containers[0]?.containerId)
})
