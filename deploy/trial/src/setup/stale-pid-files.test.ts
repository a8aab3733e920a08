import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { removeStalePidFiles } from './stale-pid-files.ts'

test('only a living process of the right program keeps its pid file', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-pid-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const proc = join(folder, 'proc')
  const process = (pid: number, comm: string, state: string) => {
    mkdirSync(join(proc, String(pid)), { recursive: true })
    writeFileSync(join(proc, String(pid), 'comm'), `${comm}\n`)
    writeFileSync(join(proc, String(pid), 'stat'), `${pid} (${comm}) ${state} 1 1 1`)
  }
  process(1, 'dockerd', 'S')
  process(2, 'bash', 'S')
  process(3, 'dockerd', 'Z')
  const files = { living: '1', other: '2', zombie: '3', gone: '4', nonsense: 'x' }
  for (const [name, pid] of Object.entries(files)) writeFileSync(join(folder, name), pid)
  const all = [...Object.keys(files), 'absent'].map((name) => ({
    path: join(folder, name),
    program: 'dockerd',
  }))
  const removed = removeStalePidFiles(all, proc)
  assert.deepEqual(
    removed,
    ['other', 'zombie', 'gone', 'nonsense'].map((name) => join(folder, name)),
  )
  assert.ok(existsSync(join(folder, 'living')))
  assert.ok(!existsSync(join(folder, 'gone')))
})
