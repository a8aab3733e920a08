import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { DesiredState } from '@bongsu/protocol'
import { createDesiredStateStore } from './desired-state-store.ts'
import { lacksValues } from './value-seal.ts'

const state = (generation: number): DesiredState => ({ type: 'desired-state', generation, launches: [] })

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bongsu-desired-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Saves the generations by a new store each, as lives of an agent do. */
async function saved(folder: string, ...generations: number[]): Promise<void> {
  for (const generation of generations) {
    const store = createDesiredStateStore(folder)
    await store.load()
    await store.save(state(generation))
  }
}

const slotsByGeneration = async (folder: string) => {
  const names = await readdir(folder)
  const found = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8')
      return [(JSON.parse(text.split('\n')[1] ?? '') as DesiredState).generation, join(folder, name)] as const
    }),
  )
  return new Map(found)
}

test('a device that never had one has none', async (t) => {
  const store = createDesiredStateStore(await folderOf(t))
  assert.deepEqual(await store.load(), { latest: undefined, previous: undefined, damage: [] })
})

test('the newest and the one before it come back', async (t) => {
  const folder = await folderOf(t)
  await saved(folder, 1, 2, 3)
  const { latest, previous, damage } = await createDesiredStateStore(folder).load()
  assert.deepEqual([latest, previous, damage], [state(3), state(2), []])
})

const damages: readonly (readonly [string, (path: string) => Promise<void>])[] = [
  ['cut short', (path) => truncate(path, 40)],
  ['emptied', (path) => truncate(path, 0)],
  [
    'changed',
    async (path) =>
      writeFile(path, (await readFile(path, 'utf8')).replace('"generation":3', '"generation":9')),
  ],
  ['overwritten', (path) => writeFile(path, Buffer.alloc(4096))],
]

for (const [how, damage] of damages) {
  test(`a newest copy that was ${how} costs one generation`, async (t) => {
    const folder = await folderOf(t)
    await saved(folder, 1, 2, 3)
    await damage((await slotsByGeneration(folder)).get(3) ?? '')
    const store = createDesiredStateStore(folder)
    const loaded = await store.load()
    assert.deepEqual(loaded.latest, state(2))
    assert.equal(loaded.damage.length, 1)
    // The whole copy is not the one that is written next.
    await store.save(state(4))
    const after = await createDesiredStateStore(folder).load()
    assert.deepEqual([after.latest, after.previous, after.damage], [state(4), state(2), []])
  })
}

test('what has a good checksum but is no desired state is not taken', async (t) => {
  const folder = await folderOf(t)
  const store = createDesiredStateStore(folder)
  // A newer agent's file, read after going back a version.
  await store.save({ type: 'desired-state', generation: -1, launches: [] })
  const { latest, damage } = await createDesiredStateStore(folder).load()
  assert.equal(latest, undefined)
  assert.match(damage[0] ?? '', /not a desired state/)
})

const CANARY = Buffer.from('canary-51e2').toString('base64')
const withSecret = (generation: number): DesiredState => ({
  ...state(generation),
  launches: [
    {
      launchId: 'lau-aaaaaaaaaaaaaaaa',
      deploymentId: 'dep-aaaaaaaaaaaaaaaa',
      packageId: 'package',
      version: '1',
      image: { imageId: `sha256:${'0'.repeat(64)}`, downloadBytes: 1 },
      profile: { containers: [{ name: 'main', secrets: [{ name: 'key' }] }] },
      secrets: [{ name: 'key', revision: 'all.1.1', value: CANARY }],
    },
  ],
})

test('values of secrets lie encrypted on disk and come back in the next life', async (t) => {
  const folder = await folderOf(t)
  await createDesiredStateStore(folder).save(withSecret(3))
  const texts = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')))
  assert.equal(texts.length, 2, 'a slot and the key')
  assert.ok(!texts.some((text) => text.includes(CANARY) || text.includes('canary')))
  const { mode } = await stat(join(folder, 'secret-values.key'))
  assert.equal(mode & 0o777, 0o600)
  assert.deepEqual((await createDesiredStateStore(folder).load()).latest, withSecret(3))
})

test('without its key the state is whole but for the values, and a new key is made for the next', async (t) => {
  const folder = await folderOf(t)
  await createDesiredStateStore(folder).save(withSecret(3))
  await rm(join(folder, 'secret-values.key'))
  const store = createDesiredStateStore(folder)
  const { latest, damage } = await store.load()
  assert.deepEqual(damage, [])
  assert.ok(latest && lacksValues(latest))
  assert.equal(latest.launches[0]?.secrets?.[0]?.revision, 'all.1.1')
  await store.save(withSecret(4))
  assert.deepEqual((await createDesiredStateStore(folder).load()).latest, withSecret(4))
})
