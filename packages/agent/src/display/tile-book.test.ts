// Tiles outlive the agent; a damaged file costs a rearrangement and nothing else.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createTileBook } from './tile-book.ts'

const wish = (launchId: string) => ({ launchId, output: 'A', columns: 2, rows: 1 })

test('a tile is remembered by the next life', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tiles-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'tiles.json')
  await createTileBook(path).assign([wish('a'), wish('b')])
  const [b] = await createTileBook(path).assign([wish('b')])
  assert.equal(b?.index, 1)
  for (const damage of ['', '{', '[{"launchId":1}]', '[{"launchId":"b","output":"A","columns":99}]']) {
    writeFileSync(path, damage)
    const [again] = await createTileBook(path).assign([wish('b')])
    assert.equal(again?.index, 0, damage)
  }
})

test('what cannot be kept holds for this life', async () => {
  const book = createTileBook(join(import.meta.filename, 'tiles.json'))
  await book.assign([wish('a'), wish('b')])
  const [b] = await book.assign([wish('b')])
  assert.equal(b?.index, 1)
})

test('asked twice at once, nobody gets the same tile', async () => {
  const book = createTileBook(undefined)
  const [one, two] = await Promise.all([book.assign([wish('a')]), book.assign([wish('a'), wish('b')])])
  assert.deepEqual([one?.[0]?.index, two?.[0]?.index, two?.[1]?.index], [0, 0, 1])
})
