import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DerivedStatus } from './launch-status.ts'
import { StatusBoard } from './status-board.ts'

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second))
const status = (launchId: string, more: Partial<DerivedStatus> = {}): DerivedStatus => ({
  launchId,
  phase: 'running',
  containers: [],
  restarts: 0,
  ...more,
})

test('only news is news, and a phase keeps the time it began', () => {
  const board = new StatusBoard()
  assert.equal(board.update([status('a', { phase: 'starting' })], at(1)), true)
  assert.equal(board.update([status('a', { phase: 'starting' })], at(2)), false)
  assert.equal(board.update([status('a')], at(3)), true)
  assert.equal(board.update([status('a', { restarts: 1 })], at(4)), true)
  assert.equal(board.all()[0]?.changedAt, at(3).toISOString())
})

test('a launch that is gone is told as stopped, one that failed stays failed', () => {
  const board = new StatusBoard()
  const reason = { code: 'AGENT_CRASH_LOOP' }
  board.update([status('a'), status('b', { phase: 'failed', reason })], at(1))
  board.update([], at(2))
  assert.deepEqual(
    board.all().map(({ launchId, phase, reason: why, changedAt }) => [launchId, phase, why?.code, changedAt]),
    [
      ['a', 'stopped', undefined, at(2).toISOString()],
      ['b', 'failed', 'AGENT_CRASH_LOOP', at(1).toISOString()],
    ],
  )
  assert.equal(board.update([], at(3)), false)
})

test('ended launches are kept, but not without end', () => {
  const board = new StatusBoard()
  for (let number = 0; number < 100; number += 1) board.update([status(`l${number}`)], at(number))
  assert.equal(board.all().length, 33)
  assert.equal(board.all()[1]?.launchId, 'l98')
})

test('why a launch failed stays told while what is left of it is taken down', () => {
  const board = new StatusBoard()
  const reason = { code: 'AGENT_CRASH_LOOP' }
  board.update([status('a', { phase: 'failed', reason })], at(1))
  board.update([status('a', { phase: 'stopping' })], at(2))
  assert.deepEqual([board.all()[0]?.phase, board.all()[0]?.reason], ['failed', reason])
  board.update([], at(3))
  assert.deepEqual([board.all()[0]?.phase, board.all()[0]?.reason], ['failed', reason])
  board.update([status('a', { phase: 'starting' })], at(4))
  assert.deepEqual([board.all()[0]?.phase, board.all()[0]?.reason], ['starting', undefined])
})
