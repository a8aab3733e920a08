import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '@bongsu/foundation'
import type { LaunchPhase, Picture } from '@bongsu/protocol'
import { createReportPace } from './report-pace.ts'

const AT = '2026-01-01T00:00:00Z'

function paced() {
  const clock = new ManualClock()
  const sent: number[] = []
  const pace = createReportPace({ clock, gatherMs: 250, send: ({ sequence }) => void sent.push(sequence) })
  let sequence = 0
  const submit = (phases: readonly LaunchPhase[], verdict?: Picture['verdict']) => {
    sequence += 1
    const launches = phases.map((phase, index) => ({
      launchId: `lau-${'a'.repeat(15)}${'abc'[index]}`,
      phase,
      containers: [],
      restarts: 0,
      changedAt: AT,
      ...(verdict && { picture: { verdict, checkedAt: AT } }),
    }))
    pace.submit({ sequence, generation: 1, launches, reportedAt: AT })
  }
  return { clock, sent, pace, submit }
}

test('steps on the way are gathered, and the phase they lead to goes at once in their place', async () => {
  const { clock, sent, submit } = paced()
  submit(['queued'])
  submit(['starting'])
  assert.deepEqual(sent, [])
  submit(['running'])
  assert.deepEqual(sent, [3])
  await clock.advance(1000)
  assert.deepEqual(sent, [3])
})

test('a long step is told after the moment, with the newest that is known', async () => {
  const { clock, sent, submit } = paced()
  submit(['queued'])
  await clock.advance(100)
  submit(['fetching'])
  await clock.advance(150)
  assert.deepEqual(sent, [2])
  submit(['loading'])
  await clock.advance(250)
  assert.deepEqual(sent, [2, 3])
})

test('waiting, a failure, a picture and a launch that is gone are told at once', () => {
  const { sent, submit } = paced()
  submit(['waiting'])
  submit(['failed', 'running'])
  submit(['failed', 'running'], 'visible')
  submit(['failed'], 'visible')
  assert.deepEqual(sent, [1, 2, 3, 4])
})

test('nothing goes out after the stop', async () => {
  const { clock, sent, pace, submit } = paced()
  submit(['queued'])
  pace.stop()
  await clock.advance(1000)
  assert.deepEqual(sent, [])
})
