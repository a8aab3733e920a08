// Codes for texts that cannot be read as a launch profile. What is read but refused is a note of the answer.
import { defineErrors, lasting } from './error-entry.ts'

export const IMPORT_ERRORS = defineErrors({
  HUB_IMPORT_TOO_LARGE: lasting(
    413,
    [
      'The text has {bytes} bytes; at most {maximum} are read.',
      '텍스트가 {bytes}바이트입니다. 최대 {maximum}바이트까지 읽습니다.',
    ],
    [
      'Paste only the command line or the one manifest that starts the program.',
      '프로그램을 시작하는 명령줄이나 매니페스트 하나만 붙여 넣으십시오.',
    ],
  ),
  HUB_IMPORT_UNTERMINATED: lasting(
    422,
    [
      'A quote or substitution opened on line {line} is never closed.',
      '{line}번째 줄에서 연 따옴표나 명령 치환이 닫히지 않았습니다.',
    ],
    ['Close it, or paste the whole command.', '닫거나 명령 전체를 붙여 넣으십시오.'],
  ),
  HUB_IMPORT_UNRECOGNISED: lasting(
    422,
    [
      'The text is neither a docker run line nor a Kubernetes manifest.',
      '텍스트가 docker run 명령줄도 Kubernetes 매니페스트도 아닙니다.',
    ],
    [
      'Paste a line that contains "docker run" or a manifest with apiVersion and kind.',
      '"docker run"이 들어 있는 줄이나 apiVersion과 kind가 있는 매니페스트를 붙여 넣으십시오.',
    ],
  ),
  HUB_IMPORT_SEVERAL_PROGRAMS: lasting(
    422,
    [
      'The text starts {count} programs; a profile describes one.',
      '텍스트가 프로그램 {count}개를 시작합니다. 프로필은 하나만 설명합니다.',
    ],
    ['Import them one by one.', '하나씩 가져오십시오.'],
  ),
  HUB_IMPORT_NO_IMAGE: lasting(
    422,
    ['No image is named.', '이미지 이름이 없습니다.'],
    [
      'Name the image after the flags of docker run, or in every container of the manifest.',
      'docker run 옵션 뒤에, 또는 매니페스트의 각 컨테이너에 이미지를 적으십시오.',
    ],
  ),
  HUB_IMPORT_FLAG_WITHOUT_VALUE: lasting(
    422,
    ['The flag {flag} needs a value and has none.', '{flag} 옵션에 필요한 값이 없습니다.'],
    ['Give the value, or remove the flag.', '값을 적거나 옵션을 지우십시오.'],
  ),
  HUB_IMPORT_INVALID_MANIFEST: lasting(
    422,
    [
      'The manifest cannot be read as YAML or JSON: {problem}',
      '매니페스트를 YAML이나 JSON으로 읽을 수 없습니다: {problem}',
    ],
    ['Correct the manifest and import it again.', '매니페스트를 고친 뒤 다시 가져오십시오.'],
  ),
  HUB_IMPORT_NO_CONTAINER: lasting(
    422,
    ['The manifest describes no container.', '매니페스트에 컨테이너가 없습니다.'],
    [
      'Paste the Pod, Deployment, StatefulSet, DaemonSet, Job or CronJob.',
      'Pod, Deployment, StatefulSet, DaemonSet, Job, CronJob 중 하나를 붙여 넣으십시오.',
    ],
  ),
  HUB_IMPORT_BEYOND_LIMITS: lasting(
    422,
    [
      'What was read does not fit a launch profile at {pointer}: {problem}',
      '읽은 내용이 {pointer}에서 실행 프로필에 맞지 않습니다: {problem}',
    ],
    ['Shorten or remove that part.', '그 부분을 줄이거나 지우십시오.'],
  ),
})
