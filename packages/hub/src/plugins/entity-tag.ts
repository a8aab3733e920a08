// Changes that do not overwrite each other: ETag is the revision, and a change must name the one it was made from.
import { CodedError } from '@bongsu/foundation'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HubServer } from '../server.ts'
import { InvalidRequest } from './invalid-request.ts'

const CHANGING = new Set(['PUT', 'PATCH', 'DELETE'])
const ENTITY_TAG = /^"(\d{1,15})"$/

/** Revision named by If-Match; `any` for `*`. RFC 9110 13.1.1 compares strongly, so a weak tag never matches. */
export type NamedRevision = number | 'any'

export const setRevision = (reply: FastifyReply, revision: number): void => {
  reply.header('etag', `"${revision}"`)
}

/** @throws CodedError HUB_PRECONDITION_REQUIRED, HUB_PRECONDITION_FAILED */
export function namedRevision(request: FastifyRequest): NamedRevision {
  const header = request.headers['if-match']
  if (header === undefined) throw new CodedError('HUB_PRECONDITION_REQUIRED')
  if (header.trim() === '*') return 'any'
  const revision = ENTITY_TAG.exec(header.trim())?.[1]
  if (revision === undefined) throw new CodedError('HUB_PRECONDITION_FAILED')
  return Number(revision)
}

/** @throws InvalidRequest HUB_PRECONDITION_FAILED with the current revision as suggestion */
export function requireRevision(named: NamedRevision, current: number): void {
  if (named === 'any' || named === current) return
  throw preconditionFailed(current)
}

export const preconditionFailed = (current?: number): InvalidRequest =>
  new InvalidRequest([], {
    code: 'HUB_PRECONDITION_FAILED',
    ...(current !== undefined && { suggestion: { revision: current } }),
  })

/** Refuses a change without If-Match before anything of it is read, unless its route is exempt. */
export function registerEntityTag(server: HubServer): void {
  server.addHook('onRequest', async (request) => {
    if (request.is404 || !CHANGING.has(request.method)) return
    if (request.routeOptions.config.revision === 'exempt') return
    namedRevision(request)
  })
}
