import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Picture } from '@bongsu/protocol'
import { type LaunchView, launchStatusOf } from './launch-status.ts'
import { container, launch, type ObservedParts, observedOf, T0, wantedOf } from './plan.fixture.ts'

const REASON = { code: 'AGENT_ENGINE_TROUBLE' }
const PAIR = launch('a', { profile: { containers: [{ name: 'main' }, { name: 'helper' }] } })
const FETCHING = { 'image-of-a': { kind: 'obtaining', phase: 'fetching', progress: 0.12345 } } as const
const NO_WINDOW: Picture = { verdict: 'no_window', checkedAt: T0.toISOString() }
const WANTED = wantedOf(launch('a')).launches[0]
const WANTED_PAIR = wantedOf(PAIR).launches[0]

interface Row {
  readonly it: string
  readonly given?: ObservedParts
  readonly view?: Partial<LaunchView>
  readonly expected: string
}

const rows: readonly Row[] = [
  {
    it: 'is queued before anything was looked at',
    given: { engine: { kind: 'unknown' } },
    expected: 'queued',
  },
  { it: 'is queued with nothing under way', expected: 'queued' },
  { it: 'fetches with progress', given: { images: FETCHING }, expected: 'fetching 0.123' },
  { it: 'starts while its container is made', view: { busyWith: 'createContainer' }, expected: 'starting' },
  {
    it: 'starts while its container is there',
    given: { containers: [container('a', { state: 'created' })] },
    expected: 'starting',
  },
  { it: 'runs', given: { containers: [container('a')] }, expected: 'running' },
  {
    it: 'starts while a member lacks',
    given: { containers: [container('a')] },
    view: { wanted: WANTED_PAIR },
    expected: 'starting',
  },
  {
    it: 'fails when a member cannot be',
    given: { containers: [container('a')] },
    view: { wanted: WANTED_PAIR, wait: { launchId: 'a', reason: REASON } },
    expected: 'failed AGENT_ENGINE_TROUBLE',
  },
  {
    it: 'waits with the time of the next attempt',
    given: { nowMs: 500 },
    view: { wait: { launchId: 'a', reason: REASON, untilMs: 1500 } },
    expected: 'waiting AGENT_ENGINE_TROUBLE at 2026-01-01T00:00:01.500Z',
  },
  {
    it: 'fails for good',
    view: { wait: { launchId: 'a', reason: REASON } },
    expected: 'failed AGENT_ENGINE_TROUBLE',
  },
  {
    it: 'waits while the engine is away',
    given: { engine: { kind: 'unreachable', reason: REASON } },
    view: { wait: { launchId: 'a', reason: REASON } },
    expected: 'waiting AGENT_ENGINE_TROUBLE',
  },
  {
    it: 'still runs as far as is known while the engine is away',
    given: { engine: { kind: 'unreachable', reason: REASON }, containers: [container('a')] },
    view: { wait: { launchId: 'a', reason: REASON } },
    expected: 'running AGENT_ENGINE_TROUBLE',
  },
  {
    it: 'expires',
    view: { wait: { launchId: 'a', reason: { code: 'AGENT_LAUNCH_EXPIRED' } } },
    expected: 'expired AGENT_LAUNCH_EXPIRED',
  },
  {
    it: 'gets time to show a window',
    given: { containers: [container('a', { startedAt: T0 })], nowMs: 30_000 },
    view: { picture: NO_WINDOW },
    expected: 'running',
  },
  {
    it: 'says when no window came',
    given: { containers: [container('a', { startedAt: T0 })], nowMs: 30_001 },
    view: { picture: NO_WINDOW },
    expected: 'running AGENT_NO_WINDOW',
  },
  {
    it: 'stops when not wanted',
    given: { containers: [container('a')], known: ['a'] },
    view: { wanted: undefined },
    expected: 'stopping',
  },
  { it: 'has stopped when gone', view: { wanted: undefined }, expected: 'stopped' },
  {
    it: 'runs though nobody knows why',
    given: { containers: [container('a')] },
    view: { wanted: undefined },
    expected: 'running',
  },
]

for (const { it, given = {}, view = {}, expected } of rows) {
  test(`a launch ${it}`, () => {
    const observed = observedOf(given)
    const status = launchStatusOf({
      launchId: 'a',
      wanted: WANTED,
      containers: observed.containers,
      observed,
      wait: undefined,
      busyWith: undefined,
      picture: undefined,
      warnings: [],
      ...view,
    })
    const { phase, reason, progress, nextAttemptAt } = status
    const parts = [phase, reason?.code, progress, nextAttemptAt && `at ${nextAttemptAt}`]
    assert.equal(parts.filter((part) => part !== undefined).join(' '), expected)
  })
}

test('containers are told with what is known of them', () => {
  const observed = observedOf({
    containers: [container('a', { state: 'exited', exitCode: 3, startedAt: T0, restarts: 2 })],
  })
  const { containers, restarts } = launchStatusOf({
    launchId: 'a',
    wanted: WANTED,
    containers: observed.containers,
    observed,
    wait: undefined,
    busyWith: undefined,
    picture: undefined,
    warnings: [],
  })
  assert.deepEqual(containers, [
    { name: 'main', containerId: 'a-main-exited', state: 'exited', startedAt: T0.toISOString(), exitCode: 3 },
  ])
  assert.equal(restarts, 2)
})
