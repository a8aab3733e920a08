// What the hub finds in an image when it takes it in.
import { defineErrors, lasting } from './error-entry.ts'

export const HUB_GATE_ERRORS = defineErrors({
  HUB_GATE_BLOCKED: lasting(
    409,
    [
      'Version {version} of {id} is held back by the hub’s policy: {codes}',
      '허브 정책에 따라 {id} {version} 버전은 배포할 수 없습니다: {codes}',
    ],
    [
      'Mend the image and add a new version; what was found stands at the version. The policy is BONGSU_HUB_GATE_BLOCK.',
      '이미지를 고쳐 새 버전으로 등록하십시오. 점검 결과는 버전에 표시됩니다. 정책은 BONGSU_HUB_GATE_BLOCK입니다.',
    ],
  ),
  HUB_GATE_XCB_MISSING: lasting(
    422,
    [
      'Qt’s xcb plugin is in the image without libraries that it loads: {libraries}.',
      '이미지에 Qt xcb 플러그인이 필요로 하는 라이브러리가 없습니다: {libraries}.',
    ],
    [
      'Install Debian’s packages of these libraries; bongsu package build does it.',
      '해당 라이브러리의 데비안 패키지를 설치하십시오. bongsu package build를 쓰면 자동으로 설치됩니다.',
    ],
  ),
  HUB_GATE_NO_HANGUL_FONT: lasting(
    422,
    [
      'No font with Hangul is in the image: Korean text shows as boxes.',
      '이미지에 한글 글꼴이 없어 한글이 네모로 보입니다.',
    ],
    ['Install one, for example fonts-nanum.', '글꼴을 설치하십시오. 예: fonts-nanum'],
  ),
  HUB_GATE_FOREIGN_PROGRAMS: lasting(
    422,
    [
      'The image says {image}, and its programs are made for another processor: {programs}.',
      '이미지는 {image}용이라고 되어 있으나 프로그램은 다른 프로세서용입니다: {programs}.',
    ],
    ['Build the image with --platform of the devices.', '단말에 맞는 --platform으로 다시 빌드하십시오.'],
  ),
  HUB_GATE_NO_SUCH_DEVICE: lasting(
    422,
    [
      'The image is for {image}; accepted devices are {devices}.',
      '이미지는 {image}용이지만 등록된 단말은 {devices}입니다.',
    ],
    ['Build it for the devices’ architecture.', '단말의 아키텍처에 맞게 빌드하십시오.'],
  ),
  HUB_GATE_ROOT: lasting(
    422,
    ['The program would run as root in its container.', '프로그램이 컨테이너에서 root로 실행됩니다.'],
    ['Name a user by USER in the Dockerfile, by number.', 'Dockerfile의 USER에 사용자 번호를 지정하십시오.'],
  ),
  HUB_GATE_SECRET_IN_ENVIRONMENT: lasting(
    422,
    [
      'Variables seem to hold secrets that everybody with the image or the profile can read: {names}.',
      '환경 변수에 누구나 읽을 수 있는 비밀 값이 들어 있는 것 같습니다: {names}.',
    ],
    [
      'Take them out, change what they were, and hand them over as secrets of the launch.',
      '변수를 지우고 값을 교체한 뒤, 실행 프로필의 시크릿으로 전달하십시오.',
    ],
  ),
  HUB_GATE_TOO_LARGE: lasting(
    422,
    [
      'The image needs {needed} MB; device {id} has {free} MB free.',
      '이미지에 {needed}MB가 필요하지만 단말 {id}의 여유 공간은 {free}MB입니다.',
    ],
    ['Make the image smaller, or free the device’s disk.', '이미지를 줄이거나 단말 디스크를 비우십시오.'],
  ),
  HUB_GATE_LAYERS_UNKNOWN: lasting(
    422,
    [
      '{layers} layers were stored before the hub looked into them: what they hold is unknown.',
      '레이어 {layers}개는 점검 기능 이전에 저장되어 내용을 알 수 없습니다.',
    ],
    [
      'Nothing has to be done; a smoke run tells whether it shows.',
      '조치할 것은 없습니다. 시험 실행으로 화면을 확인할 수 있습니다.',
    ],
  ),
})
