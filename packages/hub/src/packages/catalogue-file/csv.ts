// CSV by RFC 4180 as spreadsheets of Korean offices write and open it. The only user of the CSV libraries.
import { CodedError } from '@bongsu/foundation'
import type { CatalogueImport } from '@bongsu/protocol'
import { CsvError, parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { columnOf } from './columns.ts'
import { decodeCp949 } from './cp949.ts'

type Encoding = CatalogueImport['encoding']

/** Tells Excel that UTF-8 follows; without it Korean is shown as if it were CP949. */
export const BYTE_ORDER_MARK = '\ufeff'

export interface DecodedText {
  readonly text: string
  readonly encoding: Encoding
}

/** A cell longer than this is no entry of a catalogue. */
const MAX_RECORD_CHARACTERS = 64 * 1024
const DELIMITERS = [',', '\t', ';'] as const

export const writeRows = (rows: readonly (readonly string[])[]): string =>
  stringify(
    rows.map((row) => [...row]),
    { record_delimiter: 'windows', quoted_match: /[\r\n]/ },
  )

/**
 * Text of a file by its byte order mark, else UTF-8 if it is that, else CP949, in which Korean Excel saves "CSV".
 * @throws CodedError HUB_CATALOGUE_UNREADABLE
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  for (const [encoding, decode] of decodersOf(bytes)) {
    const text = decode(bytes)
    if (text !== undefined && !text.includes('\0')) return { text, encoding }
  }
  throw new CodedError('HUB_CATALOGUE_UNREADABLE')
}

type Decode = (bytes: Uint8Array) => string | undefined

function decodersOf([first, second]: Uint8Array): readonly (readonly [encoding: Encoding, decode: Decode])[] {
  if (first === 0xff && second === 0xfe) return [['utf-16', (bytes) => decoded(bytes, 'utf-16le')]]
  if (first === 0xfe && second === 0xff) return [['utf-16', (bytes) => decoded(bytes, 'utf-16be')]]
  return [
    ['utf-8', (bytes) => decoded(bytes, 'utf-8')],
    ['cp949', decodeCp949],
  ]
}

function decoded(bytes: Uint8Array, label: string): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** @throws CodedError HUB_CATALOGUE_SYNTAX naming the line */
export function parseRows(text: string): string[][] {
  try {
    return parse(text, {
      delimiter: delimiterOf(text),
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      max_record_size: MAX_RECORD_CHARACTERS,
    })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = Number(Reflect.get(error, 'lines') ?? 0)
    throw new CodedError('HUB_CATALOGUE_SYNTAX', { parameters: { line }, quote: error.message.slice(0, 300) })
  }
}

/** Whatever parts the first line into the most headings that mean something; spreadsheets choose it by locale. */
function delimiterOf(text: string): string {
  const [heading = ''] = text.split(/[\r\n]/, 1)
  const known = (delimiter: string) =>
    heading.split(delimiter).filter((cell) => columnOf(cell.replaceAll('"', '')) !== undefined).length
  return DELIMITERS.reduce((best, delimiter) => (known(delimiter) > known(best) ? delimiter : best))
}
