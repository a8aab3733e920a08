// What keeps an agent from its root helper.
import { defineErrors, lasting, passing } from './error-entry.ts'

export const AGENT_HELPER_ERRORS = defineErrors({
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
})
