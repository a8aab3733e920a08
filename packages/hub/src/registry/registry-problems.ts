// Failures in the form of the distribution API: `{ errors: [{ code, message, detail }] }`. Clients show the message.
// Source: OCI distribution specification 1.1, "Error Codes".
import type { CodedError } from '@bongsu/foundation'
import { explain, isRetryable, statusOf } from '@bongsu/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { preferredLanguage, toCodedError } from '../plugins/error-handler.ts'

const CODES: Readonly<Record<string, string>> = {
  HUB_UNAUTHENTICATED: 'UNAUTHORIZED',
  HUB_TOO_MANY_ATTEMPTS: 'TOOMANYREQUESTS',
  HUB_FORBIDDEN: 'DENIED',
  HUB_VERSION_IMMUTABLE: 'DENIED',
  HUB_PACKAGE_NOT_FOUND: 'NAME_UNKNOWN',
  HUB_NOT_FOUND: 'NAME_UNKNOWN',
  HUB_REGISTRY_NAME_INVALID: 'NAME_INVALID',
  HUB_REGISTRY_TAG_INVALID: 'MANIFEST_INVALID',
  HUB_REGISTRY_MANIFEST_UNKNOWN: 'MANIFEST_UNKNOWN',
  HUB_REGISTRY_MANIFEST_INVALID: 'MANIFEST_INVALID',
  HUB_REGISTRY_PLATFORM_UNFIT: 'MANIFEST_INVALID',
  HUB_NOT_AN_IMAGE: 'MANIFEST_INVALID',
  HUB_REGISTRY_DIGEST_INVALID: 'DIGEST_INVALID',
  HUB_REGISTRY_UPLOAD_UNKNOWN: 'BLOB_UPLOAD_UNKNOWN',
  HUB_REGISTRY_OFFSET: 'BLOB_UPLOAD_INVALID',
  HUB_REGISTRY_UPLOADS_FULL: 'TOOMANYREQUESTS',
  HUB_REGISTRY_UNSUPPORTED: 'UNSUPPORTED',
  HUB_BODY_TOO_LARGE: 'SIZE_INVALID',
}

/** A blob that a manifest names and one that is asked for have different codes. */
function codeOf(error: CodedError, request: FastifyRequest): string {
  if (error.code === 'HUB_REGISTRY_BLOB_UNKNOWN') {
    return request.method === 'PUT' ? 'MANIFEST_BLOB_UNKNOWN' : 'BLOB_UNKNOWN'
  }
  return CODES[error.code] ?? 'UNKNOWN'
}

export function sendRegistryProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  thrown: unknown,
): FastifyReply {
  const error = toCodedError(thrown)
  const status = statusOf(error.code)
  if (status >= 500) request.log.error({ code: error.code, err: error.cause ?? error }, 'request failed')
  const parameters = { ...error.parameters, requestId: request.id }
  const language = preferredLanguage(request.headers['accept-language'])
  const { title, remedy } = explain({ ...error.toReason(), parameters }, language)
  const body = {
    errors: [
      {
        code: codeOf(error, request),
        message: `${title} ${remedy}`,
        detail: { code: error.code, requestId: request.id },
      },
    ],
  }
  if (status === 401) reply.header('www-authenticate', 'Basic realm="Bongsu hub", charset="UTF-8"')
  if (status === 503 || status === 429) reply.header('retry-after', status === 429 ? '60' : '2')
  return reply
    .code(status)
    .header('bongsu-retryable', String(isRetryable(error.code)))
    .header('content-type', 'application/json')
    .send(Buffer.from(request.method === 'HEAD' ? '' : JSON.stringify(body)))
}
