// Properties of making launches anew after their X server was lost, whatever state that found each of them in.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { RuntimeContainer } from '../runtime/container-runtime.ts'
import { container, launch, ModelDevice, observedOf, wantedOf } from './plan.fixture.ts'
import { plan } from './plan.ts'
import type { Step } from './steps.ts'

const IDS = ['a', 'b', 'c', 'd'] as const
const PRESENT = 'first'

const anyPast: fc.Arbitrary<readonly RuntimeContainer[]> = fc
  .tuple(
    ...IDS.map((launchId) =>
      fc.record({
        launchId: fc.constant(launchId),
        state: fc.constantFrom('created', 'running', 'exited', 'none'),
        displayIncarnation: fc.constantFrom('old', PRESENT, undefined),
        displayName: fc.constantFrom(':0', ':1'),
      }),
    ),
  )
  .map((found) =>
    found.flatMap(({ state, launchId, ...display }) =>
      state === 'none' ? [] : [container(launchId, { state, ...display })],
    ),
  )

const WANTED = wantedOf(
  ...IDS.map((launchId) =>
    launch(launchId, { profile: { containers: [{ name: 'main' }], display: { required: true } } }),
  ),
)

const isFitting = ({ displayName, displayIncarnation }: RuntimeContainer): boolean =>
  displayName === ':0' && (displayIncarnation === undefined || displayIncarnation === PRESENT)

function converge(past: readonly RuntimeContainer[], check: (steps: readonly Step[]) => void): ModelDevice {
  const images = Object.fromEntries(
    IDS.map((id) => [
      `image-of-${id}`,
      { kind: 'present', facts: { imageId: `image-of-${id}`, architecture: 'amd64', user: '' } } as const,
    ]),
  )
  const device = new ModelDevice(observedOf({ containers: past, images, known: [...IDS] }))
  for (let turn = 0; turn < 200; turn += 1) {
    const limits = { strayGraceMs: 60_000, busyLaunches: new Set<string>() }
    const next = plan(device.observe(), WANTED, limits)
    check(next.steps)
    for (const step of next.steps) device.execute(step)
    if (next.steps.length > 0) continue
    const due = next.waits.flatMap(({ untilMs }) => (untilMs === undefined ? [] : [untilMs]))
    if (due.length === 0) return device
    device.nowMs = Math.max(device.nowMs, Math.min(...due))
  }
  throw new Error('it does not converge')
}

test('in the end every launch runs once, made for the display that is there', () => {
  fc.assert(
    fc.property(anyPast, (past) => {
      const device = converge(past, () => undefined)
      const left = [...device.containers.values()]
      assert.deepEqual(left.map(({ launchId }) => launchId).toSorted(), [...IDS])
      assert.ok(left.every((one) => one.state === 'running' && isFitting(one)))
    }),
    { numRuns: 500 },
  )
})

test('a program that runs for the display that is there is not touched', () => {
  fc.assert(
    fc.property(anyPast, (past) => {
      const untouched = new Set(
        past.filter((one) => one.state === 'running' && isFitting(one)).map(({ containerId }) => containerId),
      )
      converge(past, (steps) => {
        for (const step of steps) {
          if (!('containerIds' in step)) continue
          assert.ok(step.containerIds.every((containerId) => !untouched.has(containerId)))
        }
      })
    }),
    { numRuns: 500 },
  )
})

test('programs that the display has ended are made anew one after another, each to the end', () => {
  const ended = fc
    .subarray([...IDS], { minLength: 2 })
    .map((ids) =>
      ids.map((launchId) =>
        container(launchId, { state: 'exited', displayName: ':0', displayIncarnation: 'old' }),
      ),
    )
  fc.assert(
    fc.property(ended, (past) => {
      const lost = new Set(past.map(({ launchId }) => launchId))
      const order: string[] = []
      converge(past, (steps) => {
        const costly = steps.flatMap((step) => {
          if (step.kind === 'createContainer') return [step.launch.launchId]
          return step.kind === 'startContainer' ? [step.launchId] : []
        })
        const ofLost = costly.filter((launchId) => lost.has(launchId))
        assert.ok(ofLost.length <= 1)
        order.push(...ofLost)
      })
      // Made, then started, then the next one.
      assert.equal(order.length, 2 * past.length)
      for (let index = 0; index < order.length; index += 2) assert.equal(order[index], order[index + 1])
    }),
  )
})
