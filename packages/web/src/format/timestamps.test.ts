import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatAge, formatKst, fromKstField } from './timestamps.ts'

test('a time stamp is shown in Korean standard time', () => {
  assert.match(formatKst('2026-08-01T16:05:00Z', 'en'), /Aug 02, 2026, 01:05/)
  assert.match(formatKst('2026-08-01T15:00:00Z', 'ko'), /2026\. 08\. 02\. 00:00/)
})

test('an age uses the largest unit that fits and is never negative', () => {
  const now = Date.parse('2026-08-01T12:00:00Z')
  const cases: [string, string][] = [
    ['2026-08-01T11:59:48Z', '12 sec. ago'],
    ['2026-08-01T11:58:01Z', '1 min. ago'],
    ['2026-08-01T09:00:00Z', '3 hr. ago'],
    ['2026-07-30T09:00:00Z', '2 days ago'],
    ['2026-08-01T12:00:09Z', '0 sec. ago'],
  ]
  for (const [timestamp, expected] of cases) assert.equal(formatAge(timestamp, now, 'en'), expected)
})

test('a deadline is entered as Korean standard time', () => {
  assert.equal(fromKstField('2026-08-02T01:05'), '2026-08-01T16:05:00.000Z')
  for (const wrong of ['', '2026-08-02', '2026-13-40T01:05']) assert.equal(fromKstField(wrong), undefined)
})
