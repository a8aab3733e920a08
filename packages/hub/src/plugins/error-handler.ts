// Every failure leaves as RFC 9457 problem+json with a code of the catalogue, in the caller's language.
// What carries no code is our fault: it is logged whole and shown as HUB_INTERNAL.
import { CodedError, isCodedError, systemErrorCode } from '@bongsu/foundation'
import {
  explain,
  isKnownErrorCode,
  isRetryable,
  type Language,
  type Problem,
  statusOf,
} from '@bongsu/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HubServer } from '../server.ts'
import { isDatabaseUnavailable } from './database.ts'
import { type FieldFault, InvalidRequest } from './invalid-request.ts'

/** Korean or English, whichever Accept-Language (RFC 9110, 12.5.4) prefers; English when it names neither. */
export function preferredLanguage(acceptLanguage: string | undefined): Language {
  let best: { language: Language; quality: number } | undefined
  for (const range of (acceptLanguage ?? '').slice(0, 200).split(',')) {
    const [tag = '', ...parameters] = range.trim().toLowerCase().split(';')
    const primary = tag.split('-')[0]
    if (primary !== 'ko' && primary !== 'en') continue
    const weight = parameters.map((text) => /^\s*q=([01](\.\d{1,3})?)\s*$/.exec(text)?.[1]).find(Boolean)
    const quality = weight === undefined ? 1 : Number(weight)
    if (quality > (best?.quality ?? 0)) best = { language: primary, quality }
  }
  return best?.language ?? 'en'
}

// Fastify's own refusals by its codes (fastify/docs/Reference/Errors.md).
const FRAMEWORK_CODES: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'HUB_UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_BODY_TOO_LARGE: 'HUB_BODY_TOO_LARGE',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'HUB_INVALID_REQUEST',
  FST_ERR_CTP_INVALID_JSON_BODY: 'HUB_INVALID_REQUEST',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'HUB_INVALID_REQUEST',
  FST_ERR_VALIDATION: 'HUB_INVALID_REQUEST',
  FST_ERR_BAD_URL: 'HUB_INVALID_REQUEST',
  FST_ERR_MAX_PARAM_LENGTH: 'HUB_NOT_FOUND',
  FST_ERR_NOT_FOUND: 'HUB_NOT_FOUND',
}

const isClientFault = (error: unknown): boolean =>
  error instanceof Error &&
  'statusCode' in error &&
  typeof error.statusCode === 'number' &&
  error.statusCode >= 400 &&
  error.statusCode < 500

/** The coded error that anything thrown amounts to; unknown things become HUB_INTERNAL. */
export function toCodedError(error: unknown): CodedError {
  if (isCodedError(error)) return error
  if (isDatabaseUnavailable(error)) return new CodedError('HUB_DATABASE_UNAVAILABLE', { cause: error })
  const code = systemErrorCode(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') return new CodedError('HUB_STORAGE_FULL', { cause: error })
  const known = code === undefined ? undefined : FRAMEWORK_CODES[code]
  if (known !== undefined) return new CodedError(known, { cause: error })
  if (isClientFault(error)) return new CodedError('HUB_INVALID_REQUEST', { cause: error })
  return new CodedError('HUB_INTERNAL', { cause: error })
}

/** The body of the answer. */
export function toProblem(error: CodedError, language: Language, requestId: string): Problem {
  const parameters = { ...error.parameters, ...(error.code === 'HUB_INTERNAL' && { requestId }) }
  const { title, remedy } = explain({ ...error.toReason(), parameters }, language)
  return {
    type: `urn:bongsu:error:${error.code}`,
    title,
    status: statusOf(error.code),
    ...(error.quote !== undefined && { detail: error.quote.slice(0, 1000) }),
    code: error.code,
    remedy,
    requestId,
    ...(error instanceof InvalidRequest && {
      ...(error.faults.length > 0 && { errors: error.faults.map((fault) => toFieldError(fault, language)) }),
      ...(error.suggestion !== undefined && { suggestion: error.suggestion }),
    }),
  }
}

/** A message may be a code of the catalogue, which has words in both languages. */
const toFieldError = ({ pointer, message }: FieldFault, language: Language) => ({
  pointer,
  message: isKnownErrorCode(message) ? explain({ code: message }, language).title : message,
})

function logFailure(request: FastifyRequest, error: CodedError, status: number): void {
  const fields = { code: error.code, status }
  if (error.code === 'HUB_INTERNAL')
    request.log.error({ ...fields, err: error.cause ?? error }, 'request failed')
  else if (status >= 500) request.log.warn({ ...fields, err: error.cause }, 'request failed')
  else request.log.debug(fields, 'request refused')
}

/** Media types a route takes, for the remedy of a 415. */
export function bodyTypesOf(request: FastifyRequest): readonly string[] {
  const { bodyTypes = ['application/json'] } = request.routeOptions.config
  return bodyTypes === 'any' ? ['*/*'] : bodyTypes
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, thrown: unknown): FastifyReply {
  let error = toCodedError(thrown)
  if (error.code === 'HUB_UNSUPPORTED_MEDIA_TYPE' && !error.parameters) {
    error = new CodedError(error.code, { parameters: { expected: bodyTypesOf(request).join(', ') } })
  }
  const language = preferredLanguage(request.headers['accept-language'])
  const problem = toProblem(error, language, request.id)
  logFailure(request, error, problem.status)
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer')
  if (problem.status === 503 || problem.status === 429) {
    reply.header('retry-after', problem.status === 429 ? '60' : '2')
  }
  reply.header('bongsu-retryable', String(isRetryable(problem.code)))
  return reply
    .code(problem.status)
    .header('content-language', language)
    .header('vary', 'accept-language')
    .type('application/problem+json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(problem)
}

export function registerErrorHandler(server: HubServer): void {
  server.setErrorHandler((error, request, reply) => sendProblem(request, reply, error))
  server.setNotFoundHandler((request, reply) => sendProblem(request, reply, new CodedError('HUB_NOT_FOUND')))
}
