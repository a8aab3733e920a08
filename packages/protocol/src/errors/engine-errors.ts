// What keeps an agent from its container engine and from the images it was ordered to have there.
import { defineErrors, lasting, passing } from './error-entry.ts'

export const AGENT_ENGINE_ERRORS = defineErrors({
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
})

export const AGENT_IMAGE_ERRORS = defineErrors({
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
})
