// Causes of a failed launch that lie between the program and the X server.
import { defineErrors, lasting, passing } from '../error-entry.ts'

export const X_CONNECTION_CAUSES = defineErrors({
  AGENT_CAUSE_X_NO_COOKIE: passing(
    502,
    [
      'The X server refused the program: it has no usable cookie.',
      '프로그램에 유효한 X 인증 쿠키가 없어 X 서버가 접속을 거부했습니다.',
    ],
    [
      'Let the launch restart with a fresh cookie; never open the display with xhost.',
      '새 쿠키로 다시 시작되도록 두십시오. xhost로 디스플레이를 열지 마십시오.',
    ],
  ),
  AGENT_CAUSE_X_WRONG_COOKIE: passing(
    502,
    [
      'The program’s cookie belongs to an earlier run of the X server.',
      '프로그램의 인증 쿠키가 이전에 실행된 X 서버의 것입니다.',
    ],
    [
      'Let the launch restart; the agent writes the current cookie.',
      '다시 시작되도록 두십시오. 에이전트가 현재 쿠키를 기록합니다.',
    ],
  ),
  AGENT_CAUSE_X_DISPLAY_UNIX: lasting(
    502,
    [
      'DISPLAY is “unix” without a display number.',
      'DISPLAY 값이 디스플레이 번호 없이 “unix”로만 지정되어 있습니다.',
    ],
    [
      'Remove DISPLAY from the package; the agent sets it.',
      '패키지에서 DISPLAY를 제거하십시오. 에이전트가 설정합니다.',
    ],
  ),
  AGENT_CAUSE_X_DISPLAY_OF_SSH: lasting(
    502,
    [
      'DISPLAY “{display}” comes from an ssh -X session, not from this device’s screen.',
      'DISPLAY 값 “{display}”은(는) 이 단말의 화면이 아니라 ssh -X 세션의 것입니다.',
    ],
    [
      'Remove DISPLAY from the package; the agent sets the local display.',
      '패키지에서 DISPLAY를 제거하십시오. 에이전트가 로컬 디스플레이를 설정합니다.',
    ],
  ),
  AGENT_CAUSE_X_DISPLAY_NOT_SET: lasting(
    502,
    ['The program was started without DISPLAY.', '프로그램이 DISPLAY 없이 시작되었습니다.'],
    [
      'Declare in the package that it needs a display, and do not empty DISPLAY in its start script.',
      '패키지에 디스플레이가 필요하다고 선언하고, 시작 스크립트에서 DISPLAY를 비우지 마십시오.',
    ],
  ),
  AGENT_CAUSE_X_UNREACHABLE: passing(
    502,
    [
      'The program could not reach display {display}: no X server answered there.',
      '프로그램이 디스플레이 {display}에 접속하지 못했습니다. 응답하는 X 서버가 없습니다.',
    ],
    [
      'Check that the X session runs and that the package sets no DISPLAY of its own.',
      'X 세션이 실행 중인지, 패키지가 DISPLAY를 따로 지정하지 않는지 확인하십시오.',
    ],
  ),
  AGENT_CAUSE_X_TOO_MANY_CLIENTS: passing(
    502,
    ['The X server has no free client left.', 'X 서버의 클라이언트 수가 한도에 도달했습니다.'],
    [
      'Close the program that leaks connections, or set MaxClients 512 for the X server.',
      '연결을 닫지 않는 프로그램을 종료하거나 X 서버에 MaxClients 512를 설정하십시오.',
    ],
  ),
  AGENT_CAUSE_X_SERVER_ENDED: passing(
    502,
    ['The X server ended while the program ran.', '프로그램 실행 중에 X 서버가 종료되었습니다.'],
    [
      'Start the X session again; the launch follows by itself.',
      'X 세션을 다시 시작하십시오. 그러면 자동으로 다시 실행됩니다.',
    ],
  ),
  AGENT_CAUSE_X_SHM_REFUSED: lasting(
    502,
    [
      'The X server may not use the program’s shared memory (MIT-SHM).',
      'X 서버가 프로그램의 공유 메모리(MIT-SHM)를 사용할 수 없습니다.',
    ],
    [
      'Set QT_X11_NO_MITSHM=1 and _X11_NO_MITSHM=1 in the package.',
      '패키지에 QT_X11_NO_MITSHM=1과 _X11_NO_MITSHM=1을 설정하십시오.',
    ],
  ),
  AGENT_CAUSE_X_SHM_SEGMENT: lasting(
    502,
    [
      'The X server lost the program’s shared memory segment, so parts of the window stay blank.',
      'X 서버가 프로그램의 공유 메모리 세그먼트를 찾지 못해 창의 일부가 비어 있습니다.',
    ],
    [
      'Set QT_X11_NO_MITSHM=1 and _X11_NO_MITSHM=1 in the package.',
      '패키지에 QT_X11_NO_MITSHM=1과 _X11_NO_MITSHM=1을 설정하십시오.',
    ],
  ),
  AGENT_CAUSE_X_UNTRUSTED_COOKIE: lasting(
    502,
    [
      'The program needs X extensions that an untrusted cookie does not allow.',
      '프로그램에 필요한 X 확장을 비신뢰 쿠키가 허용하지 않습니다.',
    ],
    ['Allow a trusted cookie for this package.', '이 패키지에 신뢰 쿠키를 허용하십시오.'],
  ),
  AGENT_CAUSE_X_THREADS: lasting(
    502,
    [
      'The program calls X from several threads at once, which is a defect in it.',
      '프로그램이 여러 스레드에서 동시에 X를 호출합니다. 프로그램의 결함입니다.',
    ],
    [
      'Make all GUI calls from the main thread, or call XInitThreads first.',
      '모든 GUI 호출을 주 스레드에서 하거나 XInitThreads를 먼저 호출하십시오.',
    ],
  ),
  AGENT_CAUSE_X_SOCKET_FOLDER: lasting(
    502,
    [
      'The X server cannot listen: /tmp/.X11-unix has the wrong owner or mode.',
      '/tmp/.X11-unix의 소유자나 권한이 잘못되어 X 서버가 접속을 받지 못합니다.',
    ],
    [
      'Give the folder to root with mode 1777 and restart X.',
      '폴더를 root 소유, 권한 1777로 바꾸고 X를 다시 시작하십시오.',
    ],
  ),
  AGENT_CAUSE_X_STALE_LOCK: lasting(
    502,
    [
      'A lock file says that an X server of this number already runs.',
      '같은 번호의 X 서버가 이미 실행 중이라는 잠금 파일이 있습니다.',
    ],
    [
      'Remove the stale /tmp/.X…-lock file, or choose another display number.',
      '남아 있는 /tmp/.X…-lock 파일을 삭제하거나 다른 디스플레이 번호를 사용하십시오.',
    ],
  ),
  AGENT_CAUSE_ENGINE_IS_SNAP: lasting(
    502,
    [
      'Docker is installed as a snap and cannot see /tmp and /dev of this device.',
      'Docker가 snap으로 설치되어 이 단말의 /tmp와 /dev를 볼 수 없습니다.',
    ],
    [
      'Remove the snap and install docker-ce or docker.io.',
      'snap을 제거하고 docker-ce 또는 docker.io를 설치하십시오.',
    ],
  ),
})
