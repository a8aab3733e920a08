// Waves: sizes, decisions, and a fleet of a thousand devices on a clock of its own.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Rollout, RolloutCounts } from '@bongsu/protocol'
import fc from 'fast-check'
import { countStandings, decide, newRollout, type Standing, waveOf, waveSizes } from './waves.ts'

const T0 = new Date('2026-01-01T00:00:00Z')
const at = (seconds: number) => new Date(T0.getTime() + seconds * 1000)

describe('wave sizes', () => {
  const table: readonly (readonly [string[], number, number[]])[] = [
    [['1', '10%', '100%'], 1000, [1, 100, 1000]],
    [['1', '10%', '100%'], 5, [1, 5]],
    [['1', '10%', '100%'], 1, [1]],
    [['50%'], 10, [5, 10]],
    [['3', '2', '1'], 10, [3, 10]],
    [['99999'], 10, [10]],
    [['1%'], 3, [1, 3]],
    [['33%', '66%'], 3, [1, 2, 3]],
  ]
  for (const [waves, devices, sizes] of table) {
    test(`${waves.join(', ')} of ${devices}`, () => assert.deepEqual(waveSizes(waves, devices), sizes))
  }

  test('rise to all devices, and each device is in one wave', () => {
    const wave = fc.oneof(
      fc.integer({ min: 1, max: 99_999 }).map(String),
      fc.integer({ min: 1, max: 100 }).map((share) => `${share}%`),
    )
    fc.assert(
      fc.property(
        fc.array(wave, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 10_000 }),
        (waves, devices) => {
          const sizes = waveSizes(waves, devices)
          assert.equal(sizes.at(-1), devices)
          assert.ok(sizes.every((size, index) => size > (sizes[index - 1] ?? 0)))
          assert.equal(waveOf(sizes, 0), 0)
          assert.equal(waveOf(sizes, devices - 1), sizes.length - 1)
        },
      ),
      { seed: 20261124 },
    )
  })
})

describe('a decision', () => {
  const rollout: Rollout = { ...newRollout({}, 100, T0), maxFailures: 1 }
  const counts = (more: Partial<RolloutCounts>): RolloutCounts => ({
    planned: 0,
    open: 0,
    away: 0,
    proven: 0,
    failed: 0,
    ...more,
  })
  const table: readonly (readonly [string, Partial<Rollout>, Partial<RolloutCounts>, number, string])[] = [
    ['waits for what is open', {}, { open: 1 }, 120, 'wait'],
    ['waits until it was watched', {}, { proven: 1 }, 59, 'wait'],
    ['goes on when it was watched', {}, { proven: 1 }, 60, 'advance'],
    ['goes on past devices that are away', {}, { away: 1 }, 60, 'advance'],
    ['puts up with as many failures as allowed', {}, { failed: 1 }, 60, 'advance'],
    ['halts at one more', {}, { failed: 2 }, 1, 'halt'],
    ['takes what never shows for failed', {}, { open: 2 }, 900, 'halt'],
    ['goes on with one that never shows', {}, { open: 1 }, 900, 'advance'],
    ['forgives what an operator forgave', { forgivenFailures: 1 }, { failed: 2 }, 60, 'advance'],
    ['is done after the last wave', { started: 3 }, { proven: 99, failed: 1 }, 1, 'done'],
    ['is done with devices away', { started: 3 }, { proven: 50, away: 50 }, 1, 'done'],
    ['is not done while something is open', { started: 3 }, { open: 1 }, 899, 'wait'],
    ['is done with one that never shows', { started: 3 }, { open: 1 }, 900, 'done'],
    ['does nothing while paused', { state: 'paused' }, { failed: 9 }, 999, 'wait'],
    ['does nothing once halted', { state: 'halted' }, { proven: 1 }, 999, 'wait'],
    ['does nothing once undone', { state: 'undone' }, { proven: 1 }, 999, 'wait'],
  ]
  for (const [name, changes, counted, seconds, kind] of table) {
    test(name, () =>
      assert.equal(decide({ ...rollout, ...changes }, counts(counted), at(seconds)).kind, kind),
    )
  }
})

describe('a thousand devices', () => {
  interface Simulated {
    readonly failsAfterSeconds: number | undefined
    readonly showsAfterSeconds: number
    /** Not connected before and from then. */
    readonly awayFromSeconds: number
    readonly awayUntilSeconds: number
  }
  const device: fc.Arbitrary<Simulated> = fc.record({
    failsAfterSeconds: fc.oneof(
      { weight: 30, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.nat(200) },
    ),
    showsAfterSeconds: fc.integer({ min: 1, max: 300 }),
    awayFromSeconds: fc.nat(4000),
    awayUntilSeconds: fc.oneof(
      { weight: 5, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.nat(100_000) },
    ),
  })

  test('never go beyond the wave, stop by the rule, and never wait for who is away', () => {
    fc.assert(
      fc.property(
        fc.array(device, { minLength: 1000, maxLength: 1000 }),
        fc.nat(40),
        (fleet, maxFailures) => {
          let rollout = newRollout({ maxFailures }, fleet.length, T0)
          const begunAt = fleet.map((_, place): number | undefined =>
            waveOf(rollout.waves, place) === 0 ? 0 : undefined,
          )
          let seconds = 0
          for (; seconds < 200_000 && rollout.state === 'running'; seconds += 5) {
            const standings = fleet.flatMap((one, place): Standing[] => {
              const begun = begunAt[place]
              if (begun === undefined) return []
              const age = seconds - begun
              const isAway = seconds >= one.awayFromSeconds && seconds < one.awayUntilSeconds
              if (one.failsAfterSeconds !== undefined && age >= one.failsAfterSeconds) return ['failed']
              if (age >= one.showsAfterSeconds) return ['proven']
              return [isAway ? 'away' : 'open']
            })
            const begun = begunAt.filter((one) => one !== undefined).length
            assert.equal(begun, rollout.waves[rollout.started - 1], 'exactly the devices of the waves begun')
            const counts = countStandings(standings, fleet.length - begun)
            const decision = decide(rollout, counts, at(seconds))
            if (decision.kind === 'halt') {
              assert.ok(decision.failed > maxFailures)
              rollout = { ...rollout, state: 'halted' }
            } else if (decision.kind === 'done') {
              rollout = { ...rollout, state: 'done' }
            } else if (decision.kind === 'advance') {
              assert.ok(counts.failed <= maxFailures)
              const from = rollout.waves[rollout.started - 1] ?? 0
              rollout = { ...rollout, started: rollout.started + 1, waveStartedAt: at(seconds).toISOString() }
              for (let place = from; place < (rollout.waves[rollout.started - 1] ?? 0); place += 1)
                begunAt[place] = seconds
            }
          }
          assert.notEqual(rollout.state, 'running', 'nobody that is away holds it up for ever')
          // Three waves, each no longer than its patience, and a look every five seconds.
          assert.ok(seconds <= rollout.waves.length * (rollout.patienceSeconds + 10), `${seconds}`)
        },
      ),
      { seed: 20261124, numRuns: 20 },
    )
  })
})
