// The report of made-up devices, word by word in both languages, and the judgement behind it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LaunchStatus } from '@bongsu/protocol'
import { parseStatus } from './ask-agent.ts'
import { readArguments } from './doctor.ts'
import type { DoctorFacts } from './doctor-facts.ts'
import { groupNameOf } from './examine.ts'
import { judge } from './judge.ts'
import { render } from './render.ts'

const checkedAt = '2026-03-04T05:06:07.000Z'

const launch: LaunchStatus = {
  launchId: 'lau-aaaaaaaaaaaaaaaa',
  phase: 'running',
  containers: [],
  restarts: 0,
  picture: { verdict: 'visible', windowTitle: '사람 검출', checkedAt },
  changedAt: checkedAt,
}

const kiosk: DoctorFacts = {
  formatVersion: 1,
  checkedAt,
  hostname: 'mini-07',
  agentVersion: '1.2.3',
  isRoot: true,
  engine: {
    kind: 'ready',
    traits: {
      version: '29.0.0',
      architecture: 'amd64',
      storageRoot: '/var/lib/docker',
      securityOptions: [],
      runtimes: ['runc'],
    },
  },
  device: {
    freeDiskBytes: 64 * 1024 ** 3,
    freeInodes: 1_000_000,
    availableMemoryBytes: 4 * 1024 ** 3,
    hasAvx: true,
    gpus: [
      {
        driver: 'i915',
        cardPath: '/dev/dri/card0',
        renderPath: '/dev/dri/renderD128',
        pciPath: '0000:00:02.0',
        pciId: '8086:46d1',
      },
    ],
    cameras: [{ path: '/dev/video0', id: 'usb-046d_HD-video-index0', name: 'HD Webcam' }],
  },
  gpuNodes: [
    { path: '/dev/dri/card0', gid: 44, groupName: 'video', mode: 0o660 },
    { path: '/dev/dri/renderD128', gid: 105, groupName: 'render', mode: 0o660 },
  ],
  cameraHolders: [{ path: '/dev/video0', pid: 812, program: 'cheese' }],
  display: {
    state: 'ready',
    number: 0,
    widthPixels: 1920,
    heightPixels: 1080,
    serverKind: 'xorg',
    isVirtual: false,
    isUnprotected: false,
    outputs: [{ name: 'HDMI-1', x: 0, y: 0, widthPixels: 1920, heightPixels: 1080, isPrimary: true }],
    session: { uid: 1000, userName: 'kiosk', seat: 'seat0', type: 'x11' },
    windowManager: 'Openbox',
    power: 'on',
    checkedAt,
  },
  displays: [
    {
      number: 0,
      serverKind: 'xorg',
      pid: 700,
      ownerUid: 0,
      isGreeter: false,
      isOwned: false,
      tried: [
        { origin: 'session', answer: 'refused', words: 'Invalid MIT-MAGIC-COOKIE-1 key' },
        { origin: 'server_auth', answer: 'ready' },
      ],
    },
    {
      number: 1024,
      serverKind: 'xwayland',
      pid: 650,
      ownerUid: 120,
      isGreeter: true,
      isOwned: false,
      tried: [],
    },
  ],
  socketFolder: { uid: 0, mode: 0o1777 },
  staleLocks: [],
  agent: { kind: 'running', session: 'online', launches: [launch] },
}

test('a device that is well, in English', () => {
  assert.deepEqual(judge(kiosk), [])
  assert.equal(
    render(kiosk, [], 'en'),
    `Bongsu device check · mini-07 · 2026-03-04T05:06:07.000Z · bongsu-agent 1.2.3

[ ok ] Docker: 29.0.0, amd64, data in /var/lib/docker
[ ok ] Disk: 65536 MiB free, 1000000 inodes free
       Memory: 4096 MiB available
[ ok ] Display: ready, :0, 1920x1080, xorg, user kiosk (1000), seat0, x11
       screen: lit, Openbox, cookie required
       monitor: HDMI-1, 1920x1080+0+0, primary
       seen: :0, xorg, pid 700, uid 0
         cookie (session): refused: Invalid MIT-MAGIC-COOKIE-1 key
         cookie (the server’s own file): let in
       seen: :1024, xwayland, pid 650, uid 120, login screen
[ ok ] GPU: i915, /dev/dri/card0, /dev/dri/renderD128, 0000:00:02.0, 8086:46d1
       node: /dev/dri/card0, group video (44), mode 660
       node: /dev/dri/renderD128, group render (105), mode 660
[ ok ] Camera: /dev/video0, HD Webcam, usb-046d_HD-video-index0, in use by cheese (process 812)
[ ok ] Agent: runs, hub: connected
[ ok ] Launch lau-aaaaaaaaaaaaaaaa: running, visible, 사람 검출

Nothing wrong was found.
`,
  )
})

