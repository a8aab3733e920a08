import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LaunchStatus } from '@bongsu/protocol'
import { outcomeOf } from './outcome.ts'
import { sandboxProfile } from './sandbox-profile.ts'

const status = (part: Partial<LaunchStatus>): LaunchStatus => ({
  launchId: 'lau-aaaaaaaaaaaaaaaa',
  phase: 'running',
  containers: [],
  restarts: 0,
  changedAt: '2026-11-23T00:00:00.000Z',
  ...part,
})
const picture = (verdict: 'visible' | 'black' | 'no_window') => ({
  picture: { verdict, checkedAt: '2026-11-23T00:00:00.000Z' },
})
const exited = { code: 'AGENT_CONTAINER_EXITED', parameters: { exitCode: 1 } }
const missing = { code: 'AGENT_CAUSE_LIBRARY_MISSING' }

const cases: readonly [string, Partial<LaunchStatus> | undefined, object][] = [
  ['nothing reported yet', undefined, { kind: 'undecided', verdict: 'unknown' }],
  ['on its way', { phase: 'loading' }, { kind: 'undecided', verdict: 'unknown' }],
  ['a black window', picture('black'), { kind: 'undecided', verdict: 'black' }],
  ['a picture', picture('visible'), { kind: 'visible' }],
  [
    'a picture of one that is ending',
    { phase: 'stopping', ...picture('visible') },
    { kind: 'undecided', verdict: 'visible' },
  ],
  [
    'waiting for the engine',
    { phase: 'waiting', reason: { code: 'AGENT_ENGINE_UNREACHABLE' } },
    { kind: 'undecided', verdict: 'unknown' },
  ],
  [
    'refused for good',
    { phase: 'waiting', reason: { code: 'AGENT_VERIFICATION_NOT_OFFERED' } },
    { kind: 'failed', reason: { code: 'AGENT_VERIFICATION_NOT_OFFERED' } },
  ],
  [
    'ended once, with its cause',
    { phase: 'waiting', reason: exited, findings: [missing, exited] },
    { kind: 'failed', reason: missing, findings: [missing, exited] },
  ],
  [
    'started a second time',
    { restarts: 1, ...picture('black') },
    { kind: 'failed', reason: { code: 'HUB_VERIFICATION_LOST' } },
  ],
  ['failed', { phase: 'failed', reason: exited }, { kind: 'failed', reason: exited }],
]

for (const [name, part, expected] of cases) {
  test(`a smoke run: ${name}`, () => {
    const outcome = outcomeOf({ wanted: 'running', ...(part && { status: status(part) }) })
    assert.deepEqual(outcome, expected)
  })
}

test('a smoke run whose launch somebody stopped has failed', () => {
  assert.equal(outcomeOf({ wanted: 'stopped', status: status(picture('visible')) }).kind, 'failed')
})

test('a sealed profile keeps the program and its environment, and nothing of the world', () => {
  const sealed = sandboxProfile({
    containers: [
      {
        name: 'main',
        command: ['python3', 'main.py'],
        environment: { A: '1' },
        devices: [{ kind: 'camera' }, { kind: 'gpu' }],
        ports: [{ containerPort: 80, hostPort: 8080 }],
        volumes: [{ volume: 'data', path: '/data' }],
      },
    ],
    volumes: [{ name: 'data' }],
    display: { required: false, placement: 'fullscreen' },
    network: 'bridge',
    group: 'site',
    stopGraceSeconds: 600,
  })
  assert.deepEqual(sealed, {
    containers: [
      {
        name: 'main',
        command: ['python3', 'main.py'],
        environment: { A: '1' },
        volumes: [{ volume: 'data', path: '/data' }],
      },
    ],
    volumes: [{ name: 'data' }],
    display: { required: true },
    network: 'none',
    stopGraceSeconds: 2,
  })
})
