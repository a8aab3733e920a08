// The hub's Fastify instance type, so that every plugin and route speaks of the same one; and what routes declare.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Origin } from './plugins/origin.ts'
import type { Permission, Principal } from './plugins/permissions.ts'

export type HubServer = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route; a route without one stops the start. */
    permission?: Permission
    /** Content types of the body where it is not JSON; `any` of them without a look. */
    bodyTypes?: readonly string[] | 'any'
    /** `basic`: besides a bearer token, one as the password of HTTP basic authentication (RFC 7617), whatever the name. */
    signIn?: 'basic'
    /** `exempt`: a POST that takes no Idempotency-Key, because its protocol has its own way to repeat. */
    idempotency?: 'exempt'
    /** `exempt`: a change that needs no If-Match, because what it changes has no revision. */
    revision?: 'exempt'
    /** `verbatim`: texts of the body are signed byte for byte, so nothing of them is normalised. */
    text?: 'verbatim'
  }

  interface FastifyRequest {
    /** Set by authentication, before any handler. */
    principal: Principal
    /** Set on POSTs with an Idempotency-Key: what new resources derive their ids from. */
    origin: Origin
  }
}
