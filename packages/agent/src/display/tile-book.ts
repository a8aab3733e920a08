// Which launch has which tile, kept on disk, so that windows lie where they lay after any restart.
import { readTextIfPresent, writeDurably } from '@bongsu/foundation'
import Type from 'typebox'
import { Check } from 'typebox/value'
import { planTiles, type Tile, type TileWish } from './placement.ts'

const Count = Type.Integer({ minimum: 1, maximum: 8 })
const Kept = Type.Array(
  Type.Object({
    launchId: Type.String({ maxLength: 64 }),
    output: Type.String({ maxLength: 64 }),
    columns: Count,
    rows: Count,
    index: Type.Integer({ minimum: 0, maximum: 63 }),
    isShared: Type.Boolean(),
  }),
  { maxItems: 1024 },
)

export interface TileBook {
  /** Tiles for exactly these wishes, in their order. Never rejects: what cannot be kept holds for this life. */
  assign(wishes: readonly TileWish[]): Promise<readonly Tile[]>
}

/** @param path absent: nothing is kept */
export function createTileBook(path: string | undefined): TileBook {
  let tiles: Promise<readonly Tile[]> | undefined
  let written = ''

  const keep = async (planned: readonly Tile[]): Promise<void> => {
    const text = JSON.stringify(planned)
    if (path === undefined || text === written) return
    written = text
    await writeDurably(path, text).catch(() => undefined)
  }
  return {
    assign(wishes) {
      const before = tiles ?? readTiles(path)
      const next = before.then(async (held) => {
        const planned = planTiles(held, wishes)
        await keep(planned)
        return planned
      })
      tiles = next
      return next
    },
  }
}

async function readTiles(path: string | undefined): Promise<readonly Tile[]> {
  if (path === undefined) return []
  try {
    const kept: unknown = JSON.parse((await readTextIfPresent(path)) ?? '[]')
    return Check(Kept, kept) ? kept : []
  } catch {
    // A damaged file costs a rearrangement, nothing else.
    return []
  }
}
