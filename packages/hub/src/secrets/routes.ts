// HTTP routes of secrets. Values go in by them and never out.
import { DeviceId, page, Secret, SecretEntry, SecretName } from '@bongsu/protocol'
import Type from 'typebox'
import type { HubServer } from '../server.ts'
import type { SecretService } from './service.ts'

const Params = Type.Object({ name: SecretName })
/** Left out for the secret of all devices. */
const Place = Type.Object({ deviceId: Type.Optional(DeviceId) })

export function registerSecretRoutes(server: HubServer, secrets: SecretService): void {
  server.get(
    '/api/v1/secrets',
    { config: { permission: 'secret:manage' }, schema: { response: { 200: page(Secret) } } },
    async () => ({ items: await secrets.list() }),
  )

  server.put(
    '/api/v1/secrets/:name',
    {
      // Nobody has seen the value that is replaced, so there is nothing to have changed meanwhile.
      config: { permission: 'secret:manage', revision: 'exempt' },
      schema: { params: Params, querystring: Place, body: SecretEntry, response: { 200: Secret } },
    },
    ({ params, query, body }) => secrets.put({ ...params, ...query }, body),
  )

  server.delete(
    '/api/v1/secrets/:name',
    {
      config: { permission: 'secret:manage', revision: 'exempt' },
      schema: { params: Params, querystring: Place },
    },
    async ({ params, query }, reply) => {
      await secrets.remove({ ...params, ...query })
      return reply.code(204).send()
    },
  )
}
