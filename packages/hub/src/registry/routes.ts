// The OCI distribution API at /v2/: `docker push`, `docker pull` and kubelets speak to the same store as everybody else.
// A repository is an AI package, a tag one of its versions. Source: OCI distribution specification 1.1.
import { CodedError } from '@bongsu/foundation'
import { PackageId } from '@bongsu/protocol'
import type { FastifyRequest } from 'fastify'
import { Check } from 'typebox/value'
import type { HubServer } from '../server.ts'
import { type BlobUploadRouteParts, registerBlobUploadRoutes } from './blob-upload-routes.ts'
import { type PullRouteParts, registerPullRoutes } from './pull-routes.ts'
import { sendRegistryProblem } from './registry-problems.ts'
import { readBody, referenceOf } from './requests.ts'

export type RegistryRouteParts = BlobUploadRouteParts & PullRouteParts

const MAX_MANIFEST_BYTES = 4 * 1024 * 1024

export async function registerRegistryRoutes(hub: HubServer, parts: RegistryRouteParts): Promise<void> {
  // A context of its own: another form of errors, another sign-in, and bodies that are streams.
  await hub.register(
    async (server: HubServer) => {
      server.removeAllContentTypeParsers()
      server.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
      server.setErrorHandler((error, request, reply) => sendRegistryProblem(request, reply, error))
      server.addHook('onRequest', async (request) => requireName(request))
      server.addHook('onSend', async (_request, reply) => {
        reply.header('docker-distribution-api-version', 'registry/2.0')
      })
      server.route({
        method: ['GET', 'HEAD'],
        url: '/',
        config: { permission: 'archive:read', signIn: 'basic' },
        handler: async (_request, reply) =>
          reply.header('content-type', 'application/json').send(Buffer.from('{}')),
      })
      registerBlobUploadRoutes(server, parts)
      registerManifestUpload(server, parts)
      registerPullRoutes(server, parts)
      registerRefusals(server)
      registerNames(server)
    },
    { prefix: '/v2' },
  )
}

function registerManifestUpload(server: HubServer, { pushes }: RegistryRouteParts): void {
  server.put(
    '/:name/manifests/:reference',
    { config: { permission: 'package:write', signIn: 'basic', bodyTypes: 'any', revision: 'exempt' } },
    async (request, reply) => {
      const { name, reference } = referenceOf(request)
      // Layers are read once more, which may take minutes in which nothing moves on the line.
      reply.raw.setTimeout(0, () => undefined)
      const digest = await pushes.putManifest({
        packageId: name,
        reference,
        text: await readBody(request, MAX_MANIFEST_BYTES),
        contentType: request.headers['content-type'],
      })
      return reply
        .code(201)
        .headers({ location: `/v2/${name}/manifests/${digest}`, 'docker-content-digest': digest })
        .send()
    },
  )
}

/** Versions never change, and blobs go with the last version that needs them. */
function registerRefusals(server: HubServer): void {
  for (const url of ['/:name/manifests/:reference', '/:name/blobs/:digest']) {
    server.delete(
      url,
      { config: { permission: 'package:write', signIn: 'basic', bodyTypes: 'any', revision: 'exempt' } },
      async () => {
        throw new CodedError('HUB_REGISTRY_UNSUPPORTED')
      },
    )
  }
}

/** What fits no route has a name with a slash, and must not end at the console's pages. */
function registerNames(server: HubServer): void {
  server.route({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    url: '/*',
    config: { permission: 'public', bodyTypes: 'any', revision: 'exempt', idempotency: 'exempt' },
    handler: async () => {
      throw new CodedError('HUB_REGISTRY_NAME_INVALID')
    },
  })
}

function requireName(request: FastifyRequest): void {
  const { params } = request
  const name = typeof params === 'object' && params !== null ? Reflect.get(params, 'name') : undefined
  if (name !== undefined && !Check(PackageId, name)) throw new CodedError('HUB_REGISTRY_NAME_INVALID')
}
