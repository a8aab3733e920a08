// The description of the API, made from the routes' own schemas: OpenAPI 3.1 at /api/v1/openapi.json.

import { Problem } from '@bongsu/protocol'
import swagger from '@fastify/swagger'
import type { HubServer } from '../server.ts'

export const OPENAPI_PATH = '/api/v1/openapi.json'

/** Must be registered before the routes it describes. */
export async function registerOpenApi(server: HubServer, { version }: { version: string }): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Bongsu hub',
        version,
        description:
          'Devices, AI packages and their deployments. Errors are RFC 9457 problems with a stable code.',
        license: { name: 'Apache-2.0' },
      },
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
        schemas: { Problem: JSON.parse(JSON.stringify(Problem)) },
      },
      security: [{ bearer: [] }],
    },
    hideUntagged: false,
    transform: ({ schema, url, route }) => {
      const permission = route.config?.permission
      const isOpen = permission === 'public' || permission === 'agent'
      return {
        url,
        schema: {
          ...schema,
          hide: !url.startsWith('/api/'),
          tags: [url.split('/')[3] ?? 'hub'],
          ...(isOpen && { security: [] }),
          description: [schema?.description, `Permission: ${permission}.`].filter(Boolean).join(' '),
          response: { ...(schema?.response as object | undefined), default: PROBLEM_ANSWER },
        },
      }
    },
  })
  server.get(OPENAPI_PATH, { config: { permission: 'public' }, schema: { hide: true } }, async () =>
    server.swagger(),
  )
}

const PROBLEM_ANSWER = {
  description: 'Why it was refused or failed, with its remedy',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}
