// What keeps an agent from a display, be it the device's or its own.
import { defineErrors, lasting, passing } from './error-entry.ts'

export const AGENT_DISPLAY_ERRORS = defineErrors({
  AGENT_DISPLAY_STALE_SOCKET: passing(
    409,
    [
      'The socket of display :{number} exists, but no X server answers on it.',
      '디스플레이 :{number} 소켓은 있으나 X 서버가 응답하지 않습니다.',
    ],
    ['Restart the X server of display :{number}.', '디스플레이 :{number}의 X 서버를 다시 시작하십시오.'],
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
})

export const AGENT_OWNED_DISPLAY_ERRORS = defineErrors({
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
})
