// Codes of the catalogue of AI packages.
import { defineErrors, lasting, passing } from './error-entry.ts'

export const HUB_PACKAGE_ERRORS = defineErrors({
  HUB_PACKAGE_WITHDRAWN: lasting(
    409,
    [
      'Package {id} is withdrawn and cannot be deployed (reason: {reason}).',
      '{id} 패키지는 철회되어 배포할 수 없습니다(사유: {reason}).',
    ],
    [
      'Deploy another package, or restore this one in the catalogue.',
      '다른 패키지를 배포하거나 카탈로그에서 철회를 취소하십시오.',
    ],
  ),
  HUB_PACKAGE_SAME_NAME: lasting(
    409,
    [
      'Package {id} already has the name "{koreanName}" of {copyrightHolder}.',
      '{copyrightHolder}의 "{koreanName}"은(는) 이미 {id} 패키지의 이름입니다.',
    ],
    [
      'Edit that package, or choose a name that tells the two apart.',
      '그 패키지를 수정하거나, 둘을 구별할 수 있는 이름을 쓰십시오.',
    ],
  ),
})

export const HUB_VERSION_ERRORS = defineErrors({
  HUB_VERSION_WITHDRAWN: lasting(
    409,
    [
      'Version {version} of {id} is withdrawn and cannot be deployed (reason: {reason}).',
      '{id} {version} 버전은 철회되어 배포할 수 없습니다(사유: {reason}).',
    ],
    [
      'Deploy another version, or restore this one in the catalogue.',
      '다른 버전을 배포하거나 카탈로그에서 철회를 취소하십시오.',
    ],
  ),
})

/** Of files with the catalogue's entries. */
export const HUB_CATALOGUE_ERRORS = defineErrors({
  HUB_CATALOGUE_UNREADABLE: lasting(
    400,
    ['The file is not text in UTF-8, UTF-16 or CP949.', '파일이 UTF-8, UTF-16, CP949 텍스트가 아닙니다.'],
    [
      'Save it in the spreadsheet program as "CSV UTF-8" and send that file.',
      '스프레드시트 프로그램에서 "CSV UTF-8"로 저장한 파일을 보내십시오.',
    ],
  ),
  HUB_CATALOGUE_SYNTAX: lasting(
    400,
    ['The file is no valid CSV at line {line}.', '파일의 {line}번째 줄이 올바른 CSV가 아닙니다.'],
    [
      'Put cells that hold quotation marks, commas or line breaks in quotation marks, doubling those inside.',
      '따옴표, 쉼표, 줄바꿈이 든 칸은 따옴표로 감싸고 안의 따옴표는 두 번 쓰십시오.',
    ],
  ),
  HUB_CATALOGUE_COLUMN_UNKNOWN: lasting(
    400,
    ['The catalogue has no column "{column}".', '카탈로그에 "{column}" 열이 없습니다.'],
    [
      'Use the headings of an exported file, in Korean or English.',
      '내보낸 파일의 머리글을 한국어나 영어로 쓰십시오.',
    ],
  ),
  HUB_CATALOGUE_COLUMN_TWICE: lasting(
    400,
    ['The file has the column "{column}" twice.', '파일에 "{column}" 열이 두 번 있습니다.'],
    ['Keep one of the two columns.', '둘 중 하나만 남기십시오.'],
  ),
  HUB_CATALOGUE_COLUMN_MISSING: lasting(
    400,
    ['The file has no column "{column}".', '파일에 "{column}" 열이 없습니다.'],
    [
      'Add the column; its cells tell which package a row is about.',
      '열을 추가하십시오. 각 행이 어떤 패키지인지 알려 주는 열입니다.',
    ],
  ),
  HUB_CATALOGUE_ROWS: lasting(
    413,
    ['The file has more than {maximum} rows.', '파일의 행이 {maximum}개를 넘습니다.'],
    ['Split the file into smaller ones.', '파일을 작게 나누십시오.'],
  ),
  HUB_CATALOGUE_ROW_WIDTH: lasting(
    400,
    [
      'The row has {cells} cells and the heading {columns}.',
      '행은 {cells}칸인데 머리글은 {columns}칸입니다.',
    ],
    ['Give the row as many cells as the heading has.', '행의 칸 수를 머리글과 같게 하십시오.'],
  ),
  HUB_CATALOGUE_CELL_EMPTY: lasting(
    400,
    ['"{column}" is empty.', '"{column}" 칸이 비어 있습니다.'],
    ['Fill the cell.', '칸을 채우십시오.'],
  ),
  HUB_CATALOGUE_CELL_LONG: lasting(
    400,
    ['"{column}" is longer than {maximum}.', '"{column}" 값이 {maximum}보다 깁니다.'],
    ['Shorten it.', '줄이십시오.'],
  ),
  HUB_CATALOGUE_CELL_INVALID: lasting(
    400,
    ['"{column}" cannot be "{value}".', '"{column}" 칸에 "{value}" 값을 쓸 수 없습니다.'],
    [
      'An ID has lower-case letters, digits and hyphens; other cells have no control characters.',
      'ID에는 영문 소문자, 숫자, 하이픈만 쓰고, 다른 칸에는 제어 문자를 쓰지 마십시오.',
    ],
  ),
  HUB_CATALOGUE_ID_TWICE: lasting(
    400,
    ['{id} stands in row {row} too.', '{id}은(는) {row}행에도 있습니다.'],
    ['Keep one of the two rows.', '두 행 중 하나만 남기십시오.'],
  ),
  HUB_CATALOGUE_REFUSED: lasting(
    422,
    [
      'Nothing was imported: {rows} rows are refused.',
      '가져오지 않았습니다. 받아들일 수 없는 행이 {rows}개 있습니다.',
    ],
    [
      'Preview the file to see each row with its fault, correct them, and import it again.',
      '미리보기로 행마다 잘못을 확인해 고친 뒤 다시 가져오십시오.',
    ],
  ),
  HUB_CATALOGUE_CHANGED: passing(
    409,
    [
      'Nothing was imported: somebody changed the catalogue meanwhile.',
      '그사이 카탈로그가 바뀌어 가져오지 않았습니다.',
    ],
    ['Preview the file again, then import it.', '파일을 다시 미리보기한 뒤 가져오십시오.'],
  ),
})
