// Codes for the trial that `npm start` runs: set-up steps and the main job.
import { defineErrors, lasting } from './error-entry.ts'

export const TRIAL_ERRORS = defineErrors({
  TRIAL_NEEDS_ROOT: lasting(
    403,
    ['Some set-up steps need root.', '일부 설치 단계에는 root 권한이 필요합니다.'],
    [
      'Run the printed commands, then npm start again.',
      '표시된 명령을 실행한 뒤 npm start를 다시 실행하십시오.',
    ],
  ),
  TRIAL_STEP_FAILED: lasting(
    500,
    ['Set-up step "{step}" failed: {message}', '설치 단계 "{step}"이(가) 실패했습니다: {message}'],
    [
      'Read {log}, correct the cause and run npm start again.',
      '{log}을(를) 확인하고 원인을 고친 뒤 npm start를 다시 실행하십시오.',
    ],
  ),
  TRIAL_PROCESS_ENDED: lasting(
    500,
    ['{process} ended unexpectedly.', '{process} 프로세스가 예기치 않게 끝났습니다.'],
    ['Read {log}.', '{log}을(를) 확인하십시오.'],
  ),
  TRIAL_NOT_VISIBLE: lasting(
    504,
    [
      'The window did not become visible in {seconds} s: {state}',
      '{seconds}초 안에 창이 보이지 않았습니다: {state}',
    ],
    ['Read {log} and the launch’s reason.', '{log}과(와) 실행의 사유를 확인하십시오.'],
  ),
  TRIAL_ALREADY_RUNNING: lasting(
    409,
    [
      'A trial already runs in this checkout (process {pid}).',
      '이 체크아웃에서 이미 시험 실행 중입니다(프로세스 {pid}).',
    ],
    ['Stop it first, or use it.', '먼저 종료하거나 그대로 사용하십시오.'],
  ),
  TRIAL_INTERRUPTED: lasting(
    499,
    ['Interrupted.', '중단되었습니다.'],
    [
      'Run npm start again; finished steps are skipped.',
      'npm start를 다시 실행하십시오. 끝난 단계는 건너뜁니다.',
    ],
  ),
})
