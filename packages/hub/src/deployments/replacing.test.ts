// What a new launch replaces, and when that is settled.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DesiredLaunch, LaunchStatus } from '@bongsu/protocol'
import { proofOf, SHOWN_WITHIN_MS, withWish } from './replacing.ts'

const wish = (launchId: string, more: Partial<DesiredLaunch> = {}): DesiredLaunch => ({
  launchId,
  deploymentId: 'dep',
  packageId: 'p',
  version: '1',
  image: { imageId: 'i', downloadBytes: 1 },
  profile: { containers: [{ name: 'main' }] },
  ...more,
})

describe('a new wish', () => {
  const cases: readonly (readonly [string, DesiredLaunch[], DesiredLaunch, string | undefined, string[]])[] =
    [
      ['of nothing', [], wish('new'), undefined, []],
      ['of another package', [wish('a', { packageId: 'q' })], wish('new'), undefined, []],
      ['of the same package', [wish('a')], wish('new'), 'a', []],
      ['of a launch sealed off', [wish('a')], wish('new', { purpose: 'verification' }), undefined, []],
      ['beside one sealed off', [wish('a', { purpose: 'verification' })], wish('new'), undefined, []],
      ['of several, the newest', [wish('a'), wish('b')], wish('new'), 'b', []],
      ['of one on its way', [wish('a'), wish('b', { replaces: 'a' })], wish('new'), 'a', ['b']],
      ['of one that took its place', [wish('b', { replaces: 'gone' })], wish('new'), 'b', []],
    ]
  for (const [name, present, added, replaces, superseded] of cases) {
    test(`${name} replaces ${replaces ?? 'nothing'}`, () => {
      const next = withWish(present, added, 'same-package')
      assert.equal(next.desired.replaces, replaces)
      assert.deepEqual(
        next.superseded.map(({ launchId }) => launchId),
        superseded,
      )
      assert.ok(next.launches.includes(next.desired))
      assert.equal(next.launches.length, present.length + 1 - superseded.length)
    })
  }

  test('replaces nothing when so asked', () => {
    const { launches } = withWish([wish('a')], wish('new'), 'nothing')
    assert.deepEqual(launches, [wish('a'), wish('new')])
  })
})

describe('a replacement', () => {
  const startedAt = '2026-01-01T00:00:00Z'
  const now = new Date(Date.parse(startedAt) + 1000)
  const late = new Date(Date.parse(startedAt) + SHOWN_WITHIN_MS + 1)
  const status = (phase: LaunchStatus['phase'], more: Partial<LaunchStatus> = {}): LaunchStatus => ({
    launchId: 'l',
    phase,
    containers: [{ name: 'main', containerId: 'c', state: 'running', startedAt }],
    restarts: 0,
    changedAt: startedAt,
    ...more,
  })
  const picture = (verdict: 'visible' | 'no_window') => ({ picture: { verdict, checkedAt: startedAt } })
  const cases: readonly (readonly [
    string,
    LaunchStatus | undefined,
    'needed' | 'not_needed',
    Date,
    string,
  ])[] = [
    ['never reported', undefined, 'needed', late, 'open'],
    ['fetching', status('fetching'), 'needed', late, 'open'],
    ['waiting', status('waiting'), 'needed', late, 'open'],
    ['running without picture', status('running'), 'needed', now, 'open'],
    ['running without window', status('running', picture('no_window')), 'needed', now, 'open'],
    ['running without window for long', status('running', picture('no_window')), 'needed', late, 'failed'],
    ['visible', status('running', picture('visible')), 'needed', now, 'proven'],
    ['visible late', status('running', picture('visible')), 'needed', late, 'proven'],
    ['running where nothing is to be seen', status('running'), 'not_needed', now, 'proven'],
    ['failed', status('failed', { reason: { code: 'AGENT_CRASH_LOOP' } }), 'needed', now, 'failed'],
    ['expired', status('expired'), 'needed', now, 'failed'],
  ]
  for (const [name, reported, needed, at, kind] of cases) {
    test(`${name} is ${kind}`, () => assert.equal(proofOf(reported, needed, at).kind, kind))
  }
})
