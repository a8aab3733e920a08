// What keeps `bongsu package build` from an image.
import { defineErrors, lasting } from './error-entry.ts'

export const CLI_BUILD_ERRORS = defineErrors({
  CLI_BUILD_NO_PROGRAM: lasting(
    400,
    ['No program to start was found: {wanted}', '시작할 프로그램을 찾지 못했습니다: {wanted}'],
    [
      'Name the file by --program FILE, relative to the folder.',
      '--program 파일 로 폴더 안의 파일을 지정하십시오.',
    ],
  ),
  CLI_BUILD_MANY_PROGRAMS: lasting(
    400,
    ['Several files could be the program: {files}', '프로그램으로 보이는 파일이 여러 개입니다: {files}'],
    ['Name the one to start by --program FILE.', '--program 파일 로 시작할 파일을 지정하십시오.'],
  ),
  CLI_BUILD_NOT_A_FOLDER: lasting(
    400,
    ['{file} is one Python file.', '{file}은(는) 파이썬 파일 하나입니다.'],
    ['Name the folder that it lies in.', '파일이 있는 폴더를 지정하십시오.'],
  ),
  CLI_BUILD_WINDOWS_PROGRAM: lasting(
    415,
    [
      '{file} is a Windows program: the devices run Linux.',
      '{file}은(는) Windows 프로그램입니다. 단말은 Linux로 동작합니다.',
    ],
    [
      'Build from the Python sources instead, or have the program compiled for Linux (PyInstaller run on Linux makes one file).',
      '파이썬 소스 폴더로 빌드하거나 Linux용으로 다시 만드십시오(Linux에서 PyInstaller를 실행하면 파일 하나로 만들어집니다).',
    ],
  ),
  CLI_BUILD_NOT_A_PROGRAM: lasting(
    415,
    ['{file} is no Linux program ({what}).', '{file}은(는) Linux 프로그램이 아닙니다({what}).'],
    [
      'Name a folder with Python files, or a self-contained Linux program.',
      '파이썬 파일이 있는 폴더나 단독 실행 가능한 Linux 프로그램을 지정하십시오.',
    ],
  ),
  CLI_BUILD_SOURCE_BROKEN: lasting(
    400,
    ['{file} cannot be understood: {fault}', '{file}을(를) 해석할 수 없습니다: {fault}'],
    [
      'Mend it; python3 -m py_compile FILE shows where.',
      'python3 -m py_compile 파일 로 위치를 확인해 고치십시오.',
    ],
  ),
  CLI_BUILD_TOO_MANY_FILES: lasting(
    413,
    ['The folder holds more than {limit} files.', '폴더에 파일이 {limit}개보다 많습니다.'],
    ['Keep data sets out by .dockerignore.', '.dockerignore로 데이터셋을 제외하십시오.'],
  ),
  CLI_BUILD_UNCONFIRMED: lasting(
    409,
    [
      'The requirements are a guess from what is imported: {requirements}',
      '가져다 쓰는 모듈로 추정한 필요 패키지입니다: {requirements}',
    ],
    [
      'If they are right, repeat with --yes; better, write them into requirements.txt.',
      '맞으면 --yes를 붙여 다시 실행하십시오. requirements.txt에 적어 두면 더 좋습니다.',
    ],
  ),
  CLI_BUILD_BASE_UNAVAILABLE: lasting(
    404,
    [
      'The base image {base} is neither here nor in a registry.',
      '기본 이미지 {base}이(가) 엔진에도 레지스트리에도 없습니다.',
    ],
    [
      'Check the name, or leave --base out: a Debian base is then made.',
      '이름을 확인하거나 --base를 빼십시오. 그러면 데비안 기본 이미지를 만듭니다.',
    ],
  ),
  CLI_BUILD_NO_WHEEL: lasting(
    422,
    [
      'pip finds nothing that fits {requirement} for this Python and processor.',
      '이 파이썬과 프로세서에 맞는 {requirement}을(를) pip가 찾지 못했습니다.',
    ],
    [
      'Check name and version, or take Debian’s package by --apt python3-NAME.',
      '이름과 버전을 확인하거나 --apt python3-이름 으로 데비안 패키지를 쓰십시오.',
    ],
  ),
  CLI_BUILD_NO_DEBIAN_PACKAGE: lasting(
    422,
    [
      'The base image’s distribution has no package {name}.',
      '기본 이미지의 배포판에 {name} 패키지가 없습니다.',
    ],
    [
      'Check --apt, or choose a Debian base by --base.',
      '--apt를 확인하거나 --base로 데비안 이미지를 지정하십시오.',
    ],
  ),
  CLI_BUILD_MODULE_MISSING: lasting(
    422,
    [
      'The built program ended: it imports {module}, which no requirement brings.',
      '만든 프로그램이 종료되었습니다: {module} 모듈을 제공하는 패키지가 없습니다.',
    ],
    ['Add it: {option}', '다음 옵션으로 추가하십시오: {option}'],
  ),
  CLI_BUILD_LIBRARY_MISSING: lasting(
    422,
    [
      'The built program ended: it needs {library}, which the image does not have.',
      '만든 프로그램이 종료되었습니다: 이미지에 {library}이(가) 없습니다.',
    ],
    ['Add Debian’s package: {option}', '데비안 패키지를 추가하십시오: {option}'],
  ),
  CLI_BUILD_FILE_MISSING: lasting(
    422,
    [
      'The built program ended: it opens {file}, which is not in the image.',
      '만든 프로그램이 종료되었습니다: {file} 파일이 이미지에 없습니다.',
    ],
    [
      'Put the file into the folder and name it relative to the program; large files are packed by --include FILE.',
      '파일을 폴더에 넣고 프로그램에서 상대 경로로 여십시오. 큰 파일은 --include 파일 로 포함합니다.',
    ],
  ),
  CLI_BUILD_TOO_NEW: lasting(
    422,
    [
      'The program was made on a newer Linux: it wants GLIBC {version}.',
      '더 새로운 Linux에서 만든 프로그램입니다: GLIBC {version}이(가) 필요합니다.',
    ],
    [
      'Build it on Debian 12, or choose a newer base by --base.',
      'Debian 12에서 만들거나 --base로 새 기본 이미지를 지정하십시오.',
    ],
  ),
  CLI_BUILD_DOES_NOT_START: lasting(
    422,
    [
      'The built program ended with exit code {exitCode}: {message}',
      '만든 프로그램이 종료 코드 {exitCode}로 끝났습니다: {message}',
    ],
    [
      'Mend what it says. The image stays, to be looked into; --no-proof leaves the trial start out.',
      '메시지를 보고 고치십시오. 이미지는 확인할 수 있게 남아 있습니다. --no-proof는 시험 실행을 생략합니다.',
    ],
  ),
})
