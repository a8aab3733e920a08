// What a device says about its display, its windows and pictures of them.
import { defineErrors, lasting, passing } from './error-entry.ts'

export const AGENT_DISPLAY_ERRORS = defineErrors({
  AGENT_NO_DISPLAY: passing(
    409,
    ['No X server runs on this device.', '이 단말에서 X 서버가 실행되고 있지 않습니다.'],
    [
      'Connect a monitor and start the X session; the launch starts by itself then.',
      '모니터를 연결하고 X 세션을 시작하십시오. 그러면 자동으로 실행됩니다.',
    ],
  ),
  AGENT_DISPLAY_STALE_SOCKET: passing(
    409,
    [
      'The socket of display :{number} exists, but no X server answers on it.',
      '디스플레이 :{number} 소켓은 있으나 X 서버가 응답하지 않습니다.',
    ],
    ['Restart the X server of display :{number}.', '디스플레이 :{number}의 X 서버를 다시 시작하십시오.'],
  ),
  AGENT_OWNED_DISPLAY_ABSENT: lasting(
    409,
    [
      'The agent should start a display of its own, but neither Xorg nor Xvfb is installed on this device.',
      '에이전트가 자체 디스플레이를 시작해야 하지만 이 단말에 Xorg도 Xvfb도 설치되어 있지 않습니다.',
    ],
    [
      'Install xserver-xorg-core, or xvfb where no monitor is attached.',
      'xserver-xorg-core를 설치하십시오. 모니터가 없으면 xvfb를 설치하십시오.',
    ],
  ),
  AGENT_OWNED_DISPLAY_FAILED: passing(
    503,
    [
      'The display of the agent’s own could not be started: {server} {message}',
      '에이전트 자체 디스플레이를 시작하지 못했습니다: {server} {message}',
    ],
    [
      'It is tried again by itself; the quoted line of the server says why.',
      '자동으로 다시 시도합니다. 인용된 서버 메시지에 원인이 있습니다.',
    ],
  ),
  AGENT_DISPLAY_LOGIN_SCREEN: passing(
    409,
    [
      'Nobody is logged in on this device: display :{number} shows the login screen.',
      '이 단말에 로그인한 사용자가 없습니다. 디스플레이 :{number}에 로그인 화면이 표시되어 있습니다.',
    ],
    [
      'Log in, or set up automatic login; display.mode in agent.toml can also give the device a display of the agent’s own.',
      '로그인하거나 자동 로그인을 설정하십시오. agent.toml의 display.mode로 에이전트 자체 디스플레이를 쓸 수도 있습니다.',
    ],
  ),
  AGENT_DISPLAY_LOST: passing(
    503,
    [
      'The X server that the program drew on has ended or was replaced by another one',
      '프로그램이 화면을 그리던 X 서버가 종료되었거나 다른 서버로 바뀌었습니다',
    ],
    [
      'The program is started again by itself as soon as a display answers; this does not count as a crash.',
      '디스플레이가 응답하면 프로그램이 자동으로 다시 시작되며, 비정상 종료로 세지 않습니다.',
    ],
  ),
  AGENT_DISPLAY_REFUSED: passing(
    409,
    [
      'The X server of display :{number} refused the connection: {reason}',
      '디스플레이 :{number}의 X 서버가 접속을 거부했습니다: {reason}',
    ],
    [
      'Give the agent the server’s authority file; never open the display with xhost.',
      '에이전트에 서버의 권한 파일을 지정하십시오. xhost로 열지 마십시오.',
    ],
  ),
  AGENT_DISPLAY_SILENT: passing(
    409,
    [
      'The X server of display :{number} does not answer.',
      '디스플레이 :{number}의 X 서버가 응답하지 않습니다.',
    ],
    [
      'Restart the X server; it hangs or its terminal is switched away.',
      'X 서버를 다시 시작하십시오. 멈췄거나 다른 터미널로 전환되어 있습니다.',
    ],
  ),
  AGENT_DISPLAY_PROTOCOL: lasting(
    502,
    [
      'The X server answered with something that is not the X protocol: {problem}',
      'X 서버가 X 프로토콜이 아닌 응답을 보냈습니다: {problem}',
    ],
    ['Check what listens on the display socket.', '디스플레이 소켓에서 무엇이 실행 중인지 확인하십시오.'],
  ),
  AGENT_NO_WINDOW: passing(
    409,
    ['The program runs, but shows no window.', '프로그램은 실행 중이지만 창이 없습니다.'],
    ['Wait for it to start, or read the program’s log.', '시작을 기다리거나 프로그램 로그를 확인하십시오.'],
  ),
  AGENT_SCREENSHOT_FAILED: passing(
    502,
    ['The screen could not be captured: {message}', '화면을 캡처하지 못했습니다: {message}'],
    ['Check the display of the device.', '단말의 디스플레이를 확인하십시오.'],
  ),
  AGENT_PICTURE_UNSTEADY: passing(
    409,
    [
      'The windows did not hold still, so that what must not be shown could not be covered.',
      '창이 계속 움직여서 가려야 할 부분을 가릴 수 없었습니다.',
    ],
    ['Ask again in a moment.', '잠시 후 다시 요청하십시오.'],
  ),
  AGENT_SCREEN_DARK: passing(
    409,
    [
      'The monitor sleeps or its screen saver covers everything; the program itself may be fine.',
      '모니터가 꺼져 있거나 화면 보호기가 화면 전체를 가리고 있습니다. 프로그램 자체는 정상일 수 있습니다.',
    ],
    [
      'The agent wakes it by itself; if it stays dark, unlock the desktop and switch off its locking.',
      '에이전트가 자동으로 화면을 켭니다. 계속 꺼져 있으면 데스크톱 잠금을 풀고 자동 잠금을 끄십시오.',
    ],
  ),
  AGENT_WINDOW_HIDDEN: passing(
    409,
    [
      'The program has a window, but other windows or the edge of the screen hide it.',
      '프로그램 창이 있으나 다른 창이나 화면 가장자리에 가려 보이지 않습니다.',
    ],
    [
      'Close what lies above it, or give the package a placement.',
      '위에 있는 창을 닫거나 패키지에 창 위치를 지정하십시오.',
    ],
  ),
  AGENT_OUTPUT_NOT_FOUND: passing(
    409,
    [
      'No lit monitor is connected to {output}; the window is on {used} instead.',
      '{output}에 켜진 모니터가 없어 창을 {used}에 표시합니다.',
    ],
    [
      'Connect the monitor to {output}, or name one of: {outputs}.',
      '모니터를 {output}에 연결하거나 다음 중 하나를 지정하십시오: {outputs}.',
    ],
  ),
  AGENT_PLACEMENT_FULL: passing(
    409,
    [
      'All tiles of {placement} on {output} are taken, so that the window shares one.',
      '{output}의 {placement} 칸이 모두 사용 중이라 창이 다른 창과 겹칩니다.',
    ],
    [
      'Stop another launch, or choose a finer division.',
      '다른 실행을 중지하거나 더 잘게 나눈 배치를 선택하십시오.',
    ],
  ),
  AGENT_LIVE_VIEW_BUSY: passing(
    429,
    [
      'This device shows its screen to {count} viewers already.',
      '이 단말은 이미 {count}명에게 화면을 보내고 있습니다.',
    ],
    ['Close another live view, or wait for one to end.', '다른 실시간 화면을 닫거나 끝나기를 기다리십시오.'],
  ),
})