const broken: DoctorFacts = {
  ...kiosk,
  isRoot: false,
  configuration: {
    code: 'AGENT_CONFIG_INVALID',
    parameters: { path: '/hub/url', problem: 'is not an address' },
  },
  engine: {
    kind: 'ready',
    traits: {
      version: '20.10.24',
      architecture: 'amd64',
      storageRoot: '/var/snap/docker/common/var-lib-docker',
      securityOptions: [],
      runtimes: [],
    },
  },
  device: { freeDiskBytes: 100 * 1024 ** 2, gpus: [], cameras: [] },
  gpuNodes: [],
  cameraHolders: [],
  display: { state: 'refused', number: 0, reason: 'No protocol specified', checkedAt },
  displayReason: {
    code: 'AGENT_DISPLAY_REFUSED',
    parameters: { number: 0, reason: 'No protocol specified' },
    quote: 'No protocol specified',
  },
  displays: [
    {
      number: 0,
      serverKind: 'unknown',
      ownerUid: 1000,
      isGreeter: false,
      isOwned: false,
      tried: [{ origin: 'none', answer: 'refused', words: 'No protocol specified' }],
    },
    {
      number: 7,
      serverKind: 'unknown',
      ownerUid: 0,
      isGreeter: false,
      isOwned: false,
      tried: [{ origin: 'none', answer: 'stale_socket' }],
    },
  ],
  socketFolder: { uid: 0, mode: 0o755 },
  staleLocks: [7],
  agent: {
    kind: 'running',
    session: 'waiting',
    launches: [
      {
        launchId: launch.launchId,
        containers: [],
        restarts: 3,
        changedAt: checkedAt,
        phase: 'failed',
        reason: { code: 'AGENT_CAUSE_X_NO_COOKIE', quote: 'No protocol specified' },
        findings: [{ code: 'AGENT_CAUSE_X_NO_COOKIE' }, { code: 'AGENT_CAUSE_QT_XCB_LIBRARIES' }],
        warnings: [{ code: 'AGENT_CAUSE_KOREAN_FONT' }],
      },
    ],
  },
}

test('a device with much wrong, in Korean', () => {
  const findings = judge(broken)
  assert.equal(
    render(broken, findings, 'ko'),
    `봉수 단말 점검 · mini-07 · 2026-03-04T05:06:07.000Z · bongsu-agent 1.2.3

[주의] 설정: 읽지 못하여 기본값을 사용함
         ! 설정의 /hub/url 값이 잘못되었습니다: is not an address.
           → agent.toml을 바로잡으십시오.
[고장] Docker: 20.10.24, amd64, 데이터 /var/snap/docker/common/var-lib-docker
         ! Docker가 snap으로 설치되어 이 단말의 /tmp와 /dev를 볼 수 없습니다.
           → snap을 제거하고 docker-ce 또는 docker.io를 설치하십시오.
[주의] 디스크: 여유 100MiB
       메모리: 모름
         ! Docker 데이터가 있는 디스크의 여유가 100MiB뿐입니다.
           → docker image prune 등으로 단말의 공간을 확보하십시오.
[고장] 디스플레이: 접속 거부됨, :0
       발견: :0, unknown, uid 1000
         쿠키 (쿠키 없이): 거부됨: No protocol specified
       남아 있는 소켓: :7
         ! 디스플레이 :0의 X 서버가 접속을 거부했습니다: No protocol specified
           → 에이전트에 서버의 권한 파일을 지정하십시오. xhost로 열지 마십시오.
         ! /tmp/.X11-unix의 소유자나 권한이 잘못되어 X 서버가 접속을 받지 못합니다.
           → 폴더를 root 소유, 권한 1777로 바꾸고 X를 다시 시작하십시오.
         ! 같은 번호의 X 서버가 이미 실행 중이라는 잠금 파일이 있습니다.
           “/tmp/.X7-lock”
           → 남아 있는 /tmp/.X…-lock 파일을 삭제하거나 다른 디스플레이 번호를 사용하십시오.
[정상] GPU: 없음(프로세서가 그림)
[정상] 카메라: 없음
[정상] 에이전트: 실행 중, 허브: 연결되지 않음
[고장] 실행 lau-aaaaaaaaaaaaaaaa: 실패
         ! 프로그램에 유효한 X 인증 쿠키가 없어 X 서버가 접속을 거부했습니다.
           “No protocol specified”
           → 새 쿠키로 다시 시작되도록 두십시오. xhost로 디스플레이를 열지 마십시오.
         ! 이미지에 필요한 라이브러리가 없어 Qt가 “xcb” 플러그인을 불러오지 못했습니다.
           → 이미지에 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-xinerama0 libxcb-xkb1 libxcb-shape0 libxcb-randr0 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libegl1 libgl1을 추가하십시오.
         ! 이미지에 한글 글꼴이 없어 한글이 네모로 표시됩니다.
           → 이미지에 fonts-nanum 또는 fonts-noto-cjk를 추가하십시오.

다른 사용자의 쿠키, 프로세스, 카메라까지 확인하려면 root로 실행하십시오.
고장 3건, 주의 6건
`,
  )
})

