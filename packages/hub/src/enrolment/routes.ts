// HTTP routes by which devices come in: nonces and enrolments (proved by signature), and join tokens for people.
import type { Clock } from '@bongsu/foundation'
import {
  EnrolmentAnswer,
  EnrolmentRequest,
  hubProofText,
  JoinTokenRecord,
  JoinTokenRequest,
  NonceAnswer,
  NonceRequest,
  OLDEST_SUPPORTED_PROTOCOL,
  PROTOCOL_VERSION,
  page,
} from '@bongsu/protocol'
import Type from 'typebox'
import type { HubIdentity } from '../identity/hub-identity.ts'
import type { NonceBook } from '../identity/nonce-book.ts'
import { createAttemptLimiter } from '../plugins/attempt-limiter.ts'
import type { HubServer } from '../server.ts'
import type { JoinTokens } from './join-tokens.ts'
import type { EnrolmentService } from './service.ts'

const TokenParams = Type.Object({ id: Type.String({ pattern: '^jtk-[a-z2-7]{16}$' }) })

/** Many devices may stand behind one address, so only refused enrolments count. */
const REFUSED_ENROLMENTS = { attempts: 20, windowMs: 60_000 }

export interface EnrolmentRouteParts {
  readonly service: EnrolmentService
  readonly tokens: JoinTokens
  readonly identity: HubIdentity
  readonly nonces: NonceBook
  readonly clock: Clock
}

export function registerEnrolmentRoutes(server: HubServer, parts: EnrolmentRouteParts): void {
  const { service, identity, nonces, clock } = parts
  const limiter = createAttemptLimiter(clock, REFUSED_ENROLMENTS)

  server.post(
    '/api/v1/agent/nonces',
    {
      config: { permission: 'agent' },
      bodyLimit: 4 * 1024,
      schema: { body: NonceRequest, response: { 201: NonceAnswer } },
    },
    async ({ body: { agentNonce } }, reply) => {
      const { nonce, expiresAt } = nonces.issue()
      const { hubId, publicKey } = identity
      return reply.code(201).send({
        nonce,
        hubId,
        hubPublicKey: publicKey,
        signature: identity.sign(hubProofText({ hubId, nonce, agentNonce })),
        protocol: { oldest: OLDEST_SUPPORTED_PROTOCOL, newest: PROTOCOL_VERSION },
        expiresAt: expiresAt.toISOString(),
      })
    },
  )

  server.post(
    '/api/v1/agent/enrolments',
    {
      config: { permission: 'agent' },
      bodyLimit: 64 * 1024,
      schema: { body: EnrolmentRequest, response: { 200: EnrolmentAnswer } },
    },
    async (request) => {
      limiter.check(request.ip)
      try {
        return await service.enrol(request.body)
      } catch (error) {
        limiter.recordFailure(request.ip)
        throw error
      }
    },
  )
  registerJoinTokenRoutes(server, parts)
}

function registerJoinTokenRoutes(server: HubServer, { tokens }: EnrolmentRouteParts): void {
  server.get(
    '/api/v1/join-tokens',
    { config: { permission: 'join-token:manage' }, schema: { response: { 200: page(JoinTokenRecord) } } },
    async () => ({ items: await tokens.list() }),
  )

  server.post(
    '/api/v1/join-tokens',
    {
      config: { permission: 'join-token:manage' },
      schema: { body: JoinTokenRequest, response: { 201: JoinTokenRecord } },
    },
    async (request, reply) => reply.code(201).send(await tokens.create(request.body, request.origin)),
  )

  server.delete(
    '/api/v1/join-tokens/:id',
    {
      // A token never changes, so there is no revision to name.
      config: { permission: 'join-token:manage', revision: 'exempt' },
      schema: { params: TokenParams },
    },
    async ({ params }, reply) => {
      await tokens.remove(params.id)
      return reply.code(204).send()
    },
  )
}
