// The notes of an import: every code with its severity and its words in both languages. `{value}` is filled in.
import type { ImportNote, ImportSeverity } from '@bongsu/protocol'

type Row = readonly [severity: ImportSeverity, en: string, ko: string]

const rows = <Code extends string>(table: Record<Code, Row>) => Object.freeze(table)

const MAPPED = rows({
  'field-set': ['mapped', 'Taken over as {value}.', '{value} 필드로 옮겼습니다.'],
  'gpu-requested': [
    'mapped',
    'Became a GPU request; the device adds its nodes, groups and driver.',
    'GPU 요청으로 옮겼습니다. 장치 노드, 그룹, 드라이버는 단말이 넣습니다.',
  ],
  'camera-requested': ['mapped', 'Became a camera request.', '카메라 요청으로 옮겼습니다.'],
  'device-requested': [
    'mapped',
    'Became a request for {value}; the device’s own policy must list it.',
    '{value} 요청으로 옮겼습니다. 단말의 정책 목록에 있어야 합니다.',
  ],
  'volume-made': [
    'mapped',
    'Became the volume {value}, kept on the device between runs.',
    '볼륨 {value}(으)로 옮겼습니다. 실행 사이에 단말에 보관됩니다.',
  ],
  'display-required': [
    'mapped',
    'The program needs a screen; it starts once one is ready.',
    '화면이 필요한 프로그램입니다. 화면이 준비되면 시작합니다.',
  ],
})

const PROVIDED = rows({
  'display-provided': [
    'provided',
    'The device sets DISPLAY to the screen that it found.',
    'DISPLAY는 단말이 찾은 화면으로 설정합니다.',
  ],
  'x-socket-provided': [
    'provided',
    'The device mounts the X socket itself, read-only.',
    'X 소켓은 단말이 읽기 전용으로 직접 연결합니다.',
  ],
  'cookie-provided': [
    'provided',
    'The device makes a fresh X cookie for each launch.',
    'X 인증 쿠키는 실행할 때마다 단말이 새로 만듭니다.',
  ],
  'xhost-provided': [
    'provided',
    'Not needed: xhost opens the screen to every local user; the device gives the container a cookie instead.',
    '필요 없습니다. xhost는 모든 로컬 사용자에게 화면을 엽니다. 단말은 대신 컨테이너에 쿠키를 줍니다.',
  ],
  'user-provided': [
    'provided',
    'The device runs it as the user of the screen’s session, by number.',
    '단말이 화면 세션의 사용자 번호로 실행합니다.',
  ],
  'accounts-provided': [
    'provided',
    'The device generates passwd and group; the host’s account files stay out of the container.',
    'passwd와 group은 단말이 만듭니다. 호스트의 계정 파일은 컨테이너에 넣지 않습니다.',
  ],
  'home-provided': [
    'provided',
    'The device gives the program a home folder of its own; the host’s home stays outside.',
    '단말이 프로그램 전용 홈 폴더를 줍니다. 호스트의 홈은 넣지 않습니다.',
  ],
  'restart-provided': [
    'provided',
    'The agent restarts it; the engine would do so before the screen is there.',
    '재시작은 에이전트가 합니다. 엔진은 화면이 준비되기 전에 재시작합니다.',
  ],
  'lifetime-provided': [
    'provided',
    'The agent removes the container when the launch ends.',
    '실행이 끝나면 에이전트가 컨테이너를 지웁니다.',
  ],
  'init-provided': [
    'provided',
    'The agent always adds an init process.',
    'init 프로세스는 에이전트가 항상 넣습니다.',
  ],
  'groups-provided': [
    'provided',
    'The agent adds the numeric groups of the devices that it passes.',
    '넘겨주는 장치의 그룹 번호는 에이전트가 넣습니다.',
  ],
  'clock-provided': ['provided', 'The device hands over its own time zone.', '시간대는 단말이 넘겨줍니다.'],
  'hardening-provided': [
    'provided',
    'The agent drops all capabilities and forbids new privileges anyway.',
    '에이전트가 이미 모든 권한을 제거하고 새 권한을 금지합니다.',
  ],
  'variable-provided': [
    'provided',
    'The device sets this variable itself.',
    '이 변수는 단말이 직접 설정합니다.',
  ],
  'runtime-folder-provided': [
    'provided',
    'The device gives the program a runtime folder of its own; session sockets of the host stay outside.',
    '단말이 프로그램 전용 런타임 폴더를 줍니다. 호스트의 세션 소켓은 넣지 않습니다.',
  ],
  'shared-memory-provided': [
    'provided',
    'The container has shared memory of its own, 1 GiB unless the profile says more.',
    '컨테이너는 자체 공유 메모리를 가집니다. 프로필에 더 크게 적지 않으면 1 GiB입니다.',
  ],
  'scratch-provided': [
    'provided',
    'The agent makes this folder in memory itself.',
    '이 폴더는 에이전트가 메모리에 만듭니다.',
  ],
})

