import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actionsOf, readWaves } from './rollout-status.ts'

test('waves are read as people write them', () => {
  const table: readonly (readonly [string, string[] | undefined])[] = [
    ['1, 10%, 100%', ['1', '10%', '100%']],
    ['1 → 10% → 100%', ['1', '10%', '100%']],
    ['5', ['5']],
    ['', undefined],
    ['0', undefined],
    ['101%', undefined],
    ['1, half', undefined],
    ['1.5', undefined],
  ]
  for (const [text, waves] of table) assert.deepEqual(readWaves(text), waves, text)
})

test('what has ended offers nothing, and what waits can go on', () => {
  assert.deepEqual(actionsOf({ state: 'undone' }), [])
  assert.deepEqual(actionsOf({ state: 'halted' }), ['resume', 'undo'])
  assert.deepEqual(actionsOf({ state: 'done' }), ['undo'])
})
