// Smoke runs over HTTP: begin one, read what came of it, see the first frame.
import { PackageId, Verification, VersionName } from '@bongsu/protocol'
import Type from 'typebox'
import type { HubServer } from '../server.ts'
import type { VerificationService } from './service.ts'

const Params = Type.Object({ id: PackageId, version: VersionName })
const PATH = '/api/v1/packages/:id/versions/:version'

export function registerVerificationRoutes(server: HubServer, service: VerificationService): void {
  server.post(
    `${PATH}/verification`,
    {
      config: { permission: 'package:write' },
      schema: { params: Params, response: { 202: Verification } },
    },
    async ({ params }, reply) => reply.code(202).send(await service.begin(params.id, params.version)),
  )

  server.get(
    `${PATH}/verification`,
    {
      config: { permission: 'package:read' },
      schema: { params: Params, response: { 200: Verification } },
    },
    ({ params }) => service.get(params.id, params.version),
  )

  server.get(
    `${PATH}/picture`,
    { config: { permission: 'package:read' }, schema: { params: Params } },
    async ({ params }, reply) => {
      const png = await service.picture(params.id, params.version)
      return reply.type('image/png').header('cache-control', 'private, no-cache').send(Buffer.from(png))
    },
  )
}
