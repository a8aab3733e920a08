import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missingPackages } from './apt-packages.ts'

const needs = [
  { package: 'docker.io', anyOf: ['dockerd'] },
  { package: 'python3-venv', anyOf: ['/usr/lib/python3.11/ensurepip', '/usr/lib/python3.13/ensurepip'] },
  { package: 'docker.io', anyOf: ['containerd'] },
]

test('only what the machine does not have is installed, each package once', () => {
  const cases: [string[], string[]][] = [
    [[], ['docker.io', 'python3-venv']],
    [['dockerd', '/usr/lib/python3.13/ensurepip'], ['docker.io']],
    [['dockerd', 'containerd', '/usr/lib/python3.11/ensurepip'], []],
    // The client without the daemon is no engine.
    [['docker', '/usr/lib/python3.11/ensurepip'], ['docker.io']],
  ]
  for (const [has, expected] of cases) {
    assert.deepEqual(
      missingPackages(needs, (file) => has.includes(file)),
      expected,
    )
  }
})
