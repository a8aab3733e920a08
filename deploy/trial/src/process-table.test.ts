import assert from 'node:assert/strict'
import { test } from 'node:test'
import { descendantsOf, isAlive, parseStat, readProcess } from './process-table.ts'

test('a stat line is read whatever the program is called', () => {
  const rest = '1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1 2'
  const expected = { pid: 42, parentPid: 1, startTicks: 987654, state: 'S' }
  for (const name of ['sh', 'Web Content', 'a) S 7 (b'])
    assert.deepEqual(parseStat(`42 (${name}) S ${rest}`), expected)
  assert.equal(parseStat(''), undefined)
  assert.equal(parseStat('42 (sh) S'), undefined)
})

test('descendants are those below, at any depth, nearest first', () => {
  const row = (pid: number, parentPid: number) => ({ pid, parentPid, startTicks: pid, state: 'S' })
  const rows = [row(1, 0), row(2, 1), row(5, 4), row(3, 2), row(4, 2), row(9, 1), row(0, 0)]
  assert.deepEqual(
    descendantsOf(2, rows).map(({ pid }) => pid),
    [3, 4, 5],
  )
  assert.deepEqual(descendantsOf(9, rows), [])
})

test('this process is alive; one with its pid and another start is not', () => {
  const self = readProcess(process.pid)
  assert.ok(self && isAlive(self))
  assert.equal(isAlive({ ...self, startTicks: self.startTicks - 1 }), false)
})
