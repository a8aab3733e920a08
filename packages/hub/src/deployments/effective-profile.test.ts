// Which override counts: a table, and what holds for any of them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LaunchOverride, LaunchProfile } from '@bongsu/protocol'
import fc from 'fast-check'
import { effectiveProfile, requireContainers } from './effective-profile.ts'

const PROFILE: LaunchProfile = {
  containers: [
    {
      name: 'main',
      environment: { LANG: 'ko', MODE: 'day' },
      ports: [{ containerPort: 80, hostPort: 8080 }],
    },
    { name: 'helper', secrets: [{ name: 'key', file: 'k' }] },
  ],
}
const DEVICE = { id: 'dev-a', site: '대관령', labels: { role: 'gate', line: '2' } }
const of = (...overrides: LaunchOverride[]) => effectiveProfile(PROFILE, overrides, DEVICE)
const set = (value: string | null, where: LaunchOverride = {}): LaunchOverride => ({
  ...where,
  environment: { MODE: value },
})
const publish = (hostPort: number | null, where: LaunchOverride = {}): LaunchOverride => ({
  ...where,
  ports: [{ containerPort: 80, hostPort }],
})

const rows: readonly (readonly [
  string,
  LaunchOverride[],
  mode: string | undefined,
  from: string | undefined,
])[] = [
  ['the profile where nothing else is said', [], 'day', 'profile'],
  ['what is said for everywhere', [set('1')], '1', 'everywhere'],
  [
    'the device before labels, site and everywhere',
    [
      set('d', { deviceId: 'dev-a' }),
      set('l', { labels: { role: 'gate' } }),
      set('s', { site: '대관령' }),
      set('e'),
    ],
    'd',
    'device',
  ],
  [
    'labels before a site',
    [set('l', { labels: { role: 'gate' } }), set('s', { site: '대관령' })],
    'l',
    'labels',
  ],
  [
    'more labels before fewer',
    [set('2', { labels: { role: 'gate', line: '2' } }), set('1', { labels: { role: 'gate' } })],
    '2',
    'labels',
  ],
  ['the later of two equals', [set('1', { site: '대관령' }), set('2', { site: '대관령' })], '2', 'site'],
  [
    'nothing of what holds elsewhere',
    [
      set('x', { site: '서울' }),
      set('y', { labels: { role: 'hall' } }),
      set('z', { deviceId: 'dev-b' }),
      set('w', { site: '서울', labels: { role: 'gate' } }),
    ],
    'day',
    'profile',
  ],
  ['nothing once it is taken away', [set('1'), set(null, { deviceId: 'dev-a' })], undefined, undefined],
  [
    'what is set again by a more special one',
    [set(null), set('1', { labels: { line: '2' } })],
    '1',
    'labels',
  ],
]

for (const [what, overrides, mode, from] of rows) {
  test(`a launch gets ${what}`, () => {
    const { profile, inputs } = of(...overrides)
    assert.equal(profile.containers[0]?.environment?.MODE, mode)
    assert.equal(profile.containers[0]?.environment?.LANG, 'ko')
    assert.equal(inputs.environment.find(({ name }) => name === 'MODE')?.from, from)
  })
}

test('ports are published elsewhere, no longer, or besides; secrets are named with their files', () => {
  assert.deepEqual(of(publish(9090, { site: '대관령' })).profile.containers[0]?.ports, [
    { containerPort: 80, hostPort: 9090 },
  ])
  assert.deepEqual(of(publish(null)).profile.containers[0]?.ports, [{ containerPort: 80 }])
  const more = of({ container: 'helper', ports: [{ containerPort: 53, protocol: 'udp', hostPort: 5353 }] })
  assert.deepEqual(more.profile.containers[1]?.ports, [
    { containerPort: 53, protocol: 'udp', hostPort: 5353 },
  ])
  assert.deepEqual(more.inputs.secrets, [{ container: 'helper', name: 'key', file: 'k' }])
})

test('a container that is not there is refused by its place', () => {
  assert.throws(() => requireContainers(PROFILE, [{}, { container: 'none' }]), {
    faults: [{ pointer: '/overrides/1/container', message: 'the profile has no such container' }],
  })
})

const where = fc.record(
  {
    site: fc.constantFrom('대관령', '서울'),
    deviceId: fc.constantFrom('dev-a', 'dev-b'),
    labels: fc.dictionary(fc.constantFrom('role', 'line'), fc.constantFrom('gate', '2')),
    container: fc.constantFrom('main', 'helper'),
    environment: fc.dictionary(fc.constantFrom('LANG', 'MODE', 'X'), fc.option(fc.string())),
    ports: fc.array(fc.record({ containerPort: fc.constantFrom(80, 81), hostPort: fc.option(fc.nat(9)) }), {
      maxLength: 2,
    }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<LaunchOverride>

test('the result is what its origins say, the profile is left as it was, and an override of the device is obeyed', () => {
  fc.assert(
    fc.property(fc.array(where, { maxLength: 6 }), fc.string(), (overrides, value) => {
      const before = structuredClone(PROFILE)
      const { profile, inputs } = of(...overrides)
      assert.deepEqual(of(...overrides), { profile, inputs })
      assert.deepEqual(PROFILE, before)
      for (const { name, environment = {}, ports = [] } of profile.containers) {
        const told = inputs.environment.filter(({ container }) => container === name)
        assert.deepEqual(Object.fromEntries(told.map((one) => [one.name, one.value])), environment)
        assert.equal(inputs.ports.filter(({ container }) => container === name).length, ports.length)
        const keys = ports.map(({ containerPort, protocol = 'tcp' }) => `${containerPort}/${protocol}`)
        assert.equal(new Set(keys).size, keys.length)
      }
      const last = { deviceId: 'dev-a', labels: { role: 'gate', line: '2' }, environment: { MODE: value } }
      assert.equal(of(...overrides, last).profile.containers[0]?.environment?.MODE, value)
      const elsewhere = overrides.map((one) => ({ ...one, deviceId: 'dev-b' }))
      assert.deepEqual(of(...elsewhere), of())
    }),
  )
})
