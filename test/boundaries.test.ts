// The dependency rules bite: forbidden imports planted in a copy of the layout are found, and the real tree has none.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')

interface Cruise {
  summary: { violations: { from: string; rule: { name: string } }[]; totalCruised: number }
}

const cruise = (cwd: string): Promise<Cruise> =>
  new Promise((resolve, reject) => {
    const tool = join(root, 'node_modules/.bin/depcruise')
    const options = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'packages']
    execFile(tool, options, { cwd, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (stdout) resolve(JSON.parse(stdout))
      else reject(new Error(`dependency-cruiser said nothing: ${stderr}`, { cause: error }))
    })
  })

const planted: Record<string, string> = {
  'packages/agent/src/reaches-hub.ts': "import '../../hub/src/victim.ts'",
  'packages/hub/src/victim.ts': 'export const victim = 1',
  'packages/hub/src/reaches-agent.ts': "import '../../agent/src/victim.ts'",
  'packages/agent/src/victim.ts': 'export const victim = 1',
  'packages/protocol/src/reaches-foundation.ts': "import '../../foundation/src/victim.ts'",
  'packages/foundation/src/victim.ts': 'export const victim = 1',
  'packages/agent/src/reconciler/plan.ts': "import 'node:fs'",
  'packages/agent/src/second-docker.ts': "import 'dockerode'",
  'packages/hub/src/devices/service.ts': "import '../packages/mongo-repository.ts'",
  'packages/hub/src/packages/mongo-repository.ts': 'export const rows = 1',
  'packages/hub/src/cycle-a.ts': "import './cycle-b.ts'",
  'packages/hub/src/cycle-b.ts': "import './cycle-a.ts'",
}

const expected: Record<string, string> = {
  'packages/agent/src/reaches-hub.ts': 'agent-knows-no-other-process',
  'packages/hub/src/reaches-agent.ts': 'hub-knows-no-other-process',
  'packages/protocol/src/reaches-foundation.ts': 'protocol-stands-alone',
  'packages/agent/src/reconciler/plan.ts': 'planning-is-pure',
  'packages/agent/src/second-docker.ts': 'only-importer-of-dockerode',
  'packages/hub/src/devices/service.ts': 'feature-repositories-are-private',
  'packages/hub/src/cycle-a.ts': 'no-cycles',
}

test('planted forbidden imports are all found', async (t) => {
  const copy = await mkdtemp(join(tmpdir(), 'bongsu-boundaries-'))
  t.after(() => rm(copy, { recursive: true }))
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'tsconfig.base.json', 'package.json']) {
    await cp(join(root, file), join(copy, file))
  }
  await symlink(join(root, 'packages/agent/node_modules'), join(copy, 'node_modules'))
  for (const [path, content] of Object.entries(planted)) {
    await mkdir(dirname(join(copy, path)), { recursive: true })
    await writeFile(join(copy, path), content)
  }
  const { summary } = await cruise(copy)
  const found = summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`)
  for (const [path, rule] of Object.entries(expected)) {
    assert.ok(found.includes(`${path}: ${rule}`), `not found: ${path}: ${rule}; found:\n${found.join('\n')}`)
  }
})

test('the tree obeys its dependency rules', async () => {
  const { summary } = await cruise(root)
  assert.ok(summary.totalCruised > 50, `only ${summary.totalCruised} modules were read`)
  assert.deepEqual(
    summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`),
    [],
  )
})
