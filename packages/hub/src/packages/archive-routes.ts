// Upload and download of a version's image archive: streams in and out, never a whole archive in memory.
import type { Readable } from 'node:stream'
import { CodedError } from '@bongsu/foundation'
import { Digest, PackageId, PackageVersion, VersionName } from '@bongsu/protocol'
import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import { setRevision } from '../plugins/entity-tag.ts'
import type { Principal } from '../plugins/permissions.ts'
import type { HubServer } from '../server.ts'
import type { BlobStore } from './blob-store.ts'
import { judgeRange } from './byte-range.ts'
import { notAnImage } from './image-archive.ts'
import type { PackageService } from './service.ts'

const ARCHIVE_PATH = '/api/v1/packages/:id/versions/:version/archive'
const ARCHIVE_TYPES = ['application/x-tar', 'application/octet-stream']
const Params = Type.Object({ id: PackageId, version: VersionName })
const UploadHeaders = Type.Object({ 'bongsu-archive-digest': Type.Optional(Digest) })

export interface ArchiveRouteParts {
  readonly service: PackageService
  readonly blobs: BlobStore
  /** Whether this device is accepted and wishes of it name the version; people are judged by their role. */
  readonly mayDeviceDownload: (deviceId: string, packageId: string, version: string) => Promise<boolean>
}

export async function registerArchiveRoutes(hub: HubServer, parts: ArchiveRouteParts): Promise<void> {
  // A context of its own: only here is a body taken as a stream.
  await hub.register(async (server: HubServer) => {
    server.removeAllContentTypeParsers()
    server.addContentTypeParser(ARCHIVE_TYPES, (_request, payload, done) => done(null, payload))
    registerUpload(server, parts)
    registerDownload(server, parts)
  })
}

function registerUpload(server: HubServer, { service }: ArchiveRouteParts): void {
  server.put(
    ARCHIVE_PATH,
    {
      // A version takes one archive and then never changes: there is nothing to overwrite.
      config: { permission: 'package:write', bodyTypes: ARCHIVE_TYPES, revision: 'exempt' },
      schema: { params: Params, headers: UploadHeaders, response: { 200: PackageVersion } },
    },
    async (request, reply) => {
      const { id, version } = request.params
      const body = request.body as Readable | undefined
      if (!body) throw notAnImage('the body is empty')
      const length = request.headers['content-length']
      const stored = await service.receiveArchive(id, version, body, {
        bytes: length === undefined ? undefined : Number(length),
        digest: request.headers['bongsu-archive-digest'],
      })
      setRevision(reply, stored.revision)
      return stored
    },
  )
}

function registerDownload(server: HubServer, { service, blobs, mayDeviceDownload }: ArchiveRouteParts): void {
  const requireMayDownload = async ({ role, id: principalId }: Principal, id: string, version: string) => {
    if (role !== 'device' || (await mayDeviceDownload(principalId, id, version))) return
    throw new CodedError('HUB_FORBIDDEN', { parameters: { permission: 'archive:read' } })
  }

  server.get(
    ARCHIVE_PATH,
    { config: { permission: 'archive:read' }, schema: { params: Params } },
    async (request, reply) => {
      const { id, version } = request.params
      await requireMayDownload(request.principal, id, version)
      const { image, fileName } = await service.getArchive(id, version)
      const { archiveDigest, archiveBytes } = image
      const entityTag = `"${archiveDigest}"`
      reply.headers({
        etag: entityTag,
        'accept-ranges': 'bytes',
        'content-disposition': `attachment; filename*=UTF-8''${encodeRfc8187(fileName)}`,
        'bongsu-archive-digest': archiveDigest,
      })
      if (request.headers['if-none-match'] === entityTag) return reply.code(304).send()
      const { range, 'if-range': ifRange } = request.headers
      const verdict = judgeRange(range, archiveBytes, {
        ifRange: typeof ifRange === 'string' ? ifRange : undefined,
        entityTag,
      })
      if (verdict.kind === 'unsatisfiable') {
        return reply.code(416).header('content-range', `bytes */${archiveBytes}`).send()
      }
      const part = verdict.kind === 'part' ? verdict : { start: 0, end: archiveBytes - 1 }
      if (verdict.kind === 'part') {
        reply.code(206).header('content-range', `bytes ${part.start}-${part.end}/${archiveBytes}`)
      }
      return sendBytes(reply, blobs.read(archiveDigest, part), part.end - part.start + 1)
    },
  )
}

const sendBytes = (reply: FastifyReply, stream: Readable, bytes: number) =>
  reply.type('application/x-tar').header('content-length', bytes).send(stream)

/** Extended parameter value (RFC 8187, 3.2): what encodeURIComponent leaves alone but the grammar does not. */
const encodeRfc8187 = (text: string): string =>
  encodeURIComponent(text).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
