// Places follow from words, outputs and who came first; nobody who has a tile loses it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DisplayOutput } from '@bongsu/protocol'
import fc from 'fast-check'
import {
  chooseOutput,
  geometryArea,
  parsePlacement,
  planTiles,
  type Tile,
  type TileWish,
  tileArea,
} from './placement.ts'
import { intersection, totalArea } from './rectangles.ts'

const output = (name: string, x: number, isPrimary: boolean): DisplayOutput => ({
  name,
  x,
  y: 0,
  widthPixels: 1920,
  heightPixels: 1080,
  isPrimary,
})
const [left, right] = [output('HDMI-1', 0, false), output('DP-1', 1920, true)]

const words: readonly [text: string, placement: ReturnType<typeof parsePlacement>][] = [
  ['fullscreen', { kind: 'fullscreen' }],
  ['tile:2x3', { kind: 'tile', columns: 2, rows: 3 }],
  ['800x600+10+20', { kind: 'geometry', area: { x: 10, y: 20, widthPixels: 800, heightPixels: 600 } }],
  ['tile:0x2', undefined],
  ['tile:9x1', undefined],
  ['0x600+0+0', undefined],
  ['800x600', undefined],
  ['800x600-10+0', undefined],
  ['', undefined],
  ['maximised', undefined],
]
for (const [text, placement] of words) {
  test(`'${text}' is read`, () => assert.deepEqual(parsePlacement(text), placement))
}

test('the named output, else the primary one and the reader knows, else the first', () => {
  assert.deepEqual(chooseOutput([left, right], 'HDMI-1'), { output: left, isFallback: false })
  assert.deepEqual(chooseOutput([left, right], 'VGA-1'), { output: right, isFallback: true })
  assert.deepEqual(chooseOutput([left, right], undefined), { output: right, isFallback: false })
  assert.equal(chooseOutput([left], undefined).output, left)
})

test('a geometry stays on its output', () => {
  const at = (x: number, y: number, widthPixels: number, heightPixels: number) =>
    geometryArea({ x, y, widthPixels, heightPixels }, right)
  assert.deepEqual(at(10, 20, 800, 600), { x: 1930, y: 20, widthPixels: 800, heightPixels: 600 })
  assert.deepEqual(at(1900, 1000, 800, 600), { x: 3040, y: 480, widthPixels: 800, heightPixels: 600 })
  assert.deepEqual(at(0, 0, 5000, 5000), { x: 1920, y: 0, widthPixels: 1920, heightPixels: 1080 })
})

const side = fc.integer({ min: 1, max: 8 })

test('the tiles of a division are the output, without gap or overlap', () => {
  const pixels = fc.integer({ min: 8, max: 4000 })
  fc.assert(
    fc.property(side, side, pixels, pixels, (columns, rows, widthPixels, heightPixels) => {
      const area = { x: 5, y: 7, widthPixels, heightPixels }
      const tiles = Array.from({ length: columns * rows }, (_, index) =>
        tileArea({ columns, rows, index }, area),
      )
      assert.equal(totalArea(tiles), widthPixels * heightPixels)
      for (const [index, tile] of tiles.entries()) {
        assert.deepEqual(intersection(tile, area), tile)
        for (const other of tiles.slice(index + 1)) assert.equal(intersection(tile, other), undefined)
      }
    }),
  )
})

const wish = (launchId: string, of = 'A', columns = 2, rows = 2): TileWish => ({
  launchId,
  output: of,
  columns,
  rows,
})
const indexes = (tiles: readonly Tile[]) => tiles.map(({ launchId, index }) => `${launchId}${index}`)

test('the first free tile, kept when others go, taken over by who comes', () => {
  const first = planTiles([], [wish('a'), wish('b'), wish('c')])
  assert.deepEqual(indexes(first), ['a0', 'b1', 'c2'])
  const without = planTiles(first, [wish('a'), wish('c')])
  assert.deepEqual(indexes(without), ['a0', 'c2'])
  assert.deepEqual(indexes(planTiles(without, [wish('d'), wish('a'), wish('c')])), ['d1', 'a0', 'c2'])
})

test('two divisions of one output keep out of each other’s way, those of two outputs do not care', () => {
  const tiles = planTiles([], [wish('a', 'A', 2, 1), wish('b', 'A', 2, 2), wish('c', 'B', 1, 1)])
  assert.deepEqual(indexes(tiles), ['a0', 'b1', 'c0'])
})

test('who shares a tile says so, and gets one of its own when one is free', () => {
  const full = planTiles([], [wish('a', 'A', 1, 1), wish('b', 'A', 1, 1)])
  assert.deepEqual(
    full.map(({ isShared }) => isShared),
    [false, true],
  )
  assert.deepEqual(planTiles(full, [wish('b', 'A', 1, 1)]), [
    { ...wish('b', 'A', 1, 1), index: 0, isShared: false },
  ])
})

test('whoever comes and goes: own tiles never overlap, are never lost, and the same plan follows from itself', () => {
  const launch = fc.record(
    {
      launchId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      output: fc.constantFrom('A', 'B'),
      columns: fc.integer({ min: 1, max: 3 }),
      rows: fc.integer({ min: 1, max: 3 }),
    },
    { noNullPrototype: true },
  )
  const round = fc.uniqueArray(launch, { selector: ({ launchId }) => launchId, maxLength: 6 })
  fc.assert(
    fc.property(fc.array(round, { maxLength: 6 }), (rounds) => {
      let held: Tile[] = []
      const unit = { x: 0, y: 0, widthPixels: 840, heightPixels: 840 }
      for (const wishes of rounds) {
        const next = planTiles(held, wishes)
        assert.deepEqual(
          next.map(({ index, isShared, ...rest }) => rest),
          wishes,
        )
        const own = next.filter(({ isShared }) => !isShared)
        for (const [index, tile] of own.entries()) {
          for (const other of own.slice(index + 1)) {
            if (tile.output !== other.output) continue
            assert.equal(intersection(tileArea(tile, unit), tileArea(other, unit)), undefined)
          }
        }
        for (const tile of next) {
          const before = held.find(({ launchId }) => launchId === tile.launchId)
          const isSame =
            before?.output === tile.output && before.columns === tile.columns && before.rows === tile.rows
          if (before && isSame && !before.isShared) assert.deepEqual(tile, before)
        }
        assert.deepEqual(planTiles(next, wishes), next)
        held = next
      }
    }),
  )
})
