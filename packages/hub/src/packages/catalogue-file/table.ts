// The rows of a file under the columns that their headings mean. Pure.
import { CodedError } from '@bongsu/foundation'
import type { CatalogueColumn } from '@bongsu/protocol'
import { readCell } from './cells.ts'
import { columnOf, type FileColumn, isChosen } from './columns.ts'

export interface CellRow {
  /** As a spreadsheet counts: the heading is row 1. */
  readonly row: number
  readonly values: ReadonlyMap<CatalogueColumn, string>
  /** The columns that the file has, as it calls them. */
  readonly headings: ReadonlyMap<CatalogueColumn, string>
  /** Set when the row has not as many cells as the heading. */
  readonly width?: { readonly cells: number; readonly columns: number }
}

/** Rows of one file. */
const MAX_ROWS = 5_000

/**
 * Rows that hold anything.
 * @throws CodedError HUB_CATALOGUE_COLUMN_UNKNOWN, HUB_CATALOGUE_COLUMN_TWICE, HUB_CATALOGUE_COLUMN_MISSING,
 *   HUB_CATALOGUE_ROWS
 */
export function readTable([heading = [], ...rows]: readonly (readonly string[])[]): CellRow[] {
  const columns = readHeading(heading)
  const headings = new Map(
    columns.flatMap((column, index) =>
      column !== undefined && isChosen(column) ? [[column, readCell(heading[index] ?? '')] as const] : [],
    ),
  )
  const filled = rows
    .map((cells, index) => ({ row: index + 2, cells: cells.map(readCell) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
  if (filled.length > MAX_ROWS) {
    throw new CodedError('HUB_CATALOGUE_ROWS', { parameters: { maximum: MAX_ROWS } })
  }
  return filled.map(({ row, cells }) => {
    const values = new Map<CatalogueColumn, string>()
    for (const [index, column] of columns.entries()) {
      if (column !== undefined && isChosen(column)) values.set(column, cells[index] ?? '')
    }
    const width = widthFault(cells, columns.length)
    return { row, values, headings, ...(width && { width }) }
  })
}

/** Columns without heading at the end are what spreadsheets leave behind. */
function readHeading(heading: readonly string[]): (FileColumn | undefined)[] {
  const names = heading.map(readCell)
  while (names.length > 0 && names.at(-1) === '') names.pop()
  const columns = names.map((name) => {
    const column = columnOf(name)
    if (column !== undefined) return column
    throw new CodedError('HUB_CATALOGUE_COLUMN_UNKNOWN', { parameters: { column: name.slice(0, 100) } })
  })
  const twice = columns.findIndex((column, index) => columns.indexOf(column) !== index)
  if (twice !== -1) {
    throw new CodedError('HUB_CATALOGUE_COLUMN_TWICE', { parameters: { column: names[twice] ?? '' } })
  }
  if (!columns.includes('id')) {
    throw new CodedError('HUB_CATALOGUE_COLUMN_MISSING', { parameters: { column: 'id' } })
  }
  return columns
}

function widthFault(cells: readonly string[], columns: number) {
  const isTooShort = cells.length < columns
  const isTooLong = cells.slice(columns).some((cell) => cell !== '')
  return isTooShort || isTooLong ? { cells: cells.length, columns } : undefined
}