test('what speaks against a device, rule by rule', () => {
  const told = (change: Partial<DoctorFacts>) =>
    judge({ ...kiosk, ...change }).map(({ severity, area, reason }) => `${severity} ${area} ${reason.code}`)
  const { display, device } = kiosk
  assert.deepEqual(told({ display: { ...display, isUnprotected: true } }), [
    'warning display AGENT_PREFLIGHT_DISPLAY_OPEN',
  ])
  assert.deepEqual(told({ display: { ...display, power: 'off' } }), ['warning display AGENT_SCREEN_DARK'])
  assert.deepEqual(told({ agent: { kind: 'away' } }), ['warning agent AGENT_PREFLIGHT_AGENT_AWAY'])
  assert.deepEqual(told({ device: { ...device, gpus: [] }, gpuNodes: [] }), [])
  const closed = { path: '/dev/dri/card0', gid: 0, mode: 0o660 }
  assert.deepEqual(told({ gpuNodes: [closed] }), ['warning gpu AGENT_CAUSE_GPU_NODE_CLOSED'])
  assert.deepEqual(told({ gpuNodes: [{ ...closed, mode: 0o666 }] }), [])
  const nvidia = { kernelVersion: '550.1', libraryVersions: ['535.2'], hasCdi: true }
  assert.deepEqual(told({ device: { ...device, nvidia } }), [
    'warning gpu AGENT_CAUSE_NVIDIA_VERSION_MISMATCH',
  ])
  const waiting = { ...launch, phase: 'waiting' as const, reason: { code: 'AGENT_NO_DISPLAY' } }
  assert.deepEqual(told({ agent: { kind: 'running', session: 'online', launches: [waiting] } }), [
    'warning launch AGENT_NO_DISPLAY',
  ])
  assert.deepEqual(told({ engine: { kind: 'failed', reason: { code: 'AGENT_ENGINE_UNREACHABLE' } } }), [
    'fault engine AGENT_ENGINE_UNREACHABLE',
  ])
})

test('what a terminal must not be told is left out', () => {
  const title = 'x\u001b[2Jy\u202ez\nnew line'
  const nasty = { ...launch, picture: { verdict: 'visible' as const, windowTitle: title, checkedAt } }
  const text = render(
    { ...kiosk, agent: { kind: 'running', session: 'online', launches: [nasty] } },
    [],
    'en',
  )
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u202e]/)
  assert.match(text, /visible, xy z new line\n/)
})

test('the answer of an agent of whatever version', () => {
  const told = parseStatus(
    JSON.stringify({ session: 'online', launches: [launch, { launchId: 7 }], more: 1 }),
  )
  assert.deepEqual(told, { kind: 'running', session: 'online', launches: [launch] })
  const waiting = parseStatus(JSON.stringify({ session: 'waiting', sessionReason: { code: 'HUB_X' } }))
  assert.deepEqual(waiting, {
    kind: 'running',
    session: 'waiting',
    sessionReason: { code: 'HUB_X' },
    launches: [],
  })
  for (const text of ['', 'null', '[]', '{"session":1}', '<html>'])
    assert.deepEqual(parseStatus(text), { kind: 'away' })
})

test('the command line', () => {
  assert.deepEqual(readArguments(['--display', '--json', '--language', 'ko', '--config', '/a']), {
    form: 'json',
    language: 'ko',
    configPath: '/a',
  })
  assert.deepEqual(readArguments([]), {
    form: 'text',
    language: undefined,
    configPath: '/etc/bongsu/agent.toml',
  })
  for (const wrong of [['--language', 'fr'], ['--what'], ['display'], ['--config']])
    assert.equal(readArguments(wrong), undefined)
})

test('groups have names where the machine knows them', () => {
  const groups = 'root:x:0:\nvideo:x:44:kiosk\nbroken\n'
  assert.equal(groupNameOf(groups, 44), 'video')
  assert.equal(groupNameOf(groups, 4), undefined)
})
