// HTTP routes of deployments and launches.
import {
  Deployment,
  DeploymentForecast,
  DeploymentId,
  DeploymentRequest,
  DeviceId,
  ForecastRequest,
  Launch,
  LaunchId,
  LaunchInputs,
  LaunchTimeline,
  ListQuery,
  page,
} from '@bongsu/protocol'
import Type from 'typebox'
import { setRevision } from '../plugins/entity-tag.ts'
import { toPage, toPageRequest } from '../plugins/pagination.ts'
import type { HubServer } from '../server.ts'
import type { LaunchService } from './launches.ts'
import type { LaunchFilter } from './repository.ts'
import type { Rollouts } from './rollout/rollouts.ts'
import type { DeploymentService } from './service.ts'

const Params = Type.Object({ id: DeploymentId })
const LaunchParams = Type.Object({ id: LaunchId })
const LaunchQuery = Type.Object({
  ...ListQuery.properties,
  deviceId: Type.Optional(DeviceId),
  deploymentId: Type.Optional(DeploymentId),
})

const positionOf = ({ createdAt, id }: { createdAt: Date; id: string }) => ({ at: createdAt, id })

export function registerDeploymentRoutes(
  server: HubServer,
  {
    deployments: service,
    launches,
    rollouts,
  }: {
    readonly deployments: DeploymentService
    readonly launches: LaunchService
    readonly rollouts: Rollouts
  },
): void {
  server.get(
    '/api/v1/deployments',
    {
      config: { permission: 'deployment:read' },
      schema: { querystring: ListQuery, response: { 200: page(Deployment) } },
    },
    async ({ query }) => {
      const { deployments, records, total } = await service.list(toPageRequest(query), query.q, {
        total: query.total === true,
      })
      return toPage(records, positionOf, deployments, total)
    },
  )

  server.get(
    '/api/v1/deployments/:id',
    {
      config: { permission: 'deployment:read' },
      schema: { params: Params, response: { 200: Deployment } },
    },
    async ({ params }, reply) => answer(reply, await service.get(params.id)),
  )

  server.post(
    '/api/v1/deployments',
    {
      config: { permission: 'deployment:write' },
      schema: { body: DeploymentRequest, response: { 201: Deployment } },
    },
    async (request, reply) => {
      const deployment = await service.deploy(request.body, request.origin)
      return answer(reply.code(201).header('location', `/api/v1/deployments/${deployment.id}`), deployment)
    },
  )

  server.post(
    '/api/v1/deployments/forecast',
    {
      config: { permission: 'deployment:write' },
      schema: { body: ForecastRequest, response: { 200: DeploymentForecast } },
    },
    ({ body }) => service.forecast(body),
  )

  server.post(
    '/api/v1/deployments/:id/stop',
    {
      config: { permission: 'deployment:write' },
      schema: { params: Params, response: { 200: Deployment } },
    },
    async ({ params }, reply) => answer(reply, await service.stop(params.id)),
  )
  for (const action of ['pause', 'resume', 'undo'] as const) {
    server.post(
      `/api/v1/deployments/:id/${action}`,
      {
        config: { permission: 'deployment:write' },
        schema: { params: Params, response: { 200: Deployment } },
      },
      async ({ params }, reply) => answer(reply, await rollouts[action](params.id)),
    )
  }
  registerLaunchRoutes(server, { deployments: service, launches })
}

const answer = (reply: Parameters<typeof setRevision>[0], deployment: Deployment): Deployment => {
  setRevision(reply, deployment.revision)
  return deployment
}

function registerLaunchRoutes(
  server: HubServer,
  {
    deployments,
    launches: service,
  }: { readonly deployments: DeploymentService; readonly launches: LaunchService },
): void {
  const list = async (query: ListQuery, filter: LaunchFilter) => {
    const { launches, records, total } = await service.list(toPageRequest(query), filter, {
      total: query.total === true,
    })
    return toPage(records, positionOf, launches, total)
  }

  server.get(
    '/api/v1/deployments/:id/launches',
    {
      config: { permission: 'deployment:read' },
      schema: { params: Params, querystring: ListQuery, response: { 200: page(Launch) } },
    },
    async ({ params, query }) => {
      await deployments.get(params.id)
      return list(query, { deploymentId: params.id, text: query.q })
    },
  )

  server.get(
    '/api/v1/launches',
    {
      config: { permission: 'deployment:read' },
      schema: { querystring: LaunchQuery, response: { 200: page(Launch) } },
    },
    async ({ query }) =>
      list(query, { deviceId: query.deviceId, deploymentId: query.deploymentId, text: query.q }),
  )

  server.get(
    '/api/v1/launches/:id',
    {
      config: { permission: 'deployment:read' },
      schema: { params: LaunchParams, response: { 200: Launch } },
    },
    async ({ params }) => service.get(params.id),
  )

  server.get(
    '/api/v1/launches/:id/inputs',
    {
      config: { permission: 'deployment:read' },
      schema: { params: LaunchParams, response: { 200: LaunchInputs } },
    },
    ({ params }) => service.inputsOf(params.id),
  )

  server.get(
    '/api/v1/launches/:id/timeline',
    {
      config: { permission: 'deployment:read' },
      schema: { params: LaunchParams, response: { 200: LaunchTimeline } },
    },
    ({ params }) => service.timelineOf(params.id),
  )

  for (const action of ['stop', 'restart'] as const) {
    server.post(
      `/api/v1/launches/:id/${action}`,
      {
        config: { permission: 'deployment:write' },
        schema: { params: LaunchParams, response: { 200: Launch } },
      },
      async ({ params }) => service[action](params.id),
    )
  }
}
