import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCodedError } from '@bongsu/foundation'
import { checkExec, type ExecOptions } from './check-exec.ts'
import { policyOf } from './policy.ts'

const DIRS = { runDir: '/run/bongsu', stateDir: '/var/lib/bongsu' }
const good: ExecOptions = { Cmd: ['id'], AttachStdout: true, AttachStderr: true }

test('a plain command passes, unless the device says that none may', () => {
  checkExec(good, policyOf({}, DIRS))
  assert.throws(() => checkExec(good, policyOf({ exec: false }, DIRS)), isForbidden(/running commands/))
})

const HOSTILE: readonly (readonly [what: RegExp, more: Record<string, unknown>])[] = [
  [/Privileged/, { Privileged: true }],
  [/User/, { User: '0' }],
  [/User/, { User: 'root' }],
  [/Tty/, { Tty: true }],
  [/AttachStdin/, { AttachStdin: true }],
  [/Env/, { Env: ['LD_PRELOAD=/tmp/x.so'] }],
  [/WorkingDir/, { WorkingDir: '/proc/1/root' }],
  [/DetachKeys/, { DetachKeys: 'ctrl-a' }],
  [/Detach/, { Detach: true }],
  [/without a program/, { Cmd: [] }],
]

for (const [what, more] of HOSTILE) {
  test(`a command with ${JSON.stringify(more)} is refused`, () => {
    const options = { ...good, ...more } as ExecOptions
    assert.throws(() => checkExec(options, policyOf({}, DIRS)), isForbidden(what))
  })
}

test('options that say nothing are passed over', () => {
  checkExec({ ...good, Privileged: false, User: '' } as ExecOptions, policyOf({}, DIRS))
})

function isForbidden(what: RegExp) {
  return (error: unknown) =>
    isCodedError(error) && error.code === 'AGENT_POLICY_FORBIDS' && what.test(String(error.parameters?.what))
}
