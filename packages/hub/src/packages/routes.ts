// HTTP routes of AI packages and their versions. Archives have routes of their own.
import {
  AiPackage,
  ListQuery,
  PackageEntry,
  PackageId,
  PackageRegistration,
  PackageVersion,
  page,
  VersionName,
  VersionRegistration,
} from '@bongsu/protocol'
import Type from 'typebox'
import { namedRevision, setRevision } from '../plugins/entity-tag.ts'
import { toPage, toPageRequest } from '../plugins/pagination.ts'
import type { HubServer } from '../server.ts'
import type { PackageService } from './service.ts'

const Params = Type.Object({ id: PackageId })
const VersionParams = Type.Object({ id: PackageId, version: VersionName })

/** Whether another package of the same Korean name and copyright holder speaks against it; allowed by default. */
const NameQuery = Type.Object({
  sameName: Type.Optional(Type.Union([Type.Literal('allow'), Type.Literal('refuse')])),
})

const answer = <Resource extends { revision: number }>(
  reply: Parameters<typeof setRevision>[0],
  resource: Resource,
): Resource => {
  setRevision(reply, resource.revision)
  return resource
}

export function registerPackageRoutes(server: HubServer, service: PackageService): void {
  server.get(
    '/api/v1/packages',
    {
      config: { permission: 'package:read' },
      schema: { querystring: ListQuery, response: { 200: page(AiPackage) } },
    },
    async ({ query }) => {
      const { packages, records, total } = await service.list(toPageRequest(query), query.q, {
        total: query.total === true,
      })
      return toPage(records, ({ registeredAt, id }) => ({ at: registeredAt, id }), packages, total)
    },
  )

  server.get(
    '/api/v1/packages/:id',
    { config: { permission: 'package:read' }, schema: { params: Params, response: { 200: AiPackage } } },
    async ({ params }, reply) => answer(reply, await service.get(params.id)),
  )

  server.post(
    '/api/v1/packages',
    {
      config: { permission: 'package:write' },
      schema: { querystring: NameQuery, body: PackageRegistration, response: { 201: AiPackage } },
    },
    async (request, reply) => {
      const { sameName = 'allow' } = request.query
      const registered = await service.register(request.body, request.origin, sameName)
      return answer(reply.code(201).header('location', `/api/v1/packages/${registered.id}`), registered)
    },
  )

  server.patch(
    '/api/v1/packages/:id',
    {
      config: { permission: 'package:write' },
      schema: { params: Params, querystring: NameQuery, body: PackageEntry, response: { 200: AiPackage } },
    },
    async (request, reply) => {
      const { sameName = 'allow' } = request.query
      const named = namedRevision(request)
      return answer(reply, await service.edit(request.params.id, request.body, { named, sameName }))
    },
  )

  server.delete(
    '/api/v1/packages/:id',
    { config: { permission: 'package:write' }, schema: { params: Params } },
    async (request, reply) => {
      await service.remove(request.params.id, namedRevision(request))
      return reply.code(204).send()
    },
  )
  registerVersionRoutes(server, service)
}

function registerVersionRoutes(server: HubServer, service: PackageService): void {
  server.get(
    '/api/v1/packages/:id/versions',
    {
      config: { permission: 'package:read' },
      schema: { params: Params, response: { 200: page(PackageVersion) } },
    },
    async ({ params }) => ({ items: await service.listVersions(params.id) }),
  )

  server.get(
    '/api/v1/packages/:id/versions/:version',
    {
      config: { permission: 'package:read' },
      schema: { params: VersionParams, response: { 200: PackageVersion } },
    },
    async ({ params }, reply) => answer(reply, await service.getVersion(params.id, params.version)),
  )

  server.post(
    '/api/v1/packages/:id/versions',
    {
      config: { permission: 'package:write' },
      schema: { params: Params, body: VersionRegistration, response: { 201: PackageVersion } },
    },
    async (request, reply) => {
      const { id } = request.params
      const registered = await service.registerVersion(id, request.body, request.origin)
      const location = `/api/v1/packages/${id}/versions/${encodeURIComponent(registered.version)}`
      return answer(reply.code(201).header('location', location), registered)
    },
  )

  server.delete(
    '/api/v1/packages/:id/versions/:version',
    { config: { permission: 'package:write' }, schema: { params: VersionParams } },
    async (request, reply) => {
      const { id, version } = request.params
      await service.removeVersion(id, version, namedRevision(request))
      return reply.code(204).send()
    },
  )
}
