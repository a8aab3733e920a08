import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isCodedError } from '@bongsu/foundation'
import { loadPolicy, parsePolicy } from './load-policy.ts'
import { DEFAULT_DEVICES } from './policy.ts'

const DIRS = { runDir: '/run/bongsu', stateDir: '/var/lib/bongsu' }
const isInvalid = (problem: RegExp) => (error: unknown) =>
  isCodedError(error) &&
  error.code === 'AGENT_POLICY_INVALID' &&
  problem.test(String(error.parameters?.problem))

test('no file is the default policy: the GUI recipe and nothing more', async () => {
  const policy = await loadPolicy(DIRS, '/nonexistent/policy.toml')
  assert.deepEqual(policy.devices, DEFAULT_DEVICES)
  assert.deepEqual(policy.capabilities, [])
  assert.deepEqual(policy.network, ['none', 'bridge'])
  assert.deepEqual(policy.bindMounts, [
    { path: '/tmp/.X11-unix', mode: 'ro' },
    { path: '/run/bongsu/x', mode: 'ro' },
    { path: '/etc/localtime', mode: 'ro' },
    { path: '/run/udev/data', mode: 'ro' },
    { path: '/var/lib/bongsu/volumes', mode: 'rw' },
  ])
})

const broken: readonly (readonly [text: string, problem: RegExp])[] = [
  ['network = ', /./],
  ['network = ["hots"]', /network/],
  ['unknown = 1', /./],
  ['gpu = "all"', /gpu/],
  ['exec = 0', /exec/],
  ['devices = ["relative"]', /devices/],
  ['maximumMemoryBytes = "much"', /maximumMemoryBytes/],
  ['[[bindMounts]]\npath = "/srv"\nmode = "rwx"', /bindMounts/],
]

for (const [text, problem] of broken) {
  test(`refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => parsePolicy(text, '/etc/bongsu/policy.toml'), isInvalid(problem))
  })
}

test('a file of root alone is read; one that others could change is refused', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'bongsu-policy-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'policy.toml')
  await writeFile(path, 'network = ["none"]\n', { mode: 0o644 })
  await chmod(path, 0o644)
  const isRoot = process.getuid?.() === 0
  if (isRoot) assert.deepEqual((await loadPolicy(DIRS, path)).network, ['none'])
  else await assert.rejects(loadPolicy(DIRS, path), isInvalid(/not owned by root/))
  await chmod(path, 0o664)
  await assert.rejects(loadPolicy(DIRS, path), isInvalid(isRoot ? /can be changed/ : /not owned/))
  const link = join(folder, 'link.toml')
  await symlink(path, link)
  await assert.rejects(loadPolicy(DIRS, link), isInvalid(/not a regular file/))
})
