// Deployments and the stop and restart of single launches.
import { defineErrors, lasting } from './error-entry.ts'

export const HUB_ROLLOUT_ERRORS = defineErrors({
  HUB_ROLLOUT_HALTED: lasting(
    409,
    [
      'The roll-out halted: {failed} launches failed, {allowed} are allowed.',
      '실행 {failed}건이 실패하여 배포를 멈췄습니다(허용 {allowed}건).',
    ],
    [
      'Look at the failed launches; then resume to put up with them, or undo.',
      '실패한 실행을 확인한 뒤, 감수하려면 재개하고 아니면 되돌리십시오.',
    ],
  ),
  HUB_ROLLOUT_STATE: lasting(
    409,
    [
      'The roll-out of {id} is {state}, so this cannot be done.',
      '{id} 배포의 단계적 진행 상태가 {state}여서 할 수 없습니다.',
    ],
    ['Look at the deployment again.', '배포 상태를 다시 확인하십시오.'],
  ),
})

export const HUB_DEPLOYMENT_ERRORS = defineErrors({
  HUB_DEPLOYMENT_NO_DEVICE: lasting(
    409,
    [
      'No accepted device is at that site with those labels.',
      '그 현장과 레이블에 해당하는 승인된 단말이 없습니다.',
    ],
    [
      'Check the spelling, or give the devices that site and those labels.',
      '철자를 확인하거나 단말에 해당 현장과 레이블을 입력하십시오.',
    ],
  ),
  HUB_DEPLOYMENT_NOT_FOUND: lasting(
    404,
    ['No deployment {id} exists.', '{id} 배포가 없습니다.'],
    ['Look the id up in the deployment list.', '배포 목록에서 ID를 확인하십시오.'],
  ),
  HUB_DEPLOYMENT_LAUNCH_FAILED: lasting(
    502,
    ['The launch failed.', '실행에 실패했습니다.'],
    ['Look at the launch.', '실행 상태를 확인하십시오.'],
  ),
  HUB_DEPLOYMENT_NOT_SHOWN: lasting(
    502,
    [
      'The new version ran {minutes} minutes without showing its window (last: {verdict}), so the version before runs again.',
      '새 버전이 {minutes}분 동안 화면을 보이지 않아(마지막 상태: {verdict}) 이전 버전을 다시 실행합니다.',
    ],
    ['Correct the package and deploy it again.', '패키지를 고쳐 다시 배포하십시오.'],
  ),
  HUB_DEPLOYMENT_STOPPED: lasting(
    409,
    ['The deployment {id} is stopped.', '{id} 배포는 중지되었습니다.'],
    ['Deploy the version again.', '버전을 다시 배포하십시오.'],
  ),
})
