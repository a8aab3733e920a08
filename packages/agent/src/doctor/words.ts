// The words of the examination's report, apart from the titles and remedies of the catalogue.
import type { DisplayReport, Language, LaunchPhase, PictureVerdict, ScreenPower } from '@bongsu/protocol'
import type { TriedCookie } from './doctor-facts.ts'

interface Words {
  readonly title: string
  readonly mark: { readonly ok: string; readonly warning: string; readonly fault: string }
  readonly label: Readonly<
    Record<
      | 'engine'
      | 'disk'
      | 'memory'
      | 'display'
      | 'output'
      | 'screen'
      | 'otherDisplay'
      | 'deadSockets'
      | 'cookie'
      | 'gpu'
      | 'node'
      | 'nvidia'
      | 'camera'
      | 'agent'
      | 'launch'
      | 'configuration',
      string
    >
  >
  readonly state: Readonly<Record<DisplayReport['state'], string>>
  readonly power: Readonly<Record<ScreenPower, string>>
  readonly answer: Readonly<Record<TriedCookie['answer'], string>>
  readonly origin: Readonly<Record<TriedCookie['origin'], string>>
  readonly phase: Readonly<Record<LaunchPhase, string>>
  readonly verdict: Readonly<Record<PictureVerdict, string>>
  readonly said: Readonly<
    Record<
      | 'engineFailed'
      | 'noGpu'
      | 'noCamera'
      | 'agentAway'
      | 'virtual'
      | 'owned'
      | 'greeter'
      | 'open'
      | 'protected'
      | 'primary'
      | 'noWindowManager'
      | 'free'
      | 'notRoot'
      | 'nothingWrong'
      | 'defaults'
      | 'unknown',
      string
    >
  >
  readonly data: (folder: string) => string
  readonly space: (mib: number) => string
  readonly inodes: (count: number) => string
  readonly available: (mib: number) => string
  readonly user: (name: string, uid: number) => string
  readonly group: (name: string, mode: string) => string
  readonly heldBy: (program: string, pid: number) => string
  readonly session: (state: string) => string
  readonly sessionState: Readonly<Record<string, string>>
  readonly count: (faults: number, warnings: number) => string
}

const EN: Words = {
  title: 'Bongsu device check',
  mark: { ok: '[ ok ]', warning: '[warn]', fault: '[FAIL]' },
  label: {
    engine: 'Docker',
    disk: 'Disk',
    memory: 'Memory',
    display: 'Display',
    output: 'monitor',
    screen: 'screen',
    otherDisplay: 'seen',
    deadSockets: 'sockets left behind',
    cookie: 'cookie',
    gpu: 'GPU',
    node: 'node',
    nvidia: 'NVIDIA',
    camera: 'Camera',
    agent: 'Agent',
    launch: 'Launch',
    configuration: 'Settings',
  },
  state: {
    unknown: 'unknown',
    no_display: 'none',
    socket_only: 'socket without answer',
    refused: 'refuses us',
    ready: 'ready',
    lost: 'gone',
  },
  power: {
    on: 'lit',
    covered: 'covered by the screen saver',
    off: 'monitor asleep',
    unknown: 'light unknown',
  },
  answer: {
    ready: 'let in',
    refused: 'refused',
    no_socket: 'no server',
    stale_socket: 'nobody answers at the socket',
    denied: 'no permission on the socket',
    timeout: 'no answer in time',
    not_x11: 'not an X server',
  },
  origin: {
    pinned: 'configured file',
    server_auth: 'the server’s own file',
    session: 'session',
    display_manager: 'display manager',
    home: 'home folder',
    none: 'without cookie',
  },
  phase: {
    queued: 'queued',
    waiting: 'waiting',
    fetching: 'fetching the image',
    loading: 'loading the image',
    starting: 'starting',
    running: 'running',
    stopping: 'stopping',
    stopped: 'stopped',
    failed: 'failed',
    expired: 'expired',
  },
  verdict: {
    unknown: 'picture unknown',
    no_window: 'no window',
    unmapped: 'window not mapped',
    black: 'window black',
    frozen: 'picture frozen',
    visible: 'visible',
  },
  said: {
    engineFailed: 'does not answer',
    noGpu: 'none; the processor draws',
    noCamera: 'none',
    agentAway: 'does not answer',
    virtual: 'virtual',
    owned: 'started by the agent',
    greeter: 'login screen',
    open: 'open to every local user',
    protected: 'cookie required',
    primary: 'primary',
    noWindowManager: 'no window manager',
    free: 'free',
    notRoot: 'Run as root to see other users’ cookies, processes and cameras as well.',
    nothingWrong: 'Nothing wrong was found.',
    defaults: 'not read, the defaults hold',
    unknown: 'unknown',
  },
  data: (folder) => `data in ${folder}`,
  space: (mib) => `${mib} MiB free`,
  inodes: (count) => `${count} inodes free`,
  available: (mib) => `${mib} MiB available`,
  user: (name, uid) => `user ${name} (${uid})`,
  group: (name, mode) => `group ${name}, mode ${mode}`,
  heldBy: (program, pid) => `in use by ${program} (process ${pid})`,
  session: (state) => `runs, hub: ${state}`,
  sessionState: {
    idle: 'not asked',
    connecting: 'connecting',
    greeting: 'greeting',
    online: 'connected',
    waiting: 'not connected',
  },
  count: (faults, warnings) => `Faults: ${faults}, warnings: ${warnings}`,
}

