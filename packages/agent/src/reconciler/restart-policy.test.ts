import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AfterEnd, afterEnd, retryDelayMs, tellsOfLostConnection } from './restart-policy.ts'

/** Ends a program again and again, each after it ran for so long; tells delays until it is given up. */
function life(runMs: number, ends: number): { delaysMs: number[]; last: AfterEnd['kind'] } {
  const delaysMs: number[] = []
  let endsMs: readonly number[] = []
  let nowMs = 0
  for (let end = 0; end < ends; end += 1) {
    nowMs += runMs
    const next = afterEnd(endsMs, 'by_itself', nowMs)
    if (next.kind === 'crash_loop') return { delaysMs, last: 'crash_loop' }
    endsMs = next.endsMs
    delaysMs.push(next.atMs - nowMs)
    nowMs = next.atMs
  }
  return { delaysMs, last: 'restart' }
}

test('the delay doubles from one second to five minutes', () => {
  assert.deepEqual([0, 1, 2, 3, 4].map(retryDelayMs), [1000, 1000, 2000, 4000, 8000])
  assert.deepEqual([9, 10, 100, 1e9].map(retryDelayMs), [256_000, 300_000, 300_000, 300_000])
})

for (const runMs of [0, 1000, 11_000, 61_000]) {
  test(`a program that dies after ${runMs} ms is given up at its sixth end`, () => {
    assert.deepEqual(life(runMs, 100), { delaysMs: [1000, 2000, 4000, 8000, 16_000], last: 'crash_loop' })
  })
}

test('a program that dies every three minutes goes on for ever', () => {
  assert.equal(life(180_000, 100).last, 'restart')
})

test('a lost display and a re-run cost no time, a lost connection a second; none of them counts', () => {
  for (const [cause, delayMs] of [
    ['lost_display', 0],
    ['rerun', 0],
    ['lost_connection', 1000],
  ] as const) {
    assert.deepEqual(afterEnd([1], cause, 5), { kind: 'restart', atMs: 5 + delayMs, endsMs: [1] })
  }
})

test('going down with the display does not count', () => {
  let endsMs: readonly number[] = []
  for (let end = 0; end < 20; end += 1) {
    const next = afterEnd(endsMs, 'lost_display', end * 1000)
    assert.equal(next.kind, 'restart')
    endsMs = next.endsMs
  }
  assert.deepEqual(endsMs, [])
})

test('what had ended before the agent came up is started at once, and counts', () => {
  assert.deepEqual(afterEnd([], 'before_agent', 5), { kind: 'restart', atMs: 5, endsMs: [5] })
})

for (const [line, expected] of [
  ['The X11 connection broke (error 1). Did the X11 server die?', true],
  ['X connection to :0 broken (explicit kill or server shutdown).', true],
  ['XIO:  fatal IO error 11 (Resource temporarily unavailable) on X server ":0"', true],
  ['qt.qpa.xcb: could not connect to display :0', false],
  ['Segmentation fault', false],
] as const) {
  test(`${expected ? 'a lost display' : 'something else'}: ${line}`, () => {
    assert.equal(tellsOfLostConnection(`before\n${line}\nafter`), expected)
  })
}
