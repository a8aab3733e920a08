import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DesiredLaunch, DesiredState } from '@bongsu/protocol'
import fc from 'fast-check'
import { decideAcceptance } from './accept.ts'

const launch = (launchId: string, version = '1'): DesiredLaunch => ({
  launchId,
  deploymentId: 'dep',
  packageId: 'package',
  version,
  image: { imageId: 'id', downloadBytes: 1 },
  profile: { containers: [{ name: 'main' }] },
})

const state = (generation: number, ...launches: DesiredLaunch[]): DesiredState => ({
  type: 'desired-state',
  generation,
  launches,
})

const secret = (revision: string, value: string): DesiredLaunch => ({
  ...launch('a'),
  secrets: [{ name: 'key', revision, value }],
})
const twins: DesiredLaunch = { ...launch('a'), profile: { containers: [{ name: 'x' }, { name: 'x' }] } }

const rows: readonly (readonly [
  it: string,
  current: DesiredState | undefined,
  incoming: DesiredState,
  outcome: string,
])[] = [
  ['takes the first', undefined, state(0), 'accepted new'],
  ['takes a newer one', state(3, launch('a')), state(4), 'accepted new'],
  ['takes the same again', state(3, launch('a')), state(3, launch('a')), 'accepted none'],
  [
    'sees no difference in the order',
    state(3, launch('a'), launch('b')),
    state(3, launch('b'), launch('a')),
    'accepted none',
  ],
  [
    'keeps the values it has under a number',
    state(3, secret('1', 'YQ==')),
    state(3, secret('2', 'Yg==')),
    'accepted none',
  ],
  ['takes values that it lost', state(3, secret('1', '')), state(3, secret('1', 'YQ==')), 'accepted new'],
  ['calls an older one stale', state(3), state(2, launch('a')), 'stale AGENT_STALE_GENERATION'],
  [
    'refuses other content under a number',
    state(3, launch('a')),
    state(3, launch('a', '2')),
    'refused AGENT_GENERATION_CONFLICT',
  ],
  [
    'refuses a launch twice',
    state(3),
    state(4, launch('a'), launch('a')),
    'refused AGENT_DESIRED_STATE_INVALID',
  ],
  ['refuses two containers of one name', state(3), state(4, twins), 'refused AGENT_DESIRED_STATE_INVALID'],
]

for (const [it, current, incoming, expected] of rows) {
  test(`acceptance ${it}`, () => {
    const decision = decideAcceptance(current, incoming)
    const detail = decision.outcome === 'accepted' ? decision.change : decision.reason.code
    assert.equal(`${decision.outcome} ${detail}`, expected)
  })
}

test('whatever arrives in whatever order, the accepted generation only rises', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 30 }), (generations) => {
      let current: DesiredState | undefined
      for (const generation of generations) {
        const incoming = state(generation, launch(`l${generation}`))
        const { outcome } = decideAcceptance(current, incoming)
        if (outcome !== 'accepted') continue
        assert.ok(generation >= (current?.generation ?? 0))
        current = incoming
      }
      assert.equal(current?.generation, generations.length === 0 ? undefined : Math.max(...generations))
    }),
  )
})
