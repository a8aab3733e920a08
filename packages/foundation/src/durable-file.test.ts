import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readTextIfPresent, writeDurably } from './durable-file.ts'

test('a write replaces the whole file, keeps its mode and leaves no temporary behind', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'bongsu-durable-'))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'state', 'desired.json')
  assert.equal(await readTextIfPresent(path), undefined)
  await writeDurably(path, 'a longer first content')
  await writeDurably(path, 'second')
  assert.equal(await readTextIfPresent(path), 'second')
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.deepEqual(await readdir(join(folder, 'state')), ['desired.json'])
})

test('concurrent writes leave one of the contents, never a mixture', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'bongsu-durable-'))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'file')
  const contents = Array.from({ length: 20 }, (_, index) => String(index).repeat(5000))
  await Promise.all(contents.map((content) => writeDurably(path, content)))
  assert.ok(contents.includes((await readTextIfPresent(path)) ?? ''))
  assert.deepEqual(await readdir(folder), ['file'])
})
