// Pieces of queries that every list shares: the next page after a cursor, and text that contains what was typed.
import type { PageRequest } from '../plugins/pagination.ts'
import { searchPattern } from './search-pattern.ts'

/** Upper bound for a query that reads by pattern. */
export const SEARCH_MAX_TIME_MS = 5_000

/** Filter for what comes after the cursor in the order newest first, then id descending. */
export function afterCursor(timeField: string, { after }: PageRequest): Record<string, unknown> {
  if (!after) return {}
  const at = new Date(after.atMs)
  return { $or: [{ [timeField]: { $lt: at } }, { [timeField]: at, _id: { $lt: after.id } }] }
}

/** The order that {@link afterCursor} continues. */
export const newestFirst = (timeField: string): Record<string, -1> => ({ [timeField]: -1, _id: -1 })

/**
 * A condition on text that contains `text` as {@link searchPattern} reads it, whatever the case. Always the document
 * form: a JavaScript RegExp on an indexed field finds nothing on the embedded server.
 */
export const contains = (text: string): { $regex: string; $options: 'i' } => ({
  $regex: searchPattern(text),
  $options: 'i',
})
