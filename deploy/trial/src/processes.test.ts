import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ProcessRecord } from './process-record.ts'
import { descendantsOf, isAlive, readProcesses } from './process-table.ts'
import { Processes } from './processes.ts'
import { TrialError } from './trial-error.ts'
import { waitUntil } from './wait-until.ts'

function scenario(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-processes-'))
  const record = new ProcessRecord(join(folder, 'processes.json'))
  const processes = new Processes({ logFolder: join(folder, 'logs'), record })
  t.after(async () => {
    await processes.stopAll()
    rmSync(folder, { recursive: true })
  })
  const sh = (script: string) => ['/bin/sh', '-c', script] as const
  return { processes, record, sh, folder }
}

test('a child has a log of its own, is remembered while it runs and forgotten after', async (t) => {
  const { processes, record, sh } = scenario(t)
  const child = await processes.start({ name: 'speaker', argv: sh('echo hello; exec sleep 1000') })
  await waitUntil(() => readFileSync(child.logPath, 'utf8') === 'hello\n', {
    what: 'logged',
    timeoutMs: 5000,
  })
  assert.deepEqual(
    record.leftovers().map(({ name, pid }) => ({ name, pid })),
    [{ name: 'speaker', pid: child.pid }],
  )
  await child.stop()
  assert.deepEqual(await child.ended, { exitCode: null, signal: 'SIGTERM' })
  assert.deepEqual(record.leftovers(), [])
  await child.stop()
})

test('the whole tree ends, also what ignores SIGTERM or left its parent', async (t) => {
  const { processes, sh } = scenario(t)
  const script = 'trap "" TERM; setsid sh -c "trap \\"\\" TERM; sleep 1000" & sleep 1000 & wait; wait'
  const child = await processes.start({ name: 'stubborn', argv: sh(script), stopGraceMs: 100 })
  const tree = await waitUntil(
    () => {
      const below = descendantsOf(child.pid, readProcesses())
      return below.length >= 3 && below
    },
    { what: 'the tree is up', timeoutMs: 5000 },
  )
  await child.stop()
  assert.equal(tree.some(isAlive), false)
})

test('a child that ends before it is ready is an error with its last words', async (t) => {
  const { processes, sh } = scenario(t)
  const start = processes.start({
    name: 'broken',
    argv: sh('echo no such port >&2; exit 3'),
    ready: () => false,
  })
  await assert.rejects(start, (error) => {
    assert.ok(error instanceof TrialError)
    assert.equal(error.code, 'TRIAL_PROCESS_NOT_READY')
    assert.match(error.what.en, /ended with 3: no such port/)
    return true
  })
})

test('a child that never gets ready is ended', async (t) => {
  const { processes, record, sh } = scenario(t)
  const start = processes.start({
    name: 'slow',
    argv: sh('exec sleep 1000'),
    ready: () => false,
    readyTimeoutMs: 50,
  })
  await assert.rejects(start, /not ready after 0.05 s/)
  assert.deepEqual(record.leftovers(), [])
  assert.deepEqual(processes.running(), [])
})

test('a program that does not exist is an error, not a crash', async (t) => {
  const { processes } = scenario(t)
  await assert.rejects(
    processes.start({ name: 'absent', argv: ['/no/such/program'] }),
    /TRIAL_PROCESS_NOT_READY.*ENOENT/,
  )
})

test('all are stopped, the last begun first', async (t) => {
  const { processes, sh } = scenario(t)
  const ends: string[] = []
  for (const name of ['first', 'second', 'third']) {
    const child = await processes.start({ name, argv: sh('exec sleep 1000') })
    void child.ended.then(() => ends.push(name))
  }
  await processes.stopAll()
  assert.deepEqual(ends, ['third', 'second', 'first'])
})

test('a record of another boot, or a torn one, names nothing to end', async (t) => {
  const { processes, record, sh, folder } = scenario(t)
  await processes.start({ name: 'child', argv: sh('exec sleep 1000') })
  const path = join(folder, 'processes.json')
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.replace(/"bootId": "[^"]+"/, '"bootId": "other"'))
  assert.deepEqual(record.leftovers(), [])
  writeFileSync(path, text.slice(0, 20))
  assert.deepEqual(record.leftovers(), [])
})
