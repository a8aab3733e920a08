// The collecting process for real, and what becomes of one that lies, hangs or talks without end.
import assert from 'node:assert/strict'
import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { dockerArchitecture } from './collect-facts.ts'
import { parseFacts, readHostFacts } from './host-facts.ts'

const signal = new AbortController().signal

async function program(t: TestContext, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bongsu-facts-'))
  t.after(() => rm(folder, { recursive: true }))
  await chmod(folder, 0o755)
  const path = join(folder, 'program.mjs')
  await writeFile(path, text)
  return path
}

test('facts of this machine', async () => {
  const facts = await readHostFacts({ program: join(import.meta.dirname, '..', 'facts-main.ts'), signal })
  assert.equal(facts.hostname, hostname())
  assert.equal(facts.architecture, dockerArchitecture(process.arch))
  assert.ok((facts.memoryBytes ?? 0) > 0)
  assert.ok((facts.cpuCores ?? 0) > 0)
})

test('the collecting process gets nothing of the agent’s environment, and is nobody when the agent is root', async (t) => {
  const path = await program(
    t,
    `const { env, getuid } = process
     console.log(JSON.stringify({ kernel: Object.keys(env).sort().join(), cpuCores: getuid() }))`,
  )
  // Nobody may not be allowed into the folder of the checkout, where this Node lies.
  const node = join(dirname(path), 'node')
  await copyFile(process.execPath, node)
  await chmod(node, 0o755)
  const { kernel, cpuCores } = await readHostFacts({ program: path, signal, node })
  assert.equal(kernel, 'LC_ALL,PATH')
  const own = process.getuid?.() ?? 0
  assert.equal(cpuCores, own === 0 ? 65_534 : own)
})

test('a program that fails, lies or talks without end leaves facts unknown', async (t) => {
  const programs = [
    'process.exit(3)',
    'console.log("no JSON")',
    'console.log(JSON.stringify({ cpuCores: "many" }))',
    'for (;;) process.stdout.write("x".repeat(65536))',
  ]
  for (const text of programs) {
    const options = { program: await program(t, text), signal, timeoutMs: 3000 }
    assert.deepEqual(await readHostFacts(options), {}, text)
  }
  assert.deepEqual(await readHostFacts({ program: '/nonexistent/program.mjs', signal }), {})
})

test('a program that hangs is ended', async (t) => {
  const path = await program(t, 'setInterval(() => undefined, 1000)')
  assert.deepEqual(await readHostFacts({ program: path, signal, timeoutMs: 100 }), {})
})

test('an abort ends it at once', async (t) => {
  const path = await program(t, 'setInterval(() => undefined, 1000)')
  const aborted = AbortSignal.abort()
  assert.deepEqual(await readHostFacts({ program: path, signal: aborted }), {})
})

test('whatever is said, the answer is facts or nothing', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const facts = parseFacts(text)
      assert.ok(facts === undefined || typeof facts === 'object')
    }),
  )
})

test('architectures as Docker names them', () => {
  assert.equal(dockerArchitecture('x64'), 'amd64')
  assert.equal(dockerArchitecture('arm64'), 'arm64')
})
