// One launch replaces another: whatever happens on the way, one of the two runs, and the old one comes back.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { LaunchRecord } from './observed-state.ts'
import { container, launch, ModelDevice, observedOf, wantedOf } from './plan.fixture.ts'
import { plan } from './plan.ts'
import { laneOf, type Step } from './steps.ts'

const LIMITS = { strayGraceMs: 60_000, busyLaunches: new Set<string>() }
const REASON = { code: 'AGENT_CONTAINER_EXITED' }
const old = launch('old', { version: '1' })
const successor = launch('new', { version: '2', replaces: 'old' })
const both = wantedOf(old, successor)

const oldRuns = () =>
  new ModelDevice(observedOf({ containers: [container('old')], known: ['old', 'new'], boundLaunches: [] }))
const running = (device: ModelDevice) =>
  [...device.containers.values()].filter(({ state }) => state === 'running').map(({ launchId }) => launchId)

/** Executes steps one by one, chosen by `choose`, until none is left. */
function settle(
  device: ModelDevice,
  choose: (count: number) => number,
  check: (step: Step) => void,
  wanted = both,
) {
  for (let turn = 0; turn < 100; turn += 1) {
    const { steps } = plan(device.observe(), wanted, LIMITS)
    const step = steps[choose(steps.length) % Math.max(1, steps.length)]
    if (!step) return
    device.execute(step)
    check(step)
  }
  assert.fail('it never settles')
}

describe('a replacement', () => {
  test('leaves the old one running until the new one stands ready, in whatever order things are done', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 60, maxLength: 60 }), (choices) => {
        const device = oldRuns()
        settle(
          device,
          () => choices.pop() ?? 0,
          (step) => {
            if (running(device).length > 0) return
            // The only moment without: the new one is made, and nothing but its start is left to do.
            const left = plan(device.observe(), both, LIMITS).steps.map(({ kind }) => kind)
            assert.ok(left.includes('startContainer'), `${step.kind} left nothing running, next ${left}`)
          },
        )
        assert.deepEqual(running(device), ['new'])
        assert.equal([...device.containers.values()].length, 1)
      }),
      { seed: 20261124, numRuns: 200 },
    )
  })

  test('never has two running at once', () => {
    const device = oldRuns()
    settle(
      device,
      () => 0,
      () => assert.ok(running(device).length <= 1),
    )
  })

  test('adds nothing where the old one is not wished any more, or never was', () => {
    for (const wanted of [wantedOf(successor), wantedOf({ ...successor, replaces: 'gone' }, old)]) {
      const device = oldRuns()
      settle(
        device,
        () => 0,
        () => undefined,
        wanted,
      )
      assert.ok(running(device).includes('new'))
    }
  })

  const givenUp: readonly (readonly [string, Partial<LaunchRecord>])[] = [
    ['it ended twice', { endsMs: [1, 2], hasStarted: true }],
    ['it is in a crash loop', { pause: { reason: REASON }, endsMs: [1], hasStarted: true }],
    ['it does not start, whatever may come of trying again', { failedStarts: 2 }],
    ['its container cannot be made', { setback: { reason: REASON }, failures: 1 }],
  ]
  for (const [why, record] of givenUp) {
    test(`brings the old one back when ${why}`, () => {
      const device = new ModelDevice(
        observedOf({
          containers: [container('new', { state: 'exited' })],
          records: { new: { ...record, recordedEnds: ['new-main-exited'] } },
          known: ['old', 'new'],
        }),
      )
      settle(
        device,
        () => 0,
        () => undefined,
      )
      assert.deepEqual(running(device), ['old'])
      const { waits } = plan(device.observe(), both, LIMITS)
      const reason = waits.find(({ launchId }) => launchId === 'new')?.reason
      assert.ok(reason, 'it says why it does not run')
      assert.deepEqual(plan(device.observe(), both, LIMITS).steps.map(laneOf), [])
    })
  }

  test('leaves the old one alone when the image of the new one cannot be had', () => {
    for (const retryAtMs of [undefined, 99]) {
      const device = new ModelDevice(
        observedOf({
          containers: [container('old')],
          images: { 'image-of-new': { kind: 'failed', failures: 1, setback: { reason: REASON, retryAtMs } } },
          known: ['old', 'new'],
        }),
      )
      const same = wantedOf(old, { ...successor, version: '1' })
      settle(
        device,
        () => 0,
        (step) => assert.notEqual(step.kind, 'stopContainers'),
        same,
      )
      assert.deepEqual(running(device), ['old'])
    }
  })

  test('one that ends once is tried again before the old one comes back', () => {
    const device = new ModelDevice(
      observedOf({
        containers: [container('new', { state: 'exited' })],
        records: {
          new: { endsMs: [1], hasStarted: true, recordedEnds: ['new-main-exited'], access: undefined },
        },
        known: ['old', 'new'],
      }),
    )
    settle(
      device,
      () => 0,
      () => undefined,
    )
    assert.deepEqual(running(device), ['new'])
  })

  test('an agent that is killed at any step goes on from there', () => {
    fc.assert(
      fc.property(fc.nat(12), (killedAfter) => {
        let device = oldRuns()
        for (let turn = 0; turn < killedAfter; turn += 1) {
          const [step] = plan(device.observe(), both, LIMITS).steps
          if (!step) break
          device.execute(step)
        }
        // A new life remembers containers and images only.
        device = new ModelDevice({
          ...observedOf({ known: ['old', 'new'] }),
          containers: [...device.containers.values()],
          images: device.images,
        })
        settle(
          device,
          () => 0,
          () => assert.ok(running(device).length <= 1),
        )
        assert.deepEqual(running(device), ['new'])
      }),
      { seed: 20261124 },
    )
  })
})
