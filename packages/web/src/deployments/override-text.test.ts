import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { LaunchOverride } from '@bongsu/protocol'
import { readOverride } from './override-text.ts'

describe('what a deployment changes, one a line', () => {
  const cases: readonly (readonly [string, LaunchOverride | undefined])[] = [
    ['', {}],
    ['MODE=night\n A=b=c ', { environment: { MODE: 'night', A: 'b=c' } }],
    ['EMPTY=\n-OLD', { environment: { EMPTY: '', OLD: null } }],
    [
      '80=9090\n53/udp=5353\n81/tcp=-',
      {
        ports: [
          { containerPort: 80, hostPort: 9090 },
          { containerPort: 53, protocol: 'udp', hostPort: 5353 },
          { containerPort: 81, hostPort: null },
        ],
      },
    ],
    ['80=99999', undefined],
    ['MODE', undefined],
    ['A B=c', undefined],
  ]
  for (const [text, override] of cases) {
    it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(readOverride(text), override))
  }
})
