// Manifests of versions: what a signature must be over, and what a device refuses.
import { defineErrors, lasting } from './error-entry.ts'

export const AGENT_RELEASE_ERRORS = defineErrors({
  AGENT_RELEASE_UNREADABLE: lasting(
    502,
    [
      'The hub’s description of the version cannot be understood.',
      '허브가 보낸 버전 설명을 이해할 수 없습니다.',
    ],
    ['Update the agent on the device, or the hub.', '단말의 에이전트나 허브를 업데이트하십시오.'],
  ),
  AGENT_RELEASE_SWAPPED: lasting(
    502,
    [
      'The hub describes another {what} than the one that was ordered.',
      '허브가 지시한 것과 다른 {what}을(를) 설명합니다.',
    ],
    [
      'Deploy the version again; if it stays, somebody may have changed the hub’s data.',
      '버전을 다시 배포하십시오. 계속되면 허브의 데이터가 변조되었을 수 있습니다.',
    ],
  ),
})

export const HUB_RELEASE_ERRORS = defineErrors({
  HUB_RELEASE_MISMATCH: lasting(
    422,
    [
      'The manifest does not describe this version: {problem}.',
      '매니페스트가 이 버전을 설명하지 않습니다: {problem}.',
    ],
    [
      'Read the manifest from the hub again, and sign it as it is.',
      '허브에서 매니페스트를 다시 읽어 그대로 서명하십시오.',
    ],
  ),
  HUB_RELEASE_UNSIGNED: lasting(
    422,
    ['The manifest has no signature.', '매니페스트에 서명이 없습니다.'],
    ['Sign it: bongsu package sign.', 'bongsu package sign 명령으로 서명하십시오.'],
  ),
})
