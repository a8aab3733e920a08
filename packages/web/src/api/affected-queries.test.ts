import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Change } from '@bongsu/protocol'
import { isAffected, queryKeys } from './affected-queries.ts'

test('a change makes out of date what shows it, and nothing else', () => {
  const keys = {
    devices: queryKeys.deviceList('q'),
    device1: queryKeys.device('dev-1'),
    device2: queryKeys.device('dev-2'),
    packages: queryKeys.packageList(''),
    package1: queryKeys.package('p1'),
    launches: queryKeys.launchList({}),
    screen1: queryKeys.still('dev-1', undefined),
    window1: queryKeys.still('dev-1', 'lau-1'),
    screen2: queryKeys.still('dev-2', undefined),
    me: queryKeys.me,
    forecast1: queryKeys.forecast({ packageId: 'p1', version: '1', deviceIds: ['dev-3', 'dev-1'] }),
  }
  const cases: [Change['resource'], string, (keyof typeof keys)[]][] = [
    ['device', 'dev-1', ['devices', 'device1', 'forecast1']],
    ['package', 'p1', ['packages', 'package1']],
    ['launch', 'lau-1', ['launches']],
    ['deployment', 'dep-1', ['launches']],
    ['still', 'dev-1', ['screen1', 'window1']],
    ['still', 'lau-1', ['window1']],
  ]
  for (const [resource, id, expected] of cases) {
    const affected = Object.entries(keys).filter(([, key]) => isAffected(key, { resource, id }))
    assert.deepEqual(
      affected.map(([name]) => name),
      expected,
      `${resource} ${id}`,
    )
  }
})
