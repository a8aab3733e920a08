// Blobs in: asked for, mounted from elsewhere on this hub, sent whole or in pieces, finished or given up.
// Source: OCI distribution specification 1.1, "Pushing blobs".
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Blobs } from '../images/blobs.ts'
import type { HubServer } from '../server.ts'
import type { BlobUploads, UploadKey } from './blob-uploads.ts'
import type { Pushes } from './pushes.ts'
import { bodyOf, chunkStart, pathPart, queryValue, requireDigest } from './requests.ts'

export interface BlobUploadRouteParts {
  readonly blobs: Blobs
  readonly uploads: BlobUploads
  readonly pushes: Pushes
}

const UPLOADS = '/:name/blobs/uploads/'
const UPLOAD = '/:name/blobs/uploads/:upload'
// Clients send blobs under whatever type they like, and often under none.
const config = {
  permission: 'package:write',
  signIn: 'basic',
  bodyTypes: 'any',
  revision: 'exempt',
  idempotency: 'exempt',
} as const

export function registerBlobUploadRoutes(server: HubServer, parts: BlobUploadRouteParts): void {
  const { uploads } = parts
  registerBegin(server, parts)

  server.patch(UPLOAD, { config }, async (request, reply) => {
    const key = keyOf(request)
    await uploads.append(key, bodyOf(request), chunkStart(request))
    return sendProgress(reply.code(202), key, uploads)
  })

  server.put(UPLOAD, { config }, async (request, reply) => {
    const key = keyOf(request)
    const digest = requireDigest(queryValue(request, 'digest'))
    await uploads.append(key, bodyOf(request), chunkStart(request))
    return finish(reply, key, digest, parts)
  })

  server.get(UPLOAD, { config }, async (request, reply) => {
    const key = keyOf(request)
    return sendProgress(reply.code(204), key, uploads)
  })

  server.delete(UPLOAD, { config }, async (request, reply) => {
    await uploads.cancel(keyOf(request))
    return reply.code(204).send()
  })
}

function registerBegin(server: HubServer, parts: BlobUploadRouteParts): void {
  const { blobs, uploads, pushes } = parts
  server.post(UPLOADS, { config }, async (request, reply) => {
    const packageId = pathPart(request, 'name')
    await pushes.requirePackage(packageId)
    const mount = queryValue(request, 'mount')
    // Who may push may read every package: where a blob lies makes no difference.
    if (mount !== undefined && (await blobs.stat(requireDigest(mount)))) {
      await pushes.touch(mount)
      return sendPlaced(reply, packageId, mount)
    }
    const digest = queryValue(request, 'digest')
    const expected = digest === undefined ? undefined : requireDigest(digest)
    const key = await uploads.begin(packageId, request.principal.id)
    if (expected === undefined) return sendProgress(reply.code(202), key, uploads)
    await uploads.append(key, bodyOf(request))
    return finish(reply, key, expected, parts)
  })
}

async function finish(
  reply: FastifyReply,
  key: UploadKey,
  digest: string,
  { uploads, pushes }: BlobUploadRouteParts,
): Promise<FastifyReply> {
  // Noted first: what is in place and unknown would stay for ever.
  await pushes.touch(digest)
  await uploads.finish(key, digest)
  return sendPlaced(reply, key.packageId, digest)
}

const keyOf = (request: FastifyRequest): UploadKey => ({
  id: pathPart(request, 'upload'),
  packageId: pathPart(request, 'name'),
  principalId: request.principal.id,
})

const sendPlaced = (reply: FastifyReply, packageId: string, digest: string): FastifyReply =>
  reply
    .code(201)
    .headers({ location: `/v2/${packageId}/blobs/${digest}`, 'docker-content-digest': digest })
    .send()

const sendProgress = (reply: FastifyReply, key: UploadKey, uploads: BlobUploads): FastifyReply =>
  reply
    .headers({
      location: `/v2/${key.packageId}/blobs/uploads/${key.id}`,
      // Of an upload without a byte clients expect this too.
      range: `0-${Math.max(0, uploads.bytesOf(key) - 1)}`,
      'docker-upload-uuid': key.id,
    })
    .send()
