// The image of a version over HTTP: the archive in, and out again the manifest, its blobs, or the whole archive.
// Streams in and out, never a whole archive in memory; every download can be resumed.
import type { Readable } from 'node:stream'
import { archiveBytes, CodedError, planArchive, streamArchive } from '@bongsu/foundation'
import {
  Digest,
  PackageId,
  PackageVersion,
  type ReleaseManifest,
  SignedRelease,
  VersionName,
} from '@bongsu/protocol'
import Type from 'typebox'
import type { Blobs } from '../images/blobs.ts'
import { notAnImage } from '../images/not-an-image.ts'
import { sendRange } from '../images/send-range.ts'
import { setRevision } from '../plugins/entity-tag.ts'
import type { Principal } from '../plugins/permissions.ts'
import type { HubServer } from '../server.ts'
import type { PackageService } from './service.ts'

const VERSION_PATH = '/api/v1/packages/:id/versions/:version'
const ARCHIVE_TYPES = [
  'application/x-tar',
  'application/octet-stream',
  'application/gzip',
  'application/zstd',
]
const Params = Type.Object({ id: PackageId, version: VersionName })
const BlobParams = Type.Object({ id: PackageId, version: VersionName, digest: Digest })
const UploadHeaders = Type.Object({ 'bongsu-archive-digest': Type.Optional(Digest) })

export interface ImageRouteParts {
  readonly service: PackageService
  readonly blobs: Blobs
  /** Whether this device is accepted and wishes of it name the version; people are judged by their role. */
  readonly mayDeviceDownload: (deviceId: string, packageId: string, version: string) => Promise<boolean>
}

export async function registerImageRoutes(hub: HubServer, parts: ImageRouteParts): Promise<void> {
  // A context of its own: only here is a body taken as a stream.
  await hub.register(async (server: HubServer) => {
    server.removeAllContentTypeParsers()
    server.addContentTypeParser(ARCHIVE_TYPES, (_request, payload, done) => done(null, payload))
    registerUpload(server, parts)
  })
  registerManifest(hub, parts)
  registerDownloads(hub, parts)
}

function registerUpload(server: HubServer, { service }: ImageRouteParts): void {
  server.put(
    `${VERSION_PATH}/archive`,
    {
      // A version takes one image and then never changes: there is nothing to overwrite.
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

const requireMayDownload = async (
  { mayDeviceDownload }: ImageRouteParts,
  { role, id: principalId }: Principal,
  { id, version }: { readonly id: string; readonly version: string },
): Promise<void> => {
  if (role !== 'device' || (await mayDeviceDownload(principalId, id, version))) return
  throw new CodedError('HUB_FORBIDDEN', { parameters: { permission: 'archive:read' } })
}

function registerManifest(server: HubServer, parts: ImageRouteParts): void {
  const { service } = parts
  server.get(
    `${VERSION_PATH}/manifest`,
    {
      config: { permission: 'archive:read' },
      schema: { params: Params, response: { 200: SignedRelease } },
    },
    async ({ params, principal }) => {
      await requireMayDownload(parts, principal, params)
      return service.getRelease(params.id, params.version)
    },
  )

  server.put(
    `${VERSION_PATH}/manifest`,
    {
      // Signing again replaces a signature; the content it vouches for never changes.
      config: { permission: 'package:write', revision: 'exempt', text: 'verbatim' },
      schema: { params: Params, body: SignedRelease, response: { 200: SignedRelease } },
    },
    ({ params, body }) => service.sign(params.id, params.version, body),
  )
}

function registerDownloads(server: HubServer, parts: ImageRouteParts): void {
  const { service, blobs } = parts
  server.get(
    `${VERSION_PATH}/archive`,
    { config: { permission: 'archive:read' }, schema: { params: Params } },
    async (request, reply) => {
      const { id, version } = request.params
      await requireMayDownload(parts, request.principal, request.params)
      const { release, fileName } = await service.getArchive(id, version)
      reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeRfc8187(fileName)}`)
      const segments = planArchive(release, { tag: `${id}:${tagOf(version)}` })
      return sendRange(request, reply, {
        // Of what it is made from, and of the form it is made in.
        entityTag: `"archive-1-${release.imageId.slice(7)}"`,
        bytes: archiveBytes(segments),
        type: 'application/x-tar',
        open: async (range) => streamArchive((digest) => blobs.read(digest), segments, range),
      })
    },
  )

  server.get(
    `${VERSION_PATH}/blobs/:digest`,
    { config: { permission: 'archive:read' }, schema: { params: BlobParams } },
    async (request, reply) => {
      const { id, version, digest } = request.params
      await requireMayDownload(parts, request.principal, request.params)
      const { release } = await service.getArchive(id, version)
      const bytes = bytesOf(release, digest)
      if (bytes === undefined) throw new CodedError('HUB_BLOB_NOT_FOUND', { parameters: { digest } })
      return sendRange(request, reply, {
        entityTag: `"${digest}"`,
        bytes,
        type: 'application/octet-stream',
        open: (range) => blobs.read(digest, range),
      })
    },
  )
}

function bytesOf(
  { imageId, configurationBytes, layers }: ReleaseManifest,
  digest: string,
): number | undefined {
  return digest === imageId ? configurationBytes : layers.find((layer) => layer.digest === digest)?.bytes
}

/** A version's name may hold what a tag may not. Source: distribution reference grammar. */
const tagOf = (version: string): string => version.replaceAll(/[^A-Za-z0-9_.-]/g, '-').slice(0, 128)

/** Extended parameter value (RFC 8187, 3.2): what encodeURIComponent leaves alone but the grammar does not. */
const encodeRfc8187 = (text: string): string =>
  encodeURIComponent(text).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
