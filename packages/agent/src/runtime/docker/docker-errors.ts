// What the engine's client throws, as coded errors; and the answers that are values for us and errors for it.
import { CodedError, isCodedError, messageOf, systemErrorCode } from '@bongsu/foundation'

const GONE = new Set([
  'ENOENT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTSOCK',
  'ECONNABORTED',
])
const DENIED = new Set(['EACCES', 'EPERM'])

/** HTTP status of the engine's answer, if it is one. */
export function statusOfError(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined
  return typeof error.statusCode === 'number' ? error.statusCode : undefined
}

/** The engine's own words, without what its client puts around them. */
export function engineMessage(error: unknown): string {
  const json = typeof error === 'object' && error !== null && 'json' in error ? error.json : undefined
  if (typeof json === 'object' && json !== null && 'message' in json && typeof json.message === 'string') {
    return json.message.slice(0, 500)
  }
  return messageOf(error).slice(0, 500)
}

/** 4xx: the engine says we are wrong. 5xx: it is in trouble itself. No answer: it is not there. */
export function toCodedError(error: unknown): CodedError {
  if (isCodedError(error)) return error
  const message = engineMessage(error)
  const status = statusOfError(error)
  if (status !== undefined) {
    const code = status >= 500 ? 'AGENT_ENGINE_TROUBLE' : 'AGENT_ENGINE_FAILED'
    return new CodedError(code, { parameters: { message }, quote: message, cause: error })
  }
  const systemCode = systemErrorCode(error) ?? ''
  if (DENIED.has(systemCode))
    return new CodedError('AGENT_ENGINE_PERMISSION', { quote: message, cause: error })
  if (GONE.has(systemCode) || /socket hang up|aborted/i.test(message)) {
    return new CodedError('AGENT_ENGINE_UNREACHABLE', { quote: message, cause: error })
  }
  return new CodedError('AGENT_ENGINE_TROUBLE', { parameters: { message }, quote: message, cause: error })
}

export const isMissingImage = (error: unknown): boolean =>
  statusOfError(error) === 404 && /no such image/i.test(engineMessage(error))

export const isMissingContainer = (error: unknown, containerId: string): boolean =>
  statusOfError(error) === 404 &&
  /no such container/i.test(engineMessage(error)) &&
  engineMessage(error).includes(containerId)

/** Already in the state asked for. */
export const isUnchanged = (error: unknown): boolean => statusOfError(error) === 304

export const isConflict = (error: unknown): boolean => statusOfError(error) === 409