const WARNED = rows({
  'display-unix': [
    'warned',
    'Dropped: with “{value}” X libraries look for a host named “unix…” and say “could not connect to display unix…”. The device sets the right DISPLAY.',
    '제외했습니다. “{value}” 형식이면 X 라이브러리가 “unix…”라는 호스트를 찾아 “could not connect to display unix…” 오류가 납니다. 단말이 올바른 DISPLAY를 설정합니다.',
  ],
  'display-remote': [
    'warned',
    'Dropped: “{value}” is the display of somebody’s remote (SSH) shell, not the screen of the device. The device sets the right DISPLAY.',
    '제외했습니다. “{value}”은(는) 원격(SSH) 셸의 화면이며 단말의 화면이 아닙니다. 단말이 올바른 DISPLAY를 설정합니다.',
  ],
  'working-directory-kept': [
    'warned',
    'Taken over, but it replaces the image’s own folder: files the program opens by relative path are then not found. Remove it unless it is needed.',
    '옮겼지만 이미지의 작업 폴더를 바꿉니다. 상대 경로로 여는 파일을 찾지 못할 수 있으니 꼭 필요하지 않으면 지우십시오.',
  ],
  'working-directory-dropped': [
    'warned',
    'Dropped: this folder exists only where the command was typed and hides the application’s own folder in the image.',
    '제외했습니다. 명령을 입력한 곳에만 있는 폴더이며 이미지 안의 프로그램 폴더를 가립니다.',
  ],
  'network-host': [
    'warned',
    'Dropped: the program gets a network of its own. With the host’s network it would reach X past its cookie. Publish the ports that it serves.',
    '제외했습니다. 프로그램은 자체 네트워크를 씁니다. 호스트 네트워크는 쿠키 없이 X에 닿게 합니다. 제공하는 포트를 공개하십시오.',
  ],
  'network-other': [
    'warned',
    'Dropped: networks of that machine are not on the device; the program gets a bridge.',
    '제외했습니다. 그 컴퓨터의 네트워크는 단말에 없습니다. 브리지 네트워크를 씁니다.',
  ],
  'ipc-host': [
    'warned',
    'Dropped: shared memory stays private, 1 GiB or more; drawing does not need the host’s.',
    '제외했습니다. 공유 메모리는 컨테이너 전용이며 1 GiB 이상입니다. 화면 출력에 호스트의 것은 필요 없습니다.',
  ],
  'moved-from-arguments': [
    'warned',
    'These are flags of docker run that stood among the program’s arguments, where the engine tries to run “--device” as a program. Moved to where they belong.',
    'docker run 옵션이 프로그램 인자 자리에 있어 엔진이 “--device” 같은 것을 프로그램으로 실행하려 합니다. 제자리로 옮겼습니다.',
  ],
  'port-address': [
    'warned',
    'The address {value} is dropped: the port is open on every address of the device. Remove the host port if that is too much.',
    '{value} 주소는 제외했습니다. 포트가 단말의 모든 주소에서 열립니다. 원하지 않으면 호스트 포트를 지우십시오.',
  ],
  'user-root': [
    'warned',
    'Dropped: the program runs as the session’s user, who alone may use the screen.',
    '제외했습니다. 화면을 쓸 수 있는 세션 사용자로 실행합니다.',
  ],
  'user-other': [
    'warned',
    'A profile runs as the session’s user or as the image says; now as the image says.',
    '프로필은 세션 사용자 또는 이미지에 적힌 사용자로 실행합니다. 이미지에 적힌 대로 합니다.',
  ],
  'no-such-setting': [
    'warned',
    'Dropped: a launch profile has no such setting.',
    '제외했습니다. 실행 프로필에 없는 설정입니다.',
  ],
  'no-picture': [
    'warned',
    'Taken over, but with it the program draws nothing on the screen.',
    '옮겼지만 이 값이면 프로그램이 화면에 아무것도 그리지 않습니다.',
  ],
  'name-changed': [
    'warned',
    'The name became {value}: lower-case letters, digits and hyphens, at most 32.',
    '이름을 {value}(으)로 바꿨습니다. 소문자, 숫자, 하이픈만 32자까지 쓸 수 있습니다.',
  ],
  'document-skipped': [
    'warned',
    'Not imported: only what starts containers is.',
    '가져오지 않았습니다. 컨테이너를 시작하는 것만 가져옵니다.',
  ],
})

