// The catalogue as a CSV file: written for spreadsheets, and taken in again whole or not at all.
import { type Clock, CodedError } from '@bongsu/foundation'
import type { CatalogueAction, CatalogueImport, Language } from '@bongsu/protocol'
import { formatTags } from '@bongsu/protocol'
import type { ChangeFeed } from '../../changes/change-feed.ts'
import type { PackageRecord, PackageRepository } from '../repository.ts'
import { guardCell } from './cells.ts'
import { FILE_COLUMNS, type FileColumn, headingsIn } from './columns.ts'
import { BYTE_ORDER_MARK, decodeText, parseRows, writeRows } from './csv.ts'
import { type PlannedRow, planRows, warnOfSameNames } from './plan.ts'
import { type CellRow, readTable } from './table.ts'

export interface CatalogueFileParts {
  readonly repository: PackageRepository
  readonly changes: ChangeFeed
  readonly clock: Clock
}

/** Rows written in one piece. */
const ROWS_AT_ONCE = 200
/** Rows that an answer tells of. */
const MAX_TOLD = 1000
/** Beyond this, lists are read again for one of them. */
const MAX_CHANGES_TOLD = 20
/** What stands in place of a request's origin: a file may come again and finds its own work done. */
const ORIGIN = 'import'

export class CatalogueFiles {
  readonly #parts: CatalogueFileParts

  constructor(parts: CatalogueFileParts) {
    this.#parts = parts
  }

  /** The file in pieces, newest package first. @param text a search, as for the list */
  async *write(text: string | undefined, language: Language): AsyncGenerator<string> {
    yield BYTE_ORDER_MARK + writeRows([headingsIn(language)])
    let rows: string[][] = []
    for await (const { record, versionNames } of this.#parts.repository.listAll(text)) {
      rows.push(FILE_COLUMNS.map((column) => guardCell(textOf(column, record, versionNames))))
      if (rows.length < ROWS_AT_ONCE) continue
      yield writeRows(rows)
      rows = []
    }
    if (rows.length > 0) yield writeRows(rows)
  }

  /** What {@link import} would do; writes nothing. @throws CodedError HUB_CATALOGUE_* for the file as a whole */
  async preview(bytes: Uint8Array): Promise<CatalogueImport> {
    const { planned, encoding } = await this.#plan(bytes)
    return toAnswer('previewed', encoding, planned)
  }

  /**
   * Writes every row, in one transaction.
   * @throws CodedError HUB_CATALOGUE_REFUSED when a row is refused, HUB_CATALOGUE_CHANGED when somebody else changed
   *   what rows were planned upon, besides those of {@link preview}; nothing is written then
   */
  async import(bytes: Uint8Array): Promise<CatalogueImport> {
    const { repository, clock, changes } = this.#parts
    const { planned, encoding } = await this.#plan(bytes)
    const refused = planned.filter(({ action }) => action === 'refuse').length
    if (refused > 0) throw new CodedError('HUB_CATALOGUE_REFUSED', { parameters: { rows: refused } })
    const writes = planned.flatMap(({ write }) => write ?? [])
    const registeredAt = clock.now()
    const outcome = await repository.writeEntries({
      added: writes
        .filter(({ present }) => !present)
        .map(({ id, entry }) => ({ id, entry, registeredAt, revision: 1, origin: ORIGIN })),
      changed: writes.flatMap(({ id, entry, present }) =>
        present ? [{ id, entry, revision: present.revision }] : [],
      ),
    })
    if (outcome === 'conflict') throw new CodedError('HUB_CATALOGUE_CHANGED')
    for (const { id } of writes.slice(0, MAX_CHANGES_TOLD)) changes.publish('package', id)
    return toAnswer('imported', encoding, planned)
  }

  async #plan(bytes: Uint8Array) {
    const { repository } = this.#parts
    const { text, encoding } = decodeText(bytes)
    const rows = readTable(parseRows(text))
    const present = await repository.findMany(idsOf(rows))
    const planned = planRows(rows, new Map(present.map((record) => [record.id, record])))
    const written = planned.flatMap(({ write }) => write?.entry ?? [])
    return { planned: warnOfSameNames(planned, await repository.findNamed(written)), encoding }
  }
}

const idsOf = (rows: readonly CellRow[]): string[] => [
  ...new Set(rows.map(({ values }) => values.get('id') ?? '')),
]

function textOf(column: FileColumn, record: PackageRecord, versions: readonly string[]): string {
  switch (column) {
    case 'id':
      return record.id
    case 'versions':
      return versions.join(', ')
    case 'registeredAt':
      return record.registeredAt.toISOString()
    case 'withdrawnAt':
      return record.withdrawn?.at.toISOString() ?? ''
    case 'tags':
      return formatTags(record.entry.tags ?? [])
    default:
      return record.entry[column] ?? ''
  }
}

function toAnswer(
  outcome: CatalogueImport['outcome'],
  encoding: CatalogueImport['encoding'],
  planned: readonly PlannedRow[],
): CatalogueImport {
  const counts: Record<CatalogueAction, number> = { register: 0, change: 0, keep: 0, refuse: 0 }
  for (const { action } of planned) counts[action] += 1
  const refusedFirst = [
    ...planned.filter(({ action }) => action === 'refuse'),
    ...planned.filter(({ action }) => action === 'register' || action === 'change'),
  ]
  const rows = refusedFirst.slice(0, MAX_TOLD).map(({ write: _, ...row }) => row)
  return { outcome, encoding, counts, rows }
}
