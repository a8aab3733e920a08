// Manifests, blobs and tags out. Source: OCI distribution specification 1.1, "Pull", "Content Discovery".
import type { FastifyRequest } from 'fastify'
import { sendRange } from '../images/send-range.ts'
import type { HubServer } from '../server.ts'
import { formFor } from './image-manifest.ts'
import type { Pulls, Reach } from './pulls.ts'
import type { Pushes } from './pushes.ts'
import { pathPart, queryValue, referenceOf, requireDigest } from './requests.ts'

export interface PullRouteParts {
  readonly pulls: Pulls
  readonly pushes: Pushes
  /** Whether this device is accepted and wishes of it name the version; people are judged by their role. */
  readonly mayDeviceDownload: (deviceId: string, packageId: string, version: string) => Promise<boolean>
}

const MAX_TAGS = 1000
const READ = ['GET', 'HEAD'] as ('GET' | 'HEAD')[]
const config = { permission: 'archive:read', signIn: 'basic' } as const

export function registerPullRoutes(server: HubServer, parts: PullRouteParts): void {
  const { pulls } = parts
  registerBlobRoute(server, parts)

  server.route({
    method: READ,
    url: '/:name/manifests/:reference',
    config,
    handler: async (request, reply) => {
      const { name, reference } = referenceOf(request)
      const { mediaType, text, digest } = await pulls.getManifest(name, reference, {
        reach: reachOf(request, parts),
        form: formFor(request.headers['user-agent']),
      })
      const bytes = Buffer.from(text, 'utf8')
      reply.headers({
        'content-type': mediaType,
        'content-length': bytes.length,
        'docker-content-digest': digest,
        etag: `"${digest}"`,
      })
      return reply.send(request.method === 'HEAD' ? undefined : bytes)
    },
  })

  server.get(
    '/:name/tags/list',
    { config: { ...config, permission: 'package:read' } },
    async (request, reply) => {
      const name = pathPart(request, 'name')
      const asked = Number(queryValue(request, 'n') ?? MAX_TAGS)
      const limit = Number.isInteger(asked) && asked >= 0 ? Math.min(asked, MAX_TAGS) : MAX_TAGS
      const last = queryValue(request, 'last')
      const tags = (await pulls.listTags(name)).filter((tag) => last === undefined || tag > last)
      const page = tags.slice(0, limit)
      const end = page.at(-1)
      if (end !== undefined && tags.length > page.length) {
        reply.header('link', `</v2/${name}/tags/list?n=${limit}&last=${encodeURIComponent(end)}>; rel="next"`)
      }
      return reply
        .header('content-type', 'application/json')
        .send(Buffer.from(JSON.stringify({ name, tags: page })))
    },
  )

  // Nothing refers to an image here: signatures are kept in the hub's own form.
  server.get('/:name/referrers/:digest', { config }, async (request, reply) => {
    requireDigest(pathPart(request, 'digest'))
    const mediaType = 'application/vnd.oci.image.index.v1+json'
    const body = { schemaVersion: 2, mediaType, manifests: [] }
    return reply.header('content-type', mediaType).send(Buffer.from(JSON.stringify(body)))
  })
}

function registerBlobRoute(server: HubServer, parts: PullRouteParts): void {
  const { pulls, pushes } = parts
  server.route({
    method: READ,
    url: '/:name/blobs/:digest',
    config,
    handler: async (request, reply) => {
      const digest = requireDigest(pathPart(request, 'digest'))
      const { bytes, open } = await pulls.getBlob(pathPart(request, 'name'), digest, reachOf(request, parts))
      const type = 'application/octet-stream'
      reply.headers({ 'docker-content-digest': digest, 'content-type': type })
      if (request.method === 'HEAD') {
        // A push asks like this whether it must send the blob: then it must not vanish before the manifest comes.
        if (request.principal.role !== 'device') await pushes.touch(digest)
        return reply.headers({ 'content-length': bytes, etag: `"${digest}"` }).send()
      }
      if (open.kind === 'whole') return reply.header('content-length', bytes).send(await open.read())
      return sendRange(request, reply, { entityTag: `"${digest}"`, bytes, type, open: open.read })
    },
  })
}

function reachOf(request: FastifyRequest, { mayDeviceDownload }: PullRouteParts): Reach {
  const { role, id } = request.principal
  if (role !== 'device') return 'all'
  const packageId = pathPart(request, 'name')
  return (version) => mayDeviceDownload(id, packageId, version)
}