const KO: Words = {
  title: '봉수 단말 점검',
  mark: { ok: '[정상]', warning: '[주의]', fault: '[고장]' },
  label: {
    engine: 'Docker',
    disk: '디스크',
    memory: '메모리',
    display: '디스플레이',
    output: '모니터',
    screen: '화면',
    otherDisplay: '발견',
    deadSockets: '남아 있는 소켓',
    cookie: '쿠키',
    gpu: 'GPU',
    node: '노드',
    nvidia: 'NVIDIA',
    camera: '카메라',
    agent: '에이전트',
    launch: '실행',
    configuration: '설정',
  },
  state: {
    unknown: '모름',
    no_display: '없음',
    socket_only: '소켓에 응답 없음',
    refused: '접속 거부됨',
    ready: '준비됨',
    lost: '사라짐',
  },
  power: { on: '켜짐', covered: '화면 보호기가 가림', off: '모니터 꺼짐', unknown: '켜짐 여부 모름' },
  answer: {
    ready: '접속됨',
    refused: '거부됨',
    no_socket: '서버 없음',
    stale_socket: '소켓에 응답 없음',
    denied: '소켓 권한 없음',
    timeout: '시간 내 응답 없음',
    not_x11: 'X 서버 아님',
  },
  origin: {
    pinned: '설정된 파일',
    server_auth: '서버의 파일',
    session: '세션',
    display_manager: '디스플레이 관리자',
    home: '홈 폴더',
    none: '쿠키 없이',
  },
  phase: {
    queued: '대기열',
    waiting: '기다리는 중',
    fetching: '이미지 받는 중',
    loading: '이미지 불러오는 중',
    starting: '시작하는 중',
    running: '실행 중',
    stopping: '중지하는 중',
    stopped: '중지됨',
    failed: '실패',
    expired: '기한 지남',
  },
  verdict: {
    unknown: '화면 표시 모름',
    no_window: '창 없음',
    unmapped: '창이 표시되지 않음',
    black: '창이 검음',
    frozen: '화면 멈춤',
    visible: '표시됨',
  },
  said: {
    engineFailed: '응답 없음',
    noGpu: '없음(프로세서가 그림)',
    noCamera: '없음',
    agentAway: '응답 없음',
    virtual: '가상',
    owned: '에이전트가 시작함',
    greeter: '로그인 화면',
    open: '모든 로컬 사용자에게 열림',
    protected: '쿠키 필요',
    primary: '주 모니터',
    noWindowManager: '창 관리자 없음',
    free: '비어 있음',
    notRoot: '다른 사용자의 쿠키, 프로세스, 카메라까지 확인하려면 root로 실행하십시오.',
    nothingWrong: '이상이 없습니다.',
    defaults: '읽지 못하여 기본값을 사용함',
    unknown: '모름',
  },
  data: (folder) => `데이터 ${folder}`,
  space: (mib) => `여유 ${mib}MiB`,
  inodes: (count) => `여유 inode ${count}개`,
  available: (mib) => `여유 ${mib}MiB`,
  user: (name, uid) => `사용자 ${name}(${uid})`,
  group: (name, mode) => `그룹 ${name}, 권한 ${mode}`,
  heldBy: (program, pid) => `${program}(프로세스 ${pid})에서 사용 중`,
  session: (state) => `실행 중, 허브: ${state}`,
  sessionState: {
    idle: '접속 전',
    connecting: '접속하는 중',
    greeting: '인증하는 중',
    online: '연결됨',
    waiting: '연결되지 않음',
  },
  count: (faults, warnings) => `고장 ${faults}건, 주의 ${warnings}건`,
}

export type DoctorWords = Words

export const wordsOf = (language: Language): DoctorWords => (language === 'ko' ? KO : EN)
