// What a file would do, row by row.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PackageEntry } from '@bongsu/protocol'
import type { PackageRecord } from '../repository.ts'
import { parseRows } from './csv.ts'
import { type PlannedRow, planRows, warnOfSameNames } from './plan.ts'
import { readTable } from './table.ts'

const entry: PackageEntry = {
  koreanName: '객체 탐지기',
  fileName: 'a.tar',
  copyrightHolder: '봉수',
  description: '설명',
  tags: ['감시', '실외'],
}
const record = (id: string, more: Partial<PackageEntry> = {}): PackageRecord => ({
  id,
  entry: { ...entry, ...more },
  registeredAt: new Date(0),
  revision: 3,
  origin: 'x',
})
const plan = (file: string, present: readonly PackageRecord[] = [record('a')]): PlannedRow[] =>
  planRows(readTable(parseRows(file)), new Map(present.map((one) => [one.id, one])))
const only = (file: string): PlannedRow => {
  const [row, ...more] = plan(file)
  assert.ok(row)
  assert.deepEqual(more, [])
  return row
}

test('a new id is registered with the cells of its row', () => {
  const row = only('ID,이름,파일명,저작권,태그,등록일\nnew,새 것,b.tar,봉수,"감시; 감시, 항만",무시')
  assert.equal(row.action, 'register')
  assert.deepEqual(row.write, {
    id: 'new',
    entry: { koreanName: '새 것', fileName: 'b.tar', copyrightHolder: '봉수', tags: ['감시', '항만'] },
  })
})

test('columns that the file lacks stay; empty cells empty', () => {
  assert.equal(only('id\na').action, 'keep')
  assert.equal(only('id,설명,버전\na,설명,9').action, 'keep')
  const row = only('id,설명,태그\na,,"실외,감시"')
  assert.deepEqual([row.action, row.changed], ['change', ['description', 'tags']])
  const { description: _, ...rest } = entry
  assert.deepEqual(row.write?.entry, { ...rest, tags: ['실외', '감시'] })
})

const faults: readonly [
  name: string,
  file: string,
  faults: readonly (readonly [code: string, column?: string])[],
][] = [
  [
    'a new package without what it needs',
    'id,설명\nnew,x',
    [
      ['HUB_CATALOGUE_CELL_EMPTY', 'koreanName'],
      ['HUB_CATALOGUE_CELL_EMPTY', 'fileName'],
      ['HUB_CATALOGUE_CELL_EMPTY', 'copyrightHolder'],
    ],
  ],
  ['a required cell emptied', 'id,한글 이름\na,', [['HUB_CATALOGUE_CELL_EMPTY', '한글 이름']]],
  [
    'no id',
    'id,설명\n,x',
    [
      ['HUB_CATALOGUE_CELL_EMPTY', 'id'],
      ['HUB_CATALOGUE_CELL_EMPTY', 'koreanName'],
      ['HUB_CATALOGUE_CELL_EMPTY', 'fileName'],
      ['HUB_CATALOGUE_CELL_EMPTY', 'copyrightHolder'],
    ],
  ],
  ['a name too long', `id,이름\na,${'가'.repeat(101)}`, [['HUB_CATALOGUE_CELL_LONG', '이름']]],
  ['a name of two lines', 'id,이름\na,"가\n나"', [['HUB_CATALOGUE_CELL_INVALID', '이름']]],
  ['a tag too long', `id,태그\na,${'가'.repeat(41)}`, [['HUB_CATALOGUE_CELL_LONG', '태그']]],
  [
    'tags too many',
    `id,태그\na,"${Array.from({ length: 33 }, (_, index) => index).join(',')}"`,
    [['HUB_CATALOGUE_CELL_LONG', '태그']],
  ],
  ['a row too short', 'id,설명,태그\na,x', [['HUB_CATALOGUE_ROW_WIDTH']]],
]
for (const [name, file, expected] of faults) {
  test(`refused: ${name}`, () => {
    const row = only(file)
    assert.equal(row.action, 'refuse')
    assert.equal(row.write, undefined)
    assert.deepEqual(
      row.faults?.map(({ code, parameters }) =>
        parameters?.column === undefined ? [code] : [code, parameters.column],
      ),
      expected,
    )
  })
}

test('an invalid id and one that stands twice are refused', () => {
  const rows = plan('id,이름,파일명,저작권자\nOne Two,a,a,a\nb,b,b,b\nb,c,c,c')
  assert.deepEqual(
    rows.map(({ action, faults: found }) => [action, found?.map(({ code }) => code)]),
    [
      ['refuse', ['HUB_CATALOGUE_CELL_INVALID']],
      ['register', undefined],
      ['refuse', ['HUB_CATALOGUE_ID_TWICE']],
    ],
  )
  assert.equal(rows[2]?.faults?.[0]?.parameters?.row, 3)
})

test('the same name of the same holder is warned of, in the catalogue and within the file', () => {
  const header = 'id,이름,파일명,저작권자\n'
  const warnings = (file: string, registered: readonly PackageRecord[]) =>
    warnOfSameNames(plan(header + file, registered), registered).map(
      ({ warnings: found = [] }) => found[0]?.parameters?.id,
    )
  assert.deepEqual(warnings('b,객체탐지기,x,봉수', [record('a')]), ['a'])
  assert.deepEqual(warnings('b,다른 것,x,봉수\nc,다른것,x,봉 수', []), ['c', 'b'])
  // The other one is renamed by the same file.
  assert.deepEqual(warnings('b,객체 탐지기,x,봉수\na,새 이름,x,봉수', [record('a')]), [undefined, undefined])
  assert.deepEqual(warnings('a,객체 탐지기,y,봉수', [record('a')]), [undefined])
})
