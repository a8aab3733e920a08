// What is written is read again, whatever it holds; files as Korean offices save them are read, others refused.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCodedError } from '@bongsu/foundation'
import { normaliseText } from '@bongsu/protocol'
import fc from 'fast-check'
import { guardCell, readCell } from './cells.ts'
import { columnOf, FILE_COLUMNS, headingsIn } from './columns.ts'
import { BYTE_ORDER_MARK, decodeText, parseRows, writeRows } from './csv.ts'
import { readTable } from './table.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const refused = (code: string, parameters?: object) => (error: unknown) =>
  isCodedError(error) &&
  error.code === code &&
  (parameters === undefined || JSON.stringify(error.parameters) === JSON.stringify(parameters))

/** As the hub keeps text: line breaks are line feeds, composed, without outer blanks. */
const kept = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.string({
      unit: fc.constantFrom("'", '"', '=', '+', '-', '@', ',', ';', '\n', '\t', ' ', '가', '＝'),
      maxLength: 12,
    }),
  )
  .map((text) => String(normaliseText(text.replaceAll('\r', ''))))

test('any text comes back from its cell', () => {
  fc.assert(fc.property(kept, (text) => assert.equal(readCell(guardCell(text)), text)))
})

test('no cell begins as a formula does', () => {
  fc.assert(fc.property(kept, (text) => assert.doesNotMatch(guardCell(text), /^[=+\-@\t\r\n＝＋－＠]/)))
  for (const text of ['=1+1', '+82-10', '-1', '@SUM(A1)', '＝1', "'=1"])
    assert.equal(guardCell(text), `'${text}`)
  for (const text of ['', '감지', "'인용'", 'a=1']) assert.equal(guardCell(text), text)
})

test('any table comes back from its file', () => {
  const row = fc.tuple(kept, kept, kept)
  fc.assert(
    fc.property(fc.array(row, { maxLength: 8 }), (rows) => {
      const file =
        BYTE_ORDER_MARK +
        writeRows([['id', 'description', 'licence'], ...rows.map((cells) => cells.map(guardCell))])
      const { text, encoding } = decodeText(bytesOf(file))
      assert.equal(encoding, 'utf-8')
      const read = readTable(parseRows(text)).map(({ values }) => [...values.values()])
      // A row without anything in it is none.
      assert.deepEqual(
        read,
        rows.filter((cells) => cells.some((cell) => cell !== '')),
      )
    }),
  )
})

test('headings are known in both languages, as the API names them, and as people write them', () => {
  for (const names of [headingsIn('ko'), headingsIn('en'), FILE_COLUMNS]) {
    assert.deepEqual(names.map(columnOf), FILE_COLUMNS)
  }
  for (const [name, column] of [
    ['한글이름', 'koreanName'],
    [' KOREAN_NAME ', 'koreanName'],
    ['저작권자'.normalize('NFD'), 'copyrightHolder'],
    ['License', 'licence'],
    ['태그', 'tags'],
    ['constructor', undefined],
    ['', undefined],
  ] as const) {
    assert.equal(columnOf(name), column, name)
  }
})

// "아이디,설명" and "a,한글 똠방각하" as CP949, of which KS X 1001 has no 똠.
const CP949 = Buffer.from('bec6c0ccb5f02cbcb3b8ed0d0a612cc7d1b1db208c63b9e6b0a2c7cf', 'hex')
const UTF16 = Buffer.from('\ufeffid\tdescription\r\na\t한글, 그대로\r\n', 'utf16le')

test('files are read in the encodings that spreadsheets save', () => {
  const cases: readonly [bytes: Uint8Array, encoding: string, cells: string][] = [
    [bytesOf('\ufeffid,설명\r\na,한글'), 'utf-8', '한글'],
    [bytesOf('id,설명\na,한글'), 'utf-8', '한글'],
    [bytesOf('id;설명\ra;한글, 둘'), 'utf-8', '한글, 둘'],
    [bytesOf('"id","설명"\r\n"a","여러\r\n줄 ""인용"""\r\n,\r\n\r\n'), 'utf-8', '여러\n줄 "인용"'],
    [CP949, 'cp949', '한글 똠방각하'],
    [UTF16, 'utf-16', '한글, 그대로'],
    [Buffer.from(UTF16).swap16(), 'utf-16', '한글, 그대로'],
  ]
  for (const [bytes, encoding, description] of cases) {
    const decoded = decodeText(bytes)
    assert.equal(decoded.encoding, encoding)
    const [row, ...more] = readTable(parseRows(decoded.text))
    assert.deepEqual([row?.values.get('id'), row?.values.get('description'), more], ['a', description, []])
  }
})

test('what is no text is refused', () => {
  const xlsx = Buffer.from('504b0304140006000800000021', 'hex')
  for (const bytes of [xlsx, Buffer.from([0xff, 0xfe, 0x00]), Buffer.from([0x80, 0xff, 0x00])]) {
    assert.throws(() => decodeText(bytes), refused('HUB_CATALOGUE_UNREADABLE'))
  }
})

const faulty: readonly [text: string, code: string, parameters: object][] = [
  ['id,설명\r\na,"열린', 'HUB_CATALOGUE_SYNTAX', { line: 2 }],
  ['id,설명\r\na,b"c', 'HUB_CATALOGUE_SYNTAX', { line: 2 }],
  ['', 'HUB_CATALOGUE_COLUMN_MISSING', { column: 'id' }],
  ['설명\r\nx', 'HUB_CATALOGUE_COLUMN_MISSING', { column: 'id' }],
  ['id,이름,한글 이름\r\n', 'HUB_CATALOGUE_COLUMN_TWICE', { column: '한글 이름' }],
  ['id,가격\r\n', 'HUB_CATALOGUE_COLUMN_UNKNOWN', { column: '가격' }],
  [`id\r\n${'a\r\n'.repeat(5_001)}`, 'HUB_CATALOGUE_ROWS', { maximum: 5_000 }],
]
for (const [text, code, parameters] of faulty) {
  test(`refused: ${JSON.stringify(text.slice(0, 30))}`, () => {
    assert.throws(() => readTable(parseRows(text)), refused(code, parameters))
  })
}

test('rows are counted as a spreadsheet does, and their cells compared with the heading', () => {
  const rows = readTable(parseRows('id,설명,\r\n"a","1\r\n2"\r\n\r\nb,x,\r\nc,x,y\r\nd\r\n'))
  assert.deepEqual(
    rows.map(({ row, width }) => [row, width]),
    [
      [2, undefined],
      [4, undefined],
      [5, { cells: 3, columns: 2 }],
      [6, { cells: 1, columns: 2 }],
    ],
  )
})
