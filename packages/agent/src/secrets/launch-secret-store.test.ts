// Files of secrets: whose they are, what is replaced, and which places are refused.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createLaunchSecretStore } from './launch-secret-store.ts'
import { isInMemory, secretsDirOf } from './secrets-folder.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

function stage(t: TestContext): string {
  const folder = mkdtempSync('/dev/shm/bongsu-test-')
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'secrets')
}

test('files are the user’s own, read-only, in memory; a rewrite replaces and keeps the folder', async (t) => {
  const secretsDir = stage(t)
  const store = createLaunchSecretStore(secretsDir)
  const place = { launchId: 'lau-a', name: 'main', ...owner }
  await store.write({
    ...place,
    files: [
      { file: 'a', value: base64('1') },
      { file: 'b.key', value: base64('2') },
    ],
  })
  const folder = join(secretsDir, 'lau-a', 'main')
  const { ino, mode } = statSync(folder)
  assert.equal(mode & 0o777, 0o700)
  assert.equal(statSync(join(folder, 'a')).mode & 0o777, 0o400)
  assert.equal(statSync(join(folder, 'a')).uid, owner.uid)
  assert.ok(isInMemory(folder))
  await store.write({ ...place, files: [{ file: 'a', value: base64('3') }] })
  assert.equal(statSync(folder).ino, ino)
  assert.deepEqual(readdirSync(folder), ['a'])
  assert.equal(readFileSync(join(folder, 'a'), 'utf8'), '3')
  assert.deepEqual(await store.list(), ['lau-a'])
  await store.remove('lau-a')
  await store.remove('lau-a')
  assert.deepEqual(await store.list(), [])
})

test('names that lead elsewhere, a folder on disk and somebody else’s link are refused', async (t) => {
  const secretsDir = stage(t)
  const store = createLaunchSecretStore(secretsDir)
  const files = [{ file: 'a', value: base64('1') }]
  for (const launchId of ['..', '../x', 'a/b', '']) {
    await assert.rejects(store.write({ launchId, name: 'main', ...owner, files }), RangeError)
    await assert.rejects(store.remove(launchId), RangeError)
  }
  const outside = { launchId: 'lau-a', name: 'main', ...owner, files: [{ file: '../a', value: '' }] }
  await assert.rejects(store.write(outside), { code: 'AGENT_SECRET_NOT_DELIVERED' })
  const onDisk = createLaunchSecretStore(join(import.meta.dirname, 'secrets'))
  const refused = onDisk.write({ launchId: 'lau-a', name: 'main', ...owner, files })
  await assert.rejects(refused, { code: 'AGENT_SECRET_NO_MEMORY_FOLDER' })
  mkdirSync(secretsDir, { recursive: true })
  symlinkSync('/tmp', join(secretsDir, 'lau-b'))
  const linked = store.write({ launchId: 'lau-b', name: 'main', ...owner, files })
  await assert.rejects(linked, { code: 'AGENT_SECRET_NOT_DELIVERED' })
})

test('the folder is below a run folder in memory, and below /dev/shm otherwise', (t) => {
  const inMemory = mkdtempSync('/dev/shm/bongsu-test-')
  t.after(() => rmSync(inMemory, { recursive: true, force: true }))
  assert.equal(secretsDirOf({ runDir: inMemory }), join(inMemory, 'secrets'))
  const elsewhere = secretsDirOf({ runDir: import.meta.dirname })
  assert.match(elsewhere, /^\/dev\/shm\/bongsu-[0-9a-f]{16}$/)
  assert.notEqual(elsewhere, secretsDirOf({ runDir: join(tmpdir(), 'another-that-is-not-there') }))
})
