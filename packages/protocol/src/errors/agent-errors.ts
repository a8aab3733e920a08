// Codes for what an agent cannot do or waits for; they travel as reasons in reports and acknowledgements.
import { defineErrors, lasting, passing } from './error-entry.ts'

export const AGENT_ERRORS = defineErrors({
  AGENT_NO_DISPLAY: passing(
    409,
    ['No X server runs on this device.', '이 단말에서 X 서버가 실행되고 있지 않습니다.'],
    [
      'Connect a monitor and start the X session; the launch starts by itself then.',
      '모니터를 연결하고 X 세션을 시작하십시오. 그러면 자동으로 실행됩니다.',
    ],
  ),
  AGENT_ARCHITECTURE_MISMATCH: lasting(
    409,
    [
      'The image is for {image}, this device is {device}.',
      '이미지는 {image}용인데 이 단말은 {device}입니다.',
    ],
    ['Build the package for {device}.', '{device}용으로 패키지를 빌드하십시오.'],
  ),
  AGENT_DISK_FULL: passing(
    507,
    [
      'Not enough disk: {neededBytes} bytes needed, {freeBytes} free.',
      '디스크 공간이 부족합니다. 필요 {neededBytes}바이트, 여유 {freeBytes}바이트.',
    ],
    [
      'Free space on the device; the launch continues by itself then.',
      '단말의 공간을 확보하십시오. 그러면 자동으로 계속됩니다.',
    ],
  ),
  AGENT_POLICY_FORBIDS: lasting(
    403,
    ['This device’s local policy forbids {what}.', '이 단말의 로컬 정책이 {what}을(를) 금지합니다.'],
    [
      'Change the package, or /etc/bongsu/policy.toml on the device.',
      '패키지를 바꾸거나 단말의 /etc/bongsu/policy.toml을 변경하십시오.',
    ],
  ),
  AGENT_CONTAINER_NOT_AS_MADE: passing(
    409,
    [
      'A container found for this launch had what this device forbids ({what}); it was removed and made anew.',
      '이 실행의 컨테이너에서 단말이 금지하는 설정({what})이 발견되어 제거하고 다시 만들었습니다.',
    ],
    [
      'If the policy has not changed, find out who else uses Docker Engine on the device.',
      '정책을 바꾸지 않았다면 단말에서 Docker 엔진을 사용하는 다른 사람이 있는지 확인하십시오.',
    ],
  ),
  AGENT_POLICY_INVALID: lasting(
    500,
    ['The policy {path} is not usable: {problem}.', '정책 파일 {path}을(를) 사용할 수 없습니다: {problem}.'],
    [
      'Correct the file; it must belong to root and be writable by root alone.',
      '파일을 바로잡으십시오. 소유자는 root이고 root만 쓸 수 있어야 합니다.',
    ],
  ),
  AGENT_PROFILE_INVALID: lasting(
    422,
    ['The launch profile cannot be run: {problem}.', '실행 프로파일을 실행할 수 없습니다: {problem}.'],
    ['Correct the profile of the package version.', '패키지 버전의 프로파일을 바로잡으십시오.'],
  ),
  AGENT_DEVICE_NODE_MISSING: passing(
    409,
    ['The device node {path} does not exist.', '장치 노드 {path}이(가) 없습니다.'],
    [
      'Plug the device in; the launch starts by itself then.',
      '장치를 연결하십시오. 그러면 자동으로 실행됩니다.',
    ],
  ),
  AGENT_CONTAINER_EXITED: passing(
    502,
    ['The program ended with exit code {exitCode}.', '프로그램이 종료 코드 {exitCode}(으)로 끝났습니다.'],
    [
      'Read the quoted log line; it is started again by itself.',
      '인용된 로그를 확인하십시오. 자동으로 다시 시작합니다.',
    ],
  ),
  AGENT_CRASH_LOOP: lasting(
    502,
    [
      'The program ended {count} times in {minutes} minutes.',
      '프로그램이 {minutes}분 동안 {count}번 끝났습니다.',
    ],
    [
      'Correct the package and deploy it again; after a cause outside of it, restart the launch.',
      '패키지를 고쳐 다시 배포하십시오. 원인이 패키지 밖에 있었다면 실행을 다시 시작하십시오.',
    ],
  ),
  AGENT_LAUNCH_REPLACED: lasting(
    409,
    ['It made way for {launchId}, which replaces it.', '이를 대신하는 {launchId}에 자리를 내주었습니다.'],
    [
      'Nothing to do: it comes back if the new one fails.',
      '할 일이 없습니다. 새 실행이 실패하면 다시 시작됩니다.',
    ],
  ),
  AGENT_LAUNCH_ROLLED_BACK: lasting(
    502,
    [
      'The program ended again and again, so the version before runs again.',
      '프로그램이 거듭 끝나서 이전 버전을 다시 실행합니다.',
    ],
    [
      'Look at the other reasons shown, correct the package and deploy it again.',
      '함께 표시된 원인을 보고 패키지를 고쳐 다시 배포하십시오.',
    ],
  ),
  AGENT_LAUNCH_EXPIRED: lasting(
    410,
    [
      'The launch was not to start after {notAfter}.',
      '{notAfter} 이후에는 실행하지 않도록 지정되어 있습니다.',
    ],
    ['Deploy it again with a later deadline.', '기한을 늦춰 다시 배포하십시오.'],
  ),
  AGENT_STALE_GENERATION: lasting(
    409,
    [
      'Generation {generation} is older than the accepted {accepted}.',
      '세대 {generation}은(는) 이미 받은 {accepted}보다 오래되었습니다.',
    ],
    ['Nothing to do; the newer one stays in force.', '조치가 필요 없습니다. 더 새로운 세대가 유지됩니다.'],
  ),
  AGENT_GENERATION_CONFLICT: lasting(
    409,
    [
      'Generation {generation} came a second time with other content.',
      '세대 {generation}이(가) 다른 내용으로 다시 도착했습니다.',
    ],
    ['Deploy again, so that a new generation is made.', '다시 배포하여 새 세대를 만드십시오.'],
  ),
  AGENT_DESIRED_STATE_INVALID: lasting(
    422,
    ['The desired state contradicts itself: {problem}.', '원하는 상태에 모순이 있습니다: {problem}.'],
    ['Report this with the hub’s log.', '허브 로그와 함께 알려 주십시오.'],
  ),
  AGENT_STATE_NOT_WRITABLE: passing(
    507,
    ['The agent cannot write its state: {message}', '에이전트가 상태를 저장할 수 없습니다: {message}'],
    ['Free space under the agent’s state folder.', '에이전트 상태 폴더의 공간을 확보하십시오.'],
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
  AGENT_CONFIG_INVALID: lasting(
    400,
    ['The configuration is not valid at {path}: {problem}.', '설정의 {path} 값이 잘못되었습니다: {problem}.'],
    ['Correct agent.toml.', 'agent.toml을 바로잡으십시오.'],
  ),
  AGENT_IDENTITY_UNREADABLE: lasting(
    500,
    ['The device key cannot be read: {message}', '단말 키를 읽을 수 없습니다: {message}'],
    [
      'Restore the key file, or remove it and enrol again.',
      '키 파일을 복구하거나 삭제하고 다시 등록하십시오.',
    ],
  ),
  AGENT_INTERNAL: lasting(
    500,
    ['The agent failed at {step}: {message}', '에이전트가 {step} 단계에서 실패했습니다: {message}'],
    ['Report this with the agent’s log.', '에이전트 로그와 함께 알려 주십시오.'],
  ),
})
