// The catalogue of coded errors: what each means and what cures it, in both languages.
// Codes are never renamed or reused. `{name}` in a text is filled from the reason's parameters.
import type { Reason } from '../model/reason.ts'
import { AGENT_ERRORS } from './agent-errors.ts'
import { CLI_BUILD_ERRORS } from './build-errors.ts'
import { HUB_CATALOGUE_ERRORS, HUB_PACKAGE_ERRORS, HUB_VERSION_ERRORS } from './catalogue-errors.ts'
import { CAUSE_ERRORS } from './cause-errors.ts'
import { CLI_ERRORS } from './cli-errors.ts'
import { HUB_DEPLOYMENT_ERRORS, HUB_ROLLOUT_ERRORS } from './deployment-errors.ts'
import { AGENT_DISPLAY_ERRORS, AGENT_OWNED_DISPLAY_ERRORS } from './display-errors.ts'
import { AGENT_ENGINE_ERRORS, AGENT_IMAGE_ERRORS } from './engine-errors.ts'
import type { ErrorEntry, Language } from './error-entry.ts'
import { FORECAST_ERRORS } from './forecast-errors.ts'
import { HUB_GATE_ERRORS } from './gate-errors.ts'
import { AGENT_HELPER_ERRORS } from './helper-errors.ts'
import { HUB_ERRORS } from './hub-errors.ts'
import { IMPORT_ERRORS } from './import-errors.ts'
import {
  AGENT_CAMERA_ERRORS,
  AGENT_SECRET_ERRORS,
  HUB_CAMERA_ERRORS,
  HUB_SECRET_ERRORS,
} from './input-errors.ts'
import { PREFLIGHT_ERRORS } from './preflight-errors.ts'
import { PROTOCOL_ERRORS } from './protocol-errors.ts'
import { HUB_REGISTRY_ERRORS } from './registry-errors.ts'
import { AGENT_PUBLISHERS_ERRORS, AGENT_RELEASE_ERRORS, HUB_RELEASE_ERRORS } from './release-errors.ts'
import { HUB_BLOB_ERRORS, HUB_STORE_ERRORS } from './store-errors.ts'
import { AGENT_FOLDER_ERRORS } from './transfer-errors.ts'
import { HUB_UPLOAD_ERRORS } from './upload-errors.ts'
import { AGENT_VERIFICATION_ERRORS, HUB_VERIFICATION_ERRORS } from './verification-errors.ts'

export const ERROR_CATALOGUE = {
  ...AGENT_ERRORS,
  ...AGENT_DISPLAY_ERRORS,
  ...AGENT_OWNED_DISPLAY_ERRORS,
  ...AGENT_ENGINE_ERRORS,
  ...AGENT_IMAGE_ERRORS,
  ...AGENT_HELPER_ERRORS,
  ...CAUSE_ERRORS,
  ...CLI_ERRORS,
  ...CLI_BUILD_ERRORS,
  ...FORECAST_ERRORS,
  ...HUB_ERRORS,
  ...IMPORT_ERRORS,
  ...PREFLIGHT_ERRORS,
  ...PROTOCOL_ERRORS,
  ...AGENT_PUBLISHERS_ERRORS,
  ...AGENT_RELEASE_ERRORS,
  ...AGENT_CAMERA_ERRORS,
  ...AGENT_SECRET_ERRORS,
  ...AGENT_FOLDER_ERRORS,
  ...HUB_DEPLOYMENT_ERRORS,
  ...HUB_ROLLOUT_ERRORS,
  ...HUB_BLOB_ERRORS,
  ...HUB_CATALOGUE_ERRORS,
  ...HUB_PACKAGE_ERRORS,
  ...HUB_REGISTRY_ERRORS,
  ...HUB_RELEASE_ERRORS,
  ...HUB_CAMERA_ERRORS,
  ...HUB_SECRET_ERRORS,
  ...HUB_GATE_ERRORS,
  ...HUB_STORE_ERRORS,
  ...HUB_UPLOAD_ERRORS,
  ...AGENT_VERIFICATION_ERRORS,
  ...HUB_VERIFICATION_ERRORS,
  ...HUB_VERSION_ERRORS,
}

export type KnownErrorCode = keyof typeof ERROR_CATALOGUE

export const isKnownErrorCode = (code: string): code is KnownErrorCode => Object.hasOwn(ERROR_CATALOGUE, code)

const fill = (text: string, parameters: Reason['parameters']) =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = parameters?.[name]
    return value === undefined ? whole : String(value)
  })

/**
 * Title and remedy of a reason in one language. A code of a newer agent that this catalogue lacks is shown as
 * it is, with its quote: better than hiding it.
 */
export function explain(reason: Reason, language: Language): { title: string; remedy: string } {
  const entry: ErrorEntry | undefined = isKnownErrorCode(reason.code)
    ? ERROR_CATALOGUE[reason.code]
    : undefined
  if (!entry) return { title: reason.quote ?? reason.code, remedy: '' }
  return {
    title: fill(entry.title[language], reason.parameters),
    remedy: fill(entry.remedy[language], reason.parameters),
  }
}

/** The HTTP status of a code; 500 for one this catalogue lacks. */
export const statusOf = (code: string): number =>
  isKnownErrorCode(code) ? ERROR_CATALOGUE[code].status : 500

/** Whether trying the same thing again later can succeed without anybody doing anything. */
export const isRetryable = (code: string): boolean =>
  isKnownErrorCode(code) && ERROR_CATALOGUE[code].retryable
