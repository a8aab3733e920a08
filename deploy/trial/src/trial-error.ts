// What can go wrong while a trial is set up: a stable code, what happened, and what to do about it.
// Errors of the agent and the hub have their own catalogue in packages/protocol.
import type { Text } from './text.ts'

export type TrialErrorCode =
  | 'TRIAL_NEEDS_ROOT'
  | 'TRIAL_PACKAGES_NOT_INSTALLED'
  | 'TRIAL_COMMAND_FAILED'
  | 'TRIAL_ENGINE_NOT_STARTED'
  | 'TRIAL_DATABASE_NOT_INSTALLED'
  | 'TRIAL_PROCESS_NOT_READY'
  | 'TRIAL_NO_FREE_DISPLAY'
  | 'TRIAL_NO_APT_SOURCE'
  | 'TRIAL_BASE_IMAGE_FAILED'
  | 'TRIAL_SAMPLE_IMAGE_FAILED'
  | 'TRIAL_BUILD_FAILED'
  | 'TRIAL_HUB_REFUSED'
  | 'TRIAL_NOT_VISIBLE'
  | 'TRIAL_ALREADY_RUNNING'
  | 'TRIAL_PROCESS_ENDED'
  | 'TRIAL_INTERRUPTED'
  | 'TRIAL_UNEXPECTED'

/** A failure that a person sees: never without a remedy. */
export class TrialError extends Error {
  readonly code: TrialErrorCode
  readonly what: Text
  readonly remedy: Text

  constructor(code: TrialErrorCode, what: Text, remedy: Text, options?: ErrorOptions) {
    super(`${code}: ${what.en}`, options)
    this.name = 'TrialError'
    this.code = code
    this.what = what
    this.remedy = remedy
  }
}

/** Any thrown thing as a trial error, so that every failure reaches the person in the same form. */
export function toTrialError(error: unknown): TrialError {
  if (error instanceof TrialError) return error
  const reason = error instanceof Error ? error.message : String(error)
  return new TrialError(
    'TRIAL_UNEXPECTED',
    { ko: `예상하지 못한 오류: ${reason}`, en: `Unexpected error: ${reason}` },
    {
      ko: '.bongsu/logs 폴더의 기록을 확인한 뒤 npm start 를 다시 실행하세요.',
      en: 'Look at the logs under .bongsu/logs, then run npm start again.',
    },
    { cause: error },
  )
}
