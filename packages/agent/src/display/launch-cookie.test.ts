import assert from 'node:assert/strict'
import { chown, lstat, mkdtemp, open, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createLaunchCookieStore } from './launch-cookie.ts'
import { FAMILY_WILD, parseAuthFile } from './x11/auth-file.ts'
import { XCookie } from './x11/x-cookie.ts'

const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
const launch = { launchId: 'lau-a', displayNumber: 3, cookie: new XCookie(Buffer.alloc(16, 5)), ...own }

async function runDir(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'bongsu-run-'))
  t.after(() => rm(directory, { recursive: true }))
  return directory
}

test('a launch gets one wild entry in a directory and file that only its user reads', async (t) => {
  const base = await runDir(t)
  const directory = await createLaunchCookieStore(base).write(launch)
  assert.equal(directory, join(base, 'x/lau-a'))
  const [dirStats, fileStats] = await Promise.all([lstat(directory), lstat(join(directory, 'Xauthority'))])
  assert.equal(dirStats.mode & 0o7777, 0o700)
  assert.equal(fileStats.mode & 0o7777, 0o400)
  assert.equal(fileStats.uid, own.uid)
  const { entries } = parseAuthFile(await readFile(join(directory, 'Xauthority')))
  assert.deepEqual(
    entries.map(({ family, displayNumber, cookie }) => [family, displayNumber, cookie.equals(launch.cookie)]),
    [[FAMILY_WILD, '3', true]],
  )
})

test('a rewrite replaces the file within the same directory and leaves nothing else', async (t) => {
  const store = createLaunchCookieStore(await runDir(t))
  const directory = await store.write(launch)
  const before = await lstat(directory)
  // Held open as a container's mount holds it, so that its inode is not used again.
  const old = await open(join(directory, 'Xauthority'))
  await store.write({ ...launch, displayNumber: 4 })
  assert.equal((await lstat(directory)).ino, before.ino)
  assert.notEqual((await lstat(join(directory, 'Xauthority'))).ino, (await old.stat()).ino)
  await old.close()
  assert.deepEqual(await readdir(directory), ['Xauthority'])
})

test('a display without cookie gives an empty file', async (t) => {
  const directory = await createLaunchCookieStore(await runDir(t)).write({ ...launch, cookie: undefined })
  assert.equal((await readFile(join(directory, 'Xauthority'))).length, 0)
})

test('removing and listing', async (t) => {
  const store = createLaunchCookieStore(await runDir(t))
  assert.deepEqual(await store.list(), [])
  await store.write({ ...launch, launchId: 'lau-b' })
  await store.write(launch)
  assert.deepEqual(await store.list(), ['lau-a', 'lau-b'])
  await store.remove('lau-a')
  await store.remove('lau-a')
  assert.deepEqual(await store.list(), ['lau-b'])
})

test('an id that is no label never becomes a path', async (t) => {
  const store = createLaunchCookieStore(await runDir(t))
  for (const launchId of ['', '..', 'a/b', '/etc', 'A', '-a', 'a'.repeat(65), 'a\0b']) {
    await assert.rejects(store.write({ ...launch, launchId }), RangeError)
    await assert.rejects(store.remove(launchId), RangeError)
  }
})

test('a link in place of the directory is not followed', async (t) => {
  const base = await runDir(t)
  const store = createLaunchCookieStore(base)
  await store.write(launch)
  const target = await mkdtemp(join(tmpdir(), 'bongsu-target-'))
  t.after(() => rm(target, { recursive: true }))
  await symlink(target, join(base, 'x/lau-c'))
  await assert.rejects(store.write({ ...launch, launchId: 'lau-c' }), /not a folder/)
  assert.deepEqual(await readdir(target), [])
})

test('directory and file belong to the user that the container runs as', async (t) => {
  assert.equal(own.uid, 0, 'handing files to another user needs root: run the tests as root')
  const store = createLaunchCookieStore(await runDir(t))
  const directory = await store.write({ ...launch, uid: 12_345, gid: 23_456 })
  for (const path of [directory, join(directory, 'Xauthority')]) {
    const { uid, gid } = await lstat(path)
    assert.deepEqual([uid, gid], [12_345, 23_456])
  }
  await chown(directory, 0, 0)
  await store.write({ ...launch, uid: 54_321, gid: 1 })
  assert.equal((await lstat(directory)).uid, 54_321)
})