const REFUSED = rows({
  privileged: [
    'refused',
    'Refused: it gives the program every device and right of the host. Ask for the GPU, the camera or single devices.',
    '거부했습니다. 프로그램에 호스트의 모든 장치와 권한을 줍니다. GPU, 카메라, 개별 장치를 요청하십시오.',
  ],
  'host-namespace': [
    'refused',
    'Refused: the program could see and disturb the host’s processes or users.',
    '거부했습니다. 프로그램이 호스트의 프로세스나 사용자를 보고 방해할 수 있습니다.',
  ],
  'engine-socket': [
    'refused',
    'Refused: who reaches the container engine’s socket is root on the device.',
    '거부했습니다. 컨테이너 엔진 소켓에 닿으면 단말의 root가 됩니다.',
  ],
  capability: [
    'refused',
    'Refused: X, GPU and cameras need no capability.',
    '거부했습니다. X, GPU, 카메라에는 추가 권한(capability)이 필요 없습니다.',
  ],
  'confinement-off': [
    'refused',
    'Refused: the engine’s confinement stays on.',
    '거부했습니다. 엔진의 격리 설정은 끌 수 없습니다.',
  ],
  'host-mount': [
    'refused',
    'Refused: folders of the host are not shared. Put the data in the image or in a volume.',
    '거부했습니다. 호스트 폴더는 공유하지 않습니다. 데이터를 이미지나 볼륨에 넣으십시오.',
  ],
  'folder-of-caller': [
    'refused',
    'Refused: the folder where the command was typed is not on the device, and mounted it hides the image’s own files. Build the files into the image.',
    '거부했습니다. 명령을 입력한 폴더는 단말에 없고, 연결하면 이미지의 파일을 가립니다. 파일을 이미지에 넣으십시오.',
  ],
  'host-device': [
    'refused',
    'Refused: this device gives control of the host.',
    '거부했습니다. 호스트를 제어할 수 있는 장치입니다.',
  ],
  'file-of-caller': [
    'refused',
    'Refused: that file is on the machine where the command was typed. Give its values one by one.',
    '거부했습니다. 명령을 입력한 컴퓨터의 파일입니다. 값을 하나씩 적으십시오.',
  ],
  'value-of-caller': [
    'refused',
    'Refused: the value comes from the shell where the command was typed. Write the value.',
    '거부했습니다. 명령을 입력한 셸의 값입니다. 값을 직접 적으십시오.',
  ],
  'unresolved-expansion': [
    'refused',
    'Refused: what {value} yields is known only where the command was typed, and nothing is run to find out.',
    '거부했습니다. {value}의 결과는 명령을 입력한 곳에서만 알 수 있으며, 알아내려고 실행하지 않습니다.',
  ],
  'device-value': [
    'refused',
    'Refused: {value} is known only on the device, and a profile has no place for it here. Write a fixed value.',
    '거부했습니다. {value}은(는) 단말에서만 알 수 있어 여기에 쓸 수 없습니다. 고정된 값을 적으십시오.',
  ],
  'unknown-flag': [
    'refused',
    'Refused: this flag is not known, nor whether the next word belongs to it.',
    '거부했습니다. 알 수 없는 옵션이며 다음 단어가 그 값인지도 알 수 없습니다.',
  ],
  'invalid-value': [
    'refused',
    'Refused: the value is not valid here.',
    '거부했습니다. 올바르지 않은 값입니다.',
  ],
  'other-image': [
    'refused',
    'Refused: all containers of a package version use its one image.',
    '거부했습니다. 패키지 버전의 모든 컨테이너는 같은 이미지를 씁니다.',
  ],
  'init-container': [
    'refused',
    'Refused: a profile has no containers that run beforehand. Do it in the image’s entrypoint.',
    '거부했습니다. 먼저 실행되는 컨테이너는 쓸 수 없습니다. 이미지의 entrypoint에서 처리하십시오.',
  ],
  'cluster-object': [
    'refused',
    'Refused: it refers to an object of the cluster that the device does not have.',
    '거부했습니다. 단말에 없는 클러스터 객체를 가리킵니다.',
  ],
})

