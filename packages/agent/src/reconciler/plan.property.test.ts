// Properties of planning against a model of the device: whatever it starts from, it gets where it should, and never
// does on the way what must not be done.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DesiredLaunch } from '@bongsu/protocol'
import fc from 'fast-check'
import type { RuntimeContainer } from '../runtime/container-runtime.ts'
import type { ObservedState, Wanted } from './observed-state.ts'
import { container, launch, ModelDevice, observedOf, wantedOf } from './plan.fixture.ts'
import { isConverged, plan } from './plan.ts'
import { laneOf, type Step } from './steps.ts'

const LIMITS = { strayGraceMs: 60_000, busyLaunches: new Set<string>() }
const IDS = ['a', 'b', 'c'] as const
const NAMES = ['main', 'helper', 'extra'] as const

const anyLaunch = (launchId: string): fc.Arbitrary<DesiredLaunch> =>
  fc
    .record({
      members: fc.subarray([...NAMES.slice(1)]),
      hasDisplay: fc.boolean(),
      hasSecrets: fc.boolean(),
      group: fc.constantFrom(undefined, 'g', 'h'),
      notAfter: fc.option(fc.constantFrom('2025-12-31T00:00:00Z', '2027-01-01T00:00:00Z'), {
        nil: undefined,
      }),
    })
    .map(({ members, hasDisplay, hasSecrets, group, notAfter }) =>
      launch(launchId, {
        profile: {
          containers: ['main', ...members].map((name) => ({
            name,
            ...(hasSecrets && { secrets: [{ name: 'key' }] }),
          })),
          ...(hasDisplay && { display: { required: true } }),
        },
        ...(group !== undefined && { group }),
        ...(notAfter !== undefined && { notAfter }),
      }),
    )

const anyWanted: fc.Arbitrary<Wanted> = fc
  .subarray([...IDS])
  .chain((ids) => fc.tuple(...ids.map(anyLaunch)))
  .map((launches) => wantedOf(...launches))

const anyContainer: fc.Arbitrary<RuntimeContainer> = fc
  .record({
    launchId: fc.constantFrom(...IDS),
    name: fc.constantFrom(...NAMES),
    state: fc.constantFrom('created', 'running', 'exited'),
    isFitting: fc.boolean(),
    lead: fc.constantFrom(undefined, 'c0', 'c1', 'gone'),
    group: fc.constantFrom(undefined, 'g', 'i'),
    number: fc.nat(7),
  })
  .map(({ launchId, name, state, isFitting, lead, group, number }) =>
    container(launchId, {
      containerId: `c${number}`,
      name,
      state,
      specHash: isFitting ? `hash-${launchId}` : 'other',
      leadContainerId: name === 'main' ? undefined : lead,
      group,
    }),
  )

const anyObserved: fc.Arbitrary<ObservedState> = fc
  .record({
    containers: fc.uniqueArray(anyContainer, { maxLength: 6, selector: ({ containerId }) => containerId }),
    boundLaunches: fc.subarray([...IDS]),
    secretLaunches: fc.subarray([...IDS]),
    groups: fc.subarray(['g', 'h', 'i']),
    known: fc.subarray([...IDS]),
  })
  .map((parts) =>
    observedOf({ ...parts, strays: Object.fromEntries(parts.containers.map((one) => [one.containerId, 0])) }),
  )

/** Runs plans to the end, checking every step with what was observed before it. */
function converge(
  start: ObservedState,
  wanted: Wanted,
  check: (step: Step, before: ObservedState, device: ModelDevice) => void,
): ModelDevice {
  const device = new ModelDevice(start)
  for (let turn = 0; turn < 200; turn += 1) {
    const before = structuredClone(device.observe())
    const next = plan(device.observe(), wanted, LIMITS)
    assert.equal(new Set(next.steps.map(laneOf)).size, next.steps.length, 'two steps in one lane')
    for (const step of next.steps) {
      check(step, before, device)
      device.execute(step)
    }
    if (next.steps.length > 0) continue
    const due = next.waits.flatMap(({ untilMs }) => (untilMs === undefined ? [] : [untilMs]))
    if (due.length === 0) return device
    device.nowMs = Math.max(device.nowMs, Math.min(...due))
  }
  throw new Error('it does not converge')
}

const isExpired = ({ launch: { notAfter } }: Wanted['launches'][number]) =>
  notAfter?.startsWith('2025') ?? false

