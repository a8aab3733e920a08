import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LaunchStatus } from '@bongsu/protocol'
import { stepOf } from './timeline.ts'

const TOLD = new Date('2026-11-24T00:01:00.000Z')
const status = (part: Partial<LaunchStatus>): LaunchStatus => ({
  launchId: 'lau-aaaaaaaaaaaaaaaa',
  phase: 'running',
  containers: [],
  restarts: 0,
  changedAt: '2026-11-24T00:00:00.000Z',
  ...part,
})
const picture = (verdict: 'visible' | 'black', checkedAt: string) => ({ picture: { verdict, checkedAt } })

test('a step is told with its own time and when it was heard; one that runs is not one that shows', () => {
  const running = stepOf(status(picture('black', '2026-11-24T00:00:10.000Z')), TOLD)
  assert.deepEqual(running.entry, {
    step: 'running',
    at: '2026-11-24T00:00:00.000Z',
    toldAt: TOLD.toISOString(),
  })
  const shown = stepOf(status(picture('visible', '2026-11-24T00:00:20.000Z')), TOLD)
  assert.deepEqual([shown.entry.step, shown.entry.at], ['visible', '2026-11-24T00:00:20.000Z'])
  assert.notEqual(running.key, shown.key)
})

test('progress and another look at the same picture are the same step; another reason and another start are not', () => {
  const keyOf = (part: Partial<LaunchStatus>) => stepOf(status(part), TOLD).key
  assert.equal(keyOf({ phase: 'fetching', progress: 0.1 }), keyOf({ phase: 'fetching', progress: 0.9 }))
  assert.equal(
    keyOf(picture('visible', '2026-11-24T00:00:20.000Z')),
    keyOf(picture('visible', '2026-11-24T00:05:20.000Z')),
  )
  const waiting = (code: string) => keyOf({ phase: 'waiting', reason: { code } })
  assert.notEqual(waiting('AGENT_NO_DISPLAY'), waiting('AGENT_ENGINE_UNREACHABLE'))
  assert.notEqual(keyOf({ restarts: 1 }), keyOf({ restarts: 2 }))
})
