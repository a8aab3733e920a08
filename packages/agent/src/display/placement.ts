// Where a launch's window belongs: the output that is meant, the tile that is free, the pixels that follow. Pure.
import type { DisplayOutput } from '@bongsu/protocol'
import { intersection } from './rectangles.ts'
import type { PixelRectangle } from './x11/requests.ts'

export type Placement =
  | { readonly kind: 'fullscreen' }
  | { readonly kind: 'tile'; readonly columns: number; readonly rows: number }
  /** Relative to the output. */
  | { readonly kind: 'geometry'; readonly area: PixelRectangle }

/** The words of a launch profile; undefined for what this version does not know. */
export function parsePlacement(text: string): Placement | undefined {
  if (text === 'fullscreen') return { kind: 'fullscreen' }
  const [, columns, rows] = /^tile:([1-8])x([1-8])$/.exec(text) ?? []
  if (columns !== undefined) return { kind: 'tile', columns: Number(columns), rows: Number(rows) }
  const [, width, height, x, y] = /^([1-9]\d{0,4})x([1-9]\d{0,4})\+(\d{1,5})\+(\d{1,5})$/.exec(text) ?? []
  if (width === undefined) return undefined
  const area = { x: Number(x), y: Number(y), widthPixels: Number(width), heightPixels: Number(height) }
  return { kind: 'geometry', area }
}

/** The output of that name, else the primary one. */
export function chooseOutput(
  outputs: readonly [DisplayOutput, ...DisplayOutput[]],
  name: string | undefined,
): { readonly output: DisplayOutput; readonly isFallback: boolean } {
  const [first] = outputs
  const named = name === undefined ? undefined : outputs.find((output) => output.name === name)
  if (named) return { output: named, isFallback: false }
  return { output: outputs.find(({ isPrimary }) => isPrimary) ?? first, isFallback: name !== undefined }
}

export interface TileWish {
  readonly launchId: string
  /** Name of the output. */
  readonly output: string
  readonly columns: number
  readonly rows: number
}

export interface Tile extends TileWish {
  /** Row by row from the top left, from 0. */
  readonly index: number
  /** All tiles were taken: it lies over another one. */
  readonly isShared: boolean
}

/**
 * Gives every wish a tile. Who has one keeps it, whoever comes or goes; who comes gets the first that touches no other,
 * those of other divisions of the same output included.
 */
export function planTiles(held: readonly Tile[], wishes: readonly TileWish[]): Tile[] {
  const keeps = new Map<string, Tile>()
  for (const wish of wishes) {
    const own = held.find((tile) => isSameWish(tile, wish) && tile.index < wish.columns * wish.rows)
    const isFree = own && !own.isShared && [...keeps.values()].every((other) => !overlaps(own, other))
    if (own && isFree) keeps.set(wish.launchId, own)
  }
  const tiles: Tile[] = []
  const taken = [...keeps.values()]
  for (const wish of wishes) {
    const tile = keeps.get(wish.launchId) ?? newTile(wish, taken, held)
    if (!keeps.has(wish.launchId)) taken.push(tile)
    tiles.push(tile)
  }
  return tiles
}

function newTile(wish: TileWish, taken: readonly Tile[], held: readonly Tile[]): Tile {
  const { launchId, output, columns, rows } = wish
  const tiles = Array.from({ length: columns * rows }, (_, index) => {
    const tile = { launchId, output, columns, rows, index, isShared: false }
    return { tile, shared: taken.filter((other) => overlaps(tile, other)).length }
  })
  const free = tiles.find(({ shared }) => shared === 0)
  if (free) return free.tile
  const before = held.find((tile) => isSameWish(tile, wish))
  const least = tiles.toSorted((a, b) => a.shared - b.shared)[0]
  const index = before && before.index < tiles.length ? before.index : (least?.tile.index ?? 0)
  return { launchId, output, columns, rows, index, isShared: true }
}

const isSameWish = (a: TileWish, b: TileWish): boolean =>
  a.launchId === b.launchId && a.output === b.output && a.columns === b.columns && a.rows === b.rows

/** Divisible by every number of columns or rows, so that shares compare without rounding. */
const UNITS = 840

function overlaps(a: Tile, b: Tile): boolean {
  const unit = { x: 0, y: 0, widthPixels: UNITS, heightPixels: UNITS }
  return a.output === b.output && intersection(tileArea(a, unit), tileArea(b, unit)) !== undefined
}

/** The pixels of a tile; all tiles together are the output, without a gap. */
export function tileArea(
  { columns, rows, index }: Pick<Tile, 'columns' | 'rows' | 'index'>,
  output: PixelRectangle,
): PixelRectangle {
  const [column, row] = [index % columns, Math.floor(index / columns)]
  const edge = (length: number, part: number, parts: number) => Math.floor((length * part) / parts)
  const [left, top] = [edge(output.widthPixels, column, columns), edge(output.heightPixels, row, rows)]
  return {
    x: output.x + left,
    y: output.y + top,
    widthPixels: edge(output.widthPixels, column + 1, columns) - left,
    heightPixels: edge(output.heightPixels, row + 1, rows) - top,
  }
}

/** What was asked for, moved and cut so that all of it is on the output. */
export function geometryArea(area: PixelRectangle, output: PixelRectangle): PixelRectangle {
  const widthPixels = Math.min(area.widthPixels, output.widthPixels)
  const heightPixels = Math.min(area.heightPixels, output.heightPixels)
  return {
    x: output.x + Math.min(area.x, output.widthPixels - widthPixels),
    y: output.y + Math.min(area.y, output.heightPixels - heightPixels),
    widthPixels,
    heightPixels,
  }
}
