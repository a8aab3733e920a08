// HTTP routes of access tokens, and who the caller is.

import { CodedError } from '@bongsu/foundation'
import { AccessToken, AccessTokenRequest, Principal, page } from '@bongsu/protocol'
import Type from 'typebox'
import type { HubServer } from '../server.ts'
import type { AccessTokens } from './service.ts'

const Params = Type.Object({ id: Type.String({ pattern: '^atk-[a-z2-7]{16}$' }) })

export function registerAccessTokenRoutes(server: HubServer, tokens: AccessTokens): void {
  server.get(
    '/api/v1/me',
    { config: { permission: 'self:read' }, schema: { response: { 200: Principal } } },
    async ({ principal: { name, role } }) => {
      if (role === 'device')
        throw new CodedError('HUB_FORBIDDEN', { parameters: { permission: 'self:read' } })
      return { name, role }
    },
  )

  server.get(
    '/api/v1/access-tokens',
    { config: { permission: 'access-token:manage' }, schema: { response: { 200: page(AccessToken) } } },
    async () => ({ items: await tokens.list() }),
  )

  server.post(
    '/api/v1/access-tokens',
    {
      config: { permission: 'access-token:manage' },
      schema: { body: AccessTokenRequest, response: { 201: AccessToken } },
    },
    async (request, reply) => reply.code(201).send(await tokens.create(request.body, request.origin)),
  )

  server.delete(
    '/api/v1/access-tokens/:id',
    {
      // A token never changes, so there is no revision to name.
      config: { permission: 'access-token:manage', revision: 'exempt' },
      schema: { params: Params },
    },
    async ({ params }, reply) => {
      await tokens.remove(params.id)
      return reply.code(204).send()
    },
  )
}
