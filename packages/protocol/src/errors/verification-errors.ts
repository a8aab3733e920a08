// Smoke runs of versions on devices that offer themselves as verifiers.
import { defineErrors, lasting, passing } from './error-entry.ts'

export const HUB_VERIFICATION_ERRORS = defineErrors({
  HUB_VERIFICATION_NOT_FOUND: lasting(
    404,
    ['{id} {version} has not been verified.', '{id} {version}은(는) 아직 시험 실행되지 않았습니다.'],
    ['Start its verification.', '시험 실행을 시작하십시오.'],
  ),
  HUB_VERIFICATION_NOT_SHOWN: lasting(
    409,
    [
      'No picture of the program was seen within {seconds} s (last: {verdict}).',
      '{seconds}초 안에 프로그램 화면이 나타나지 않았습니다(마지막 상태: {verdict}).',
    ],
    [
      'Check whether the program opens a window without network, camera or GPU, which a smoke run does not give.',
      '시험 실행에는 네트워크·카메라·GPU가 없습니다. 그래도 창이 열리는 프로그램인지 확인하십시오.',
    ],
  ),
  HUB_VERIFICATION_LOST: passing(
    409,
    ['The verifier was removed or stopped the run.', '시험 단말이 제거되었거나 시험 실행을 중단했습니다.'],
    ['Start the verification again.', '시험 실행을 다시 시작하십시오.'],
  ),
})

export const AGENT_VERIFICATION_ERRORS = defineErrors({
  AGENT_VERIFICATION_NOT_OFFERED: lasting(
    403,
    ['This device does not offer itself as verifier.', '이 단말은 시험 단말로 지정되어 있지 않습니다.'],
    [
      'Set verifier = true in policy.toml of a device that may run unverified packages.',
      '검증되지 않은 패키지를 실행해도 되는 단말의 policy.toml에 verifier = true를 설정하십시오.',
    ],
  ),
  AGENT_VERIFICATION_NEEDS_VIRTUAL_DISPLAY: lasting(
    409,
    [
      'A smoke run needs a display without a monitor.',
      '시험 실행에는 모니터가 없는 가상 디스플레이가 필요합니다.',
    ],
    [
      'Set [display] mode = "owned" on a verifier without a graphics card.',
      '그래픽 카드가 없는 시험 단말의 agent.toml에 [display] mode = "owned"를 설정하십시오.',
    ],
  ),
  AGENT_VERIFICATION_NOT_SEALED: lasting(
    403,
    [
      'A smoke run must not ask for {what}: it runs packages that nobody has looked at.',
      '시험 실행은 {what}을(를) 요구할 수 없습니다. 아직 확인되지 않은 패키지를 실행하기 때문입니다.',
    ],
    ['Update the hub.', '허브를 업데이트하십시오.'],
  ),
})
