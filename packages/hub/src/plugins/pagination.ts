// Lists in pages: opaque cursors over (time, id), which stay right while entries come and go.
import { CodedError } from '@bongsu/foundation'
import type { ListQuery } from '@bongsu/protocol'

export interface PageRequest {
  readonly limit: number
  /** The last entry of the page before. */
  readonly after?: { readonly atMs: number; readonly id: string } | undefined
}

/** What a repository gives back: up to `limit` entries and whether more follow. */
export interface Slice<Item> {
  readonly items: Item[]
  readonly hasMore: boolean
}

export const DEFAULT_LIMIT = 50

const encodeCursor = (atMs: number, id: string): string =>
  Buffer.from(JSON.stringify([atMs, id])).toString('base64url')

/** @throws CodedError HUB_INVALID_CURSOR */
export function decodeCursor(cursor: string): { atMs: number; id: string } {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(parsed) && parsed.length === 2) {
      const [atMs, id]: unknown[] = parsed
      const isTime = typeof atMs === 'number' && Number.isSafeInteger(atMs) && Math.abs(atMs) <= 8.64e15
      if (isTime && typeof id === 'string' && id.length <= 128) return { atMs, id }
    }
  } catch {
    // Not our writing; refused below.
  }
  throw new CodedError('HUB_INVALID_CURSOR')
}

export const toPageRequest = (query: Pick<ListQuery, 'cursor' | 'limit'>): PageRequest => ({
  limit: query.limit ?? DEFAULT_LIMIT,
  after: query.cursor === undefined ? undefined : decodeCursor(query.cursor),
})

/** Cuts the one entry too many that a repository read to know whether more follow. */
export const toSlice = <Item>(read: Item[], limit: number): Slice<Item> => ({
  items: read.slice(0, limit),
  hasMore: read.length > limit,
})

/** @param positionOf the time and id an entry is sorted by */
export function toPage<Item, View>(
  slice: Slice<Item>,
  positionOf: (item: Item) => { at: Date; id: string },
  views: View[],
  total?: number,
): { items: View[]; nextCursor?: string; total?: number } {
  const last = slice.hasMore ? slice.items.at(-1) : undefined
  const position = last === undefined ? undefined : positionOf(last)
  return {
    items: views,
    ...(position && { nextCursor: encodeCursor(position.at.getTime(), position.id) }),
    ...(total !== undefined && { total }),
  }
}
