// HTTP routes of devices. Shapes and permissions only; what they do is the service's.
import {
  Device,
  DeviceEntry,
  DeviceId,
  type DeviceLabels,
  type DeviceSelector,
  findLocationFault,
  LaunchId,
  ListQuery,
  page,
  Site,
  SiteName,
} from '@bongsu/protocol'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { namedRevision, setRevision } from '../plugins/entity-tag.ts'
import { InvalidRequest } from '../plugins/invalid-request.ts'
import { toPage, toPageRequest } from '../plugins/pagination.ts'
import type { HubServer } from '../server.ts'
import type { DeviceService } from './service.ts'
import type { Stills } from './stills.ts'

const Params = Type.Object({ id: DeviceId })

const ScreenshotQuery = Type.Object({
  launchId: Type.Optional(LaunchId),
  maxWidthPixels: Type.Optional(Type.Integer({ minimum: 16, maximum: 16_384 })),
  maxAgeSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 31_536_000 })),
})

const Pair = Type.String({ pattern: '^[^=]{1,63}=[^=]{0,63}$' })

const DeviceListQuery = Type.Object({
  ...ListQuery.properties,
  site: Type.Optional(SiteName),
  /** `key=value`; several ask for devices that have all of them. */
  label: Type.Optional(Type.Union([Pair, Type.Array(Pair, { maxItems: 64 })])),
})

function selectorOf({ site, label = [] }: Type.Static<typeof DeviceListQuery>): DeviceSelector {
  const pairs = typeof label === 'string' ? [label] : label
  const labels: DeviceLabels = Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  )
  return { ...(site !== undefined && { site }), labels }
}

export interface DeviceRouteParts {
  readonly service: DeviceService
  readonly stills: Stills
  /** @throws CodedError HUB_LAUNCH_NOT_FOUND */
  readonly requireLaunchOf: (launchId: string, deviceId: string) => Promise<void>
}

/**
 * Looks at coordinates before the schema does: exchanged ones are out of the schema's range, and the caller is to be
 * told so instead of a bare "must be <= 90".
 */
async function checkLocation(request: FastifyRequest): Promise<void> {
  const location = fieldOf(request.body, 'location')
  const latitude = fieldOf(location, 'latitude')
  const longitude = fieldOf(location, 'longitude')
  const isNumberOrAbsent = (value: unknown) => value === undefined || typeof value === 'number'
  if (!isNumberOrAbsent(latitude) || !isNumberOrAbsent(longitude)) return
  const fault = findLocationFault({ latitude: latitude as number, longitude: longitude as number })
  if (!fault) return
  const names =
    latitude === undefined
      ? ['latitude']
      : longitude === undefined
        ? ['longitude']
        : ['latitude', 'longitude']
  throw new InvalidRequest(
    names.map((name) => ({ pointer: `/location/${name}`, message: fault.code })),
    { code: fault.code, ...('suggestion' in fault && { suggestion: fault.suggestion }) },
  )
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined

export function registerDeviceRoutes(server: HubServer, parts: DeviceRouteParts): void {
  const { service } = parts

  server.get(
    '/api/v1/devices',
    {
      config: { permission: 'device:read' },
      schema: { querystring: DeviceListQuery, response: { 200: page(Device) } },
    },
    async ({ query }) => {
      const filter = { text: query.q, selector: selectorOf(query) }
      const { devices, records, total } = await service.list(toPageRequest(query), filter, {
        total: query.total === true,
      })
      return toPage(records, ({ registeredAt, id }) => ({ at: registeredAt, id }), devices, total)
    },
  )

  server.get(
    '/api/v1/sites',
    {
      config: { permission: 'device:read' },
      schema: { response: { 200: Type.Object({ items: Type.Array(Site) }) } },
    },
    async () => ({ items: await service.sites() }),
  )

  server.get(
    '/api/v1/devices/:id',
    { config: { permission: 'device:read' }, schema: { params: Params, response: { 200: Device } } },
    async ({ params }, reply) => answer(reply, await service.get(params.id)),
  )

  server.post(
    '/api/v1/devices',
    {
      config: { permission: 'device:write' },
      preValidation: checkLocation,
      schema: { body: DeviceEntry, response: { 201: Device } },
    },
    async (request, reply) => {
      const device = await service.register(request.body, request.origin)
      return answer(reply.code(201).header('location', `/api/v1/devices/${device.id}`), device)
    },
  )

  server.patch(
    '/api/v1/devices/:id',
    {
      config: { permission: 'device:write' },
      preValidation: checkLocation,
      schema: { params: Params, body: DeviceEntry, response: { 200: Device } },
    },
    async (request, reply) =>
      answer(reply, await service.edit(request.params.id, request.body, namedRevision(request))),
  )

  registerDeviceActions(server, service)
  registerScreenshotRoute(server, parts)
}

function registerDeviceActions(server: HubServer, service: DeviceService): void {
  server.delete(
    '/api/v1/devices/:id',
    { config: { permission: 'device:write' }, schema: { params: Params } },
    async (request, reply) => {
      await service.remove(request.params.id, namedRevision(request))
      return reply.code(204).send()
    },
  )

  for (const action of ['accept', 'revoke'] as const) {
    server.post(
      `/api/v1/devices/:id/${action}`,
      { config: { permission: 'device:write' }, schema: { params: Params, response: { 200: Device } } },
      async ({ params }, reply) => answer(reply, await service[action](params.id)),
    )
  }
}

const answer = (reply: Parameters<typeof setRevision>[0], device: Device): Device => {
  setRevision(reply, device.revision)
  return device
}

function registerScreenshotRoute(
  server: HubServer,
  { service, stills, requireLaunchOf }: DeviceRouteParts,
): void {
  server.get(
    '/api/v1/devices/:id/screenshot',
    { config: { permission: 'screen:read' }, schema: { params: Params, querystring: ScreenshotQuery } },
    async ({ params, query }, reply) => {
      await service.get(params.id)
      if (query.launchId !== undefined) await requireLaunchOf(query.launchId, params.id)
      const { png, capturedAt } = await stills.get({
        deviceId: params.id,
        launchId: query.launchId,
        maxWidthPixels: query.maxWidthPixels,
        maxAgeMs: (query.maxAgeSeconds ?? 0) * 1000,
      })
      return reply
        .type('image/png')
        .header('bongsu-captured-at', capturedAt.toISOString())
        .send(Buffer.from(png.buffer, png.byteOffset, png.byteLength))
    },
  )
}
