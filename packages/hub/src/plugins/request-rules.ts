// What every request and answer obeys: exact content types and the headers that keep browsers out of trouble.
import { CodedError } from '@bongsu/foundation'
import type { HubServer } from '../server.ts'
import { bodyTypesOf } from './error-handler.ts'

const JSON_TYPE = /^application\/json(; ?charset=utf-8)?$/i

/** A request has a body when it announces one (RFC 9112, 6). */
const announcesBody = (headers: Readonly<Record<string, unknown>>): boolean =>
  headers['transfer-encoding'] !== undefined ||
  (headers['content-length'] !== undefined && headers['content-length'] !== '0')

/** Whether this exact content type is one of those a route takes; odd spellings are not guessed at. */
export function isAcceptedType(contentType: string | undefined, accepted: readonly string[]): boolean {
  if (contentType === undefined) return false
  return accepted.some((type) =>
    type === 'application/json' ? JSON_TYPE.test(contentType) : contentType.toLowerCase() === type,
  )
}

export function registerRequestRules(server: HubServer, { secure }: { secure: 'https' | 'http' }): void {
  server.removeContentTypeParser('text/plain')
  server.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
      'bongsu-request-id': request.id,
      ...(secure === 'https' && { 'strict-transport-security': 'max-age=31536000' }),
    })
    if (request.is404) return
    const { headers } = request
    if (headers['content-type'] === undefined && !announcesBody(headers)) return
    if (request.routeOptions.config.bodyTypes === 'any') return
    const accepted = bodyTypesOf(request)
    if (isAcceptedType(headers['content-type'], accepted)) return
    throw new CodedError('HUB_UNSUPPORTED_MEDIA_TYPE', { parameters: { expected: accepted.join(', ') } })
  })
}