const IGNORED = rows({
  terminal: [
    'ignored',
    'Without meaning: nobody types into a launched program.',
    '의미가 없습니다. 실행된 프로그램에는 입력하는 사람이 없습니다.',
  ],
  detached: [
    'ignored',
    'Without meaning: launches always run in the background.',
    '의미가 없습니다. 실행은 항상 백그라운드입니다.',
  ],
  'hostname-provided': [
    'ignored',
    'The host name is the launch’s id; windows are found by it.',
    '호스트 이름은 실행 ID입니다. 이것으로 창을 찾습니다.',
  ],
  label: ['ignored', 'Labels are the agent’s own.', '레이블은 에이전트가 붙입니다.'],
  'engine-setting': ['ignored', 'The agent decides this itself.', '에이전트가 직접 정합니다.'],
  'cluster-setting': ['ignored', 'Has a meaning only in a cluster.', '클러스터에서만 의미가 있습니다.'],
  'switched-off': ['ignored', 'Switched off, so nothing to do.', '꺼져 있어 할 일이 없습니다.'],
  'other-command': [
    'ignored',
    'Not imported: only the docker run command is.',
    '가져오지 않았습니다. docker run 명령만 가져옵니다.',
  ],
})

export const NOTE_TEXTS = { ...MAPPED, ...PROVIDED, ...WARNED, ...REFUSED, ...IGNORED }
export type NoteCode = keyof typeof NOTE_TEXTS

const MAX_SOURCE_LENGTH = 200
const MAX_VALUE_LENGTH = 80
const cut = (text: string, maxLength: number) =>
  text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text

/** @param source the part of the imported text that the note is about */
export function importNote(code: NoteCode, source: string, value?: string): ImportNote {
  const [severity, en, ko] = NOTE_TEXTS[code]
  const fill = (text: string) => text.replace('{value}', () => cut(value ?? source, MAX_VALUE_LENGTH))
  return {
    code,
    severity,
    source: cut(source, MAX_SOURCE_LENGTH),
    explanation: { ko: fill(ko), en: fill(en) },
  }
}
