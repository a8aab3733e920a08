// Codes for what an agent cannot do or waits for; they travel as reasons in reports and acknowledgements.
import { defineErrors, lasting, passing } from './error-entry.ts'

export const AGENT_ERRORS = defineErrors({
  AGENT_HELPER_UNREACHABLE: passing(
    503,
    [
      'The agent’s root helper does not answer on {path}: {message}',
      '에이전트의 루트 도우미가 {path}에서 응답하지 않습니다: {message}',
    ],
    [
      'Start it: systemctl start bongsu-helper. What runs is not touched meanwhile.',
      'systemctl start bongsu-helper로 시작하십시오. 실행 중인 프로그램은 그대로 유지됩니다.',
    ],
  ),
  AGENT_HELPER_FAILED: passing(
    502,
    [
      'The agent’s root helper failed: {message}',
      '에이전트의 루트 도우미에서 오류가 발생했습니다: {message}',
    ],
    [
      'It is tried again by itself; read the journal of bongsu-helper if it repeats.',
      '자동으로 다시 시도합니다. 반복되면 bongsu-helper의 저널을 확인하십시오.',
    ],
  ),
  AGENT_HELPER_PROTOCOL: lasting(
    400,
    [
      'The agent and its root helper do not understand each other: {problem}',
      '에이전트와 루트 도우미가 서로의 요청을 이해하지 못합니다: {problem}',
    ],
    ['Install both of the same version and restart them.', '같은 버전으로 함께 설치하고 다시 시작하십시오.'],
  ),
  AGENT_HELPER_NOT_STARTED: lasting(
    500,
    ['The root helper could not be started: {message}', '루트 도우미를 시작하지 못했습니다: {message}'],
    [
      'Run it as root, once, with a group of that name: groupadd --system bongsu.',
      '루트 권한으로 하나만 실행하고 해당 그룹을 만드십시오: groupadd --system bongsu.',
    ],
  ),
  AGENT_ENGINE_UNREACHABLE: passing(
    503,
    ['Docker Engine does not answer.', 'Docker 엔진이 응답하지 않습니다.'],
    [
      'Start it: systemctl start docker. Running launches are not touched.',
      'systemctl start docker로 시작하십시오. 실행 중인 것은 그대로 유지됩니다.',
    ],
  ),
  AGENT_ENGINE_PERMISSION: lasting(
    403,
    ['The agent may not use Docker’s socket.', '에이전트에 Docker 소켓 사용 권한이 없습니다.'],
    [
      'Add the agent’s user to the group docker and restart it.',
      '에이전트 사용자를 docker 그룹에 추가하고 다시 시작하십시오.',
    ],
  ),
  AGENT_ENGINE_FAILED: lasting(
    502,
    ['Docker Engine refused: {message}', 'Docker 엔진이 거부했습니다: {message}'],
    ['Correct what the engine names.', '엔진이 지적한 부분을 바로잡으십시오.'],
  ),
  AGENT_ENGINE_TROUBLE: passing(
    502,
    ['Docker Engine failed: {message}', 'Docker 엔진에서 오류가 발생했습니다: {message}'],
    [
      'It is tried again by itself; read the engine’s log if it repeats.',
      '자동으로 다시 시도합니다. 반복되면 엔진 로그를 확인하십시오.',
    ],
  ),
  AGENT_IMAGE_FETCH_FAILED: passing(
    502,
    [
      'The image archive could not be fetched from the hub: {message}',
      '허브에서 이미지 아카이브를 받지 못했습니다: {message}',
    ],
    [
      'It is tried again by itself; check the link if it repeats.',
      '자동으로 다시 시도합니다. 반복되면 회선을 확인하십시오.',
    ],
  ),
  AGENT_IMAGE_DIGEST_MISMATCH: passing(
    422,
    ['The image archive arrived damaged.', '이미지 아카이브가 손상되어 도착했습니다.'],
    ['It is fetched again by itself.', '자동으로 다시 받습니다.'],
  ),
  AGENT_IMAGE_LOAD_FAILED: lasting(
    502,
    [
      'Docker Engine could not load the image: {message}',
      'Docker 엔진이 이미지를 불러오지 못했습니다: {message}',
    ],
    ['Check the engine and the package.', '엔진과 패키지를 확인하십시오.'],
  ),
  AGENT_IMAGE_NOT_WHAT_WAS_ORDERED: lasting(
    422,
    [
      'The archive holds image {found}, not {expected}.',
      '아카이브의 이미지가 {expected}이(가) 아니라 {found}입니다.',
    ],
    ['Register the package version again.', '패키지 버전을 다시 등록하십시오.'],
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
