// The command-line tool of package authors.
import { defineErrors, lasting, passing } from './error-entry.ts'

export const CLI_ERRORS = defineErrors({
  CLI_INTERNAL: lasting(
    500,
    ['The tool has failed: {message}', '도구에 문제가 생겼습니다: {message}'],
    ['Report this with the command that you ran.', '실행한 명령과 함께 알려 주십시오.'],
  ),
  CLI_TOOL_MISSING: lasting(
    424,
    ['{program} is not installed.', '{program}이(가) 설치되어 있지 않습니다.'],
    ['Install it: sudo apt-get install {package}', '설치하십시오: sudo apt-get install {package}'],
  ),
  CLI_TOOL_FAILED: lasting(
    424,
    ['{program} has failed: {message}', '{program} 실행에 실패했습니다: {message}'],
    ['Mend what it says, and try again.', '메시지를 보고 고친 뒤 다시 실행하십시오.'],
  ),
  CLI_IMAGE_NOT_FOUND: lasting(
    404,
    ['Your Docker engine has no image {image}.', 'Docker 엔진에 {image} 이미지가 없습니다.'],
    ['docker images lists what it has.', 'docker images로 목록을 확인하십시오.'],
  ),
  CLI_MANIFEST_WRONG: lasting(
    400,
    ['{path} is not as it should be: {fault}', '{path}이(가) 올바르지 않습니다: {fault}'],
    [
      'Compare it with bongsu.toml of examples/person-detector.',
      'examples/person-detector의 bongsu.toml과 비교해 고치십시오.',
    ],
  ),
  CLI_HUB_UNREACHABLE: passing(
    503,
    ['The hub {url} does not answer: {message}', '허브 {url}이(가) 응답하지 않습니다: {message}'],
    [
      'Check the address, the network, and --ca for a hub with a certificate of its own.',
      '주소와 네트워크를, 자체 인증서를 쓰는 허브라면 --ca를 확인하십시오.',
    ],
  ),
  CLI_NOT_A_HUB: lasting(
    502,
    [
      'What answers at that address is no hub of this version.',
      '그 주소에서 응답하는 것은 이 버전의 허브가 아닙니다.',
    ],
    ['Check the address.', '주소를 확인하십시오.'],
  ),
  CLI_FILE_UNREADABLE: lasting(
    400,
    ['{path} cannot be read: {message}', '{path}을(를) 읽을 수 없습니다: {message}'],
    ['Check the path and its permissions.', '경로와 권한을 확인하십시오.'],
  ),
  CLI_FILE_UNWRITABLE: lasting(
    400,
    ['{path} cannot be written: {message}', '{path}에 쓸 수 없습니다: {message}'],
    ['Check the folder and its permissions.', '폴더와 권한을 확인하십시오.'],
  ),
  CLI_FILE_EXISTS: lasting(
    409,
    ['{path} is there already and is left as it is.', '{path} 파일이 이미 있어 그대로 두었습니다.'],
    ['Choose another folder by --out.', '--out으로 다른 폴더를 지정하십시오.'],
  ),
  CLI_KEY_UNUSABLE: lasting(
    400,
    ['{path} is not a secret key of minisign.', '{path}은(는) minisign 비밀키가 아닙니다.'],
    [
      'Name a key made by bongsu key generate or by minisign -G.',
      'bongsu key generate 또는 minisign -G로 만든 키를 지정하십시오.',
    ],
  ),
  CLI_KEY_PASSWORD: lasting(
    403,
    ['The password of {path} is wrong.', '{path}의 암호가 틀립니다.'],
    ['Try again.', '다시 입력하십시오.'],
  ),
  CLI_DOWNLOAD_BROKEN: passing(
    503,
    ['The hub’s answer broke off: {message}', '허브의 응답이 끊겼습니다: {message}'],
    [
      'Try again: what is whole is not fetched again.',
      '다시 시도하십시오. 이미 받은 파일은 다시 받지 않습니다.',
    ],
  ),
  CLI_BLOB_WRONG: lasting(
    502,
    ['What the hub sent is not {digest}.', '허브가 보낸 내용이 {digest}이(가) 아닙니다.'],
    [
      'Try again; if it stays, push the version once more, which repairs the hub’s store.',
      '다시 시도하십시오. 계속되면 버전을 다시 올려 허브 저장소를 복구하십시오.',
    ],
  ),
})
