// What a file would do to the catalogue, row by row. Pure: the service reads before and writes after.
import {
  CatalogueColumn,
  type CatalogueRow,
  ENTRY_LIMITS,
  PackageEntry,
  PackageRegistration,
  PackageTag,
  parseTags,
  type Reason,
} from '@bongsu/protocol'
import { Check } from 'typebox/value'
import { nameKeyOf } from '../name-key.ts'
import type { PackageRecord } from '../repository.ts'
import type { CellRow } from './table.ts'

export interface PlannedRow extends CatalogueRow {
  /** What to write; absent for a row that is kept or refused. */
  readonly write?: { readonly id: string; readonly entry: PackageEntry; readonly present?: PackageRecord }
}

/** What is registered of the packages that the rows name. */
export type Present = ReadonlyMap<string, PackageRecord>

const REQUIRED: ReadonlySet<CatalogueColumn> = new Set<CatalogueColumn>([
  'id',
  'koreanName',
  'fileName',
  'copyrightHolder',
])

export function planRows(rows: readonly CellRow[], present: Present): PlannedRow[] {
  const firstRowOf = new Map<string, number>()
  return rows.map((cells) => {
    const { row } = cells
    const id = cells.values.get('id') ?? ''
    const koreanName = cells.values.get('koreanName')
    const named = {
      row,
      ...(id !== '' && { id: id.slice(0, 200) }),
      ...(koreanName && { koreanName: koreanName.slice(0, 200) }),
    }
    const earlier = firstRowOf.get(id)
    if (earlier === undefined && id !== '') firstRowOf.set(id, row)
    const registered = present.get(id)
    const { entry, faults } = readEntry(cells, registered)
    if (earlier !== undefined)
      faults.push({ code: 'HUB_CATALOGUE_ID_TWICE', parameters: { id, row: earlier } })
    if (!entry || faults.length > 0) return { ...named, action: 'refuse', faults }
    if (!registered) return { ...named, action: 'register', write: { id, entry } }
    const changed = changedColumns(registered.entry, entry)
    const known = { ...named, koreanName: entry.koreanName }
    if (changed.length === 0) return { ...known, action: 'keep' }
    return { ...known, action: 'change', changed, write: { id, entry, present: registered } }
  })
}

/** Warns of rows whose Korean name and copyright holder another package has, or another row gives to one. */
export function warnOfSameNames(
  planned: readonly PlannedRow[],
  registered: readonly PackageRecord[],
): PlannedRow[] {
  const written = planned.flatMap(({ write }) => write ?? [])
  const rewritten = new Set(written.map(({ id }) => id))
  const owners = new Map<string, { readonly id: string; readonly entry: PackageEntry }[]>()
  for (const owner of [...registered.filter(({ id }) => !rewritten.has(id)), ...written]) {
    const key = nameKeyOf(owner.entry)
    owners.set(key, [...(owners.get(key) ?? []), owner])
  }
  return planned.map((row) => {
    const { write } = row
    const other = write && owners.get(nameKeyOf(write.entry))?.find(({ id }) => id !== write.id)
    if (!other) return row
    const { koreanName, copyrightHolder } = other.entry
    const parameters = { id: other.id, koreanName, copyrightHolder }
    return { ...row, warnings: [{ code: 'HUB_PACKAGE_SAME_NAME', parameters }] }
  })
}

interface ReadEntry {
  /** Absent when it would be none; then there are faults. */
  readonly entry: PackageEntry | undefined
  readonly faults: Reason[]
}

/** The entry that the row asks for: columns that the file lacks stay as they are registered. */
function readEntry({ values, headings, width }: CellRow, registered: PackageRecord | undefined): ReadEntry {
  const faults: Reason[] = width ? [{ code: 'HUB_CATALOGUE_ROW_WIDTH', parameters: width }] : []
  const entry: Record<string, unknown> = { ...registered?.entry }
  for (const column of COLUMNS) {
    const heading = headings.get(column)
    // A required column that the file lacks is an empty cell of a new package.
    if (heading === undefined && (registered !== undefined || !REQUIRED.has(column))) continue
    const text = values.get(column) ?? ''
    const fault = faultOf(column, text)
    if (fault)
      faults.push({ code: fault.code, parameters: { column: heading ?? column, ...fault.parameters } })
    if (column === 'id') continue
    if (text === '') delete entry[column]
    else entry[column] = column === 'tags' ? parseTags(text) : text
  }
  return { entry: Check(PackageEntry, entry) ? entry : undefined, faults }
}

const COLUMNS: readonly CatalogueColumn[] = CatalogueColumn.anyOf.map((literal) => literal.const)

interface Fault {
  readonly code: string
  readonly parameters?: Readonly<Record<string, string | number>>
}

function faultOf(column: CatalogueColumn, text: string): Fault | undefined {
  if (text === '') return REQUIRED.has(column) ? { code: 'HUB_CATALOGUE_CELL_EMPTY' } : undefined
  if (column === 'tags') return faultOfTags(parseTags(text))
  const schema = PackageRegistration.properties[column]
  if (Check(schema, text)) return undefined
  const maximum = ENTRY_LIMITS[column]
  return [...text].length > maximum ? long(maximum) : invalid(text)
}

function faultOfTags(tags: readonly string[]): Fault | undefined {
  if (tags.length > ENTRY_LIMITS.tags) return long(ENTRY_LIMITS.tags)
  const wrong = tags.find((tag) => !Check(PackageTag, tag))
  if (wrong === undefined) return undefined
  return [...wrong].length > ENTRY_LIMITS.tag ? long(ENTRY_LIMITS.tag) : invalid(wrong)
}

const long = (maximum: number): Fault => ({ code: 'HUB_CATALOGUE_CELL_LONG', parameters: { maximum } })
const invalid = (value: string): Fault => ({
  code: 'HUB_CATALOGUE_CELL_INVALID',
  parameters: { value: value.slice(0, 100) },
})

function changedColumns(before: PackageEntry, after: PackageEntry): CatalogueColumn[] {
  const text = (entry: PackageEntry, column: keyof PackageEntry) => JSON.stringify(entry[column] ?? null)
  return COLUMNS.filter((column) => column !== 'id' && text(before, column) !== text(after, column))
}
