// The columns of a catalogue file: what they are called, and which column a heading means. Pure.
import type { CatalogueColumn, Language } from '@bongsu/protocol'

/** Columns that an import reads over: they are told, not chosen. */
type ToldColumn = 'versions' | 'registeredAt' | 'withdrawnAt'
export type FileColumn = CatalogueColumn | ToldColumn

interface Heading {
  readonly column: FileColumn
  readonly ko: string
  readonly en: string
  /** What else people call it. */
  readonly also: readonly string[]
}

const HEADINGS: readonly Heading[] = [
  { column: 'id', ko: '패키지 ID', en: 'Package ID', also: ['ID', '아이디'] },
  { column: 'koreanName', ko: '한글 이름', en: 'Korean name', also: ['이름', 'Name', '한국어 이름'] },
  { column: 'fileName', ko: '파일 이름', en: 'File name', also: ['파일명'] },
  { column: 'copyrightHolder', ko: '저작권자', en: 'Copyright holder', also: ['저작권'] },
  { column: 'description', ko: '설명', en: 'Description', also: [] },
  { column: 'licence', ko: '라이선스', en: 'Licence', also: ['License', '라이센스'] },
  { column: 'tags', ko: '태그', en: 'Tags', also: ['꼬리표'] },
  { column: 'versions', ko: '버전', en: 'Versions', also: [] },
  { column: 'registeredAt', ko: '등록일', en: 'Registered', also: [] },
  { column: 'withdrawnAt', ko: '철회일', en: 'Withdrawn', also: [] },
]

const TOLD: ReadonlySet<FileColumn> = new Set<ToldColumn>(['versions', 'registeredAt', 'withdrawnAt'])

const headingKey = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[\s_-]/g, '')

const BY_KEY: ReadonlyMap<string, FileColumn> = new Map(
  HEADINGS.flatMap(({ column, ko, en, also }) =>
    [column, ko, en, ...also].map((name) => [headingKey(name), column] as const),
  ),
)

export const FILE_COLUMNS: readonly FileColumn[] = HEADINGS.map(({ column }) => column)

/** Headings of a file that is written, in the order of {@link FILE_COLUMNS}. */
export const headingsIn = (language: Language): string[] => HEADINGS.map((heading) => heading[language])

/** The column that a heading means, in Korean, English or the API's own name; blanks and case do not count. */
export const columnOf = (heading: string): FileColumn | undefined => BY_KEY.get(headingKey(heading))

export const isChosen = (column: FileColumn): column is CatalogueColumn => !TOLD.has(column)