test('planning converges: what is wanted runs whole, and nothing else of ours is left', () => {
  fc.assert(
    fc.property(anyObserved, anyWanted, (start, wanted) => {
      const device = converge(start, wanted, () => undefined)
      const left = new Map(Map.groupBy(device.containers.values(), ({ launchId }) => launchId))
      for (const one of wanted.launches) {
        const { launchId, profile } = one.launch
        const own = left.get(launchId) ?? []
        left.delete(launchId)
        if (isExpired(one) && own.length === 0) continue
        assert.deepEqual(
          own.map(({ name }) => name).toSorted(),
          profile.containers.map(({ name }) => name).toSorted(),
        )
        const lead = own.find(({ name }) => name === 'main')
        for (const { name, state, specHash, leadContainerId } of own) {
          assert.deepEqual([state, specHash], ['running', one.specHash])
          if (name !== 'main') assert.equal(leadContainerId, lead?.containerId)
        }
      }
      assert.deepEqual([...left.keys()], [])
      const wantedIds = wanted.launches.map(({ launch: { launchId } }) => launchId)
      for (const launchId of device.secretLaunches) assert.ok(wantedIds.includes(launchId))
    }),
    { numRuns: 500 },
  )
})

test('an empty plan means converged: nothing of it changes by planning again', () => {
  fc.assert(
    fc.property(anyObserved, anyWanted, (start, wanted) => {
      const device = converge(start, wanted, () => undefined)
      const last = plan(device.observe(), wanted, LIMITS)
      const expired = wanted.launches.filter(isExpired).map(({ launch: { launchId } }) => launchId)
      assert.ok(last.waits.every(({ launchId }) => expired.includes(launchId)))
      if (expired.length === 0) assert.ok(isConverged(last))
    }),
  )
})

test('a launch that is wanted, fits and runs is never stopped or removed', () => {
  fc.assert(
    fc.property(anyObserved, anyWanted, (start, wanted) => {
      converge(start, wanted, (step, before) => {
        if (step.kind !== 'stopContainers' && step.kind !== 'removeContainers') return
        const one = wanted.launches.find(({ launch: { launchId } }) => launchId === step.launchId)
        for (const { containerId, name, state, specHash, launchId } of before.containers) {
          const isFittingLead = name === 'main' && state === 'running' && specHash === one?.specHash
          const twins = before.containers.filter(
            (other) => other.launchId === launchId && other.name === name && other.state === 'running',
          )
          if (isFittingLead && twins.length === 1) assert.ok(!step.containerIds.includes(containerId))
        }
      })
    }),
    { numRuns: 500 },
  )
})

test('never two containers of one launch and name are made', () => {
  fc.assert(
    fc.property(anyObserved, anyWanted, (start, wanted) => {
      converge(start, wanted, (step, _before, device) => {
        if (step.kind !== 'createContainer') return
        const twin = [...device.containers.values()].find(
          ({ launchId, name }) => launchId === step.launch.launchId && name === step.name,
        )
        assert.equal(twin, undefined)
      })
    }),
    { numRuns: 500 },
  )
})

test('an expired launch is started only if it had started before', () => {
  fc.assert(
    fc.property(anyObserved, anyWanted, (start, wanted) => {
      const began = new Set(
        start.containers.filter(({ state }) => state !== 'created').map(({ launchId }) => launchId),
      )
      converge(start, wanted, (step) => {
        if (step.kind !== 'startContainer') return
        const one = wanted.launches.find(({ launch: { launchId } }) => launchId === step.launchId)
        assert.ok(one)
        if (isExpired(one)) assert.ok(began.has(step.launchId))
      })
    }),
    { numRuns: 500 },
  )
})

test('containers of unknown launches are touched only after the grace', () => {
  fc.assert(
    fc.property(anyObserved, anyWanted, (start, wanted) => {
      const ids = new Set(wanted.launches.map(({ launch: { launchId } }) => launchId))
      converge(start, wanted, (step, before) => {
        if (step.kind !== 'stopContainers' && step.kind !== 'removeContainers') return
        if (ids.has(step.launchId) || before.knownLaunches.has(step.launchId)) return
        assert.ok(before.nowMs >= LIMITS.strayGraceMs)
      })
    }),
  )
})

test('a group is there while a launch or a container is in it, and no longer', () => {
  fc.assert(
    fc.property(anyObserved, anyWanted, (start, wanted) => {
      const device = converge(start, wanted, (step, before) => {
        if (step.kind !== 'removeGroup') return
        assert.ok(before.containers.every(({ group }) => group !== step.group))
        assert.ok(wanted.launches.every(({ launch: { group } }) => group !== step.group))
      })
      const inUse = [
        ...wanted.launches.map(({ launch: { group } }) => group),
        ...[...device.containers.values()].map(({ group }) => group),
      ]
      assert.ok([...device.groups].every((group) => inUse.includes(group)))
    }),
    { numRuns: 500 },
  )
})

test('planning changes nothing it is given', () => {
  fc.assert(
    fc.property(anyObserved, anyWanted, (observed, wanted) => {
      const copies = structuredClone([observed, wanted])
      plan(observed, wanted, LIMITS)
      assert.deepEqual([observed, wanted], copies)
    }),
  )
})
