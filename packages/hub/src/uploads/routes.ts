// Resumable uploads of archives over HTTP: tus 1.0, with the hub's sign-in, permissions and words for what goes wrong.
import { Readable } from 'node:stream'
import { CodedError } from '@bongsu/foundation'
import { PackageId, VersionName } from '@bongsu/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { Check } from 'typebox/value'
import { InvalidRequest } from '../plugins/invalid-request.ts'
import type { HubServer } from '../server.ts'
import { type ArchiveUploads, KEPT_MS, type UploadWish } from './archive-uploads.ts'

export const UPLOADS_PATH = '/api/v1/uploads'
const PART_TYPE = 'application/offset+octet-stream'
const Params = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{32}$' }) })

/** The protocol repeats by itself, and its uploads have no revision. */
const RULES = { permission: 'package:write', idempotency: 'exempt', revision: 'exempt' } as const

export async function registerUploadRoutes(hub: HubServer, uploads: ArchiveUploads): Promise<void> {
  // A context of its own: only here is a body taken as a stream.
  await hub.register(async (server: HubServer) => {
    server.removeAllContentTypeParsers()
    server.addContentTypeParser(PART_TYPE, (_request, payload, done) => done(null, payload))
    server.addHook('onSend', async (_request, reply) => void reply.header('tus-resumable', '1.0.0'))
    registerCreation(server, uploads)
    registerProgress(server, uploads)
  })
}

function registerCreation(server: HubServer, uploads: ArchiveUploads): void {
  server.options(UPLOADS_PATH, { config: RULES }, async (request, reply) => {
    await passOn(uploads, request, reply)
    return reply.send()
  })

  server.post(UPLOADS_PATH, { config: { ...RULES, bodyTypes: [PART_TYPE] } }, async (request, reply) => {
    const wish = readWish(request)
    await uploads.requireRoom(wish, request.principal.id)
    const { packageId, version } = wish
    // Whose it is, is nothing that the client says.
    const metadata = metadataText({ packageId, version, owner: request.principal.id })
    const changed = { 'upload-metadata': metadata, 'upload-length': String(wish.bytes) }
    await passOn(uploads, request, reply, changed)
    return reply.send()
  })
}

function registerProgress(server: HubServer, uploads: ArchiveUploads): void {
  const one = `${UPLOADS_PATH}/:id`
  server.head(one, { config: RULES, schema: { params: Params } }, async (request, reply) => {
    const { id } = request.params
    const state = await uploads.require(id, request.principal.id)
    if (state.kind === 'open' && state.upload.offset < state.upload.bytes) {
      await passOn(uploads, request, reply)
      return reply.send()
    }
    // Whole: whoever asks wants to know what became of it.
    if (state.kind === 'open') await uploads.finish(id)
    const { bytes, refused } = state.kind === 'over' ? state.outcome : { bytes: state.upload.bytes }
    if (refused) throw new CodedError(refused.code, refused)
    return reply.headers({ 'upload-offset': String(bytes), 'upload-length': String(bytes) }).send()
  })

  server.patch(
    one,
    { config: { ...RULES, bodyTypes: [PART_TYPE] }, schema: { params: Params } },
    async (request, reply) => {
      const { id } = request.params
      const state = await uploads.require(id, request.principal.id)
      if (state.kind === 'over') throw new CodedError('HUB_UPLOAD_OFFSET')
      // Reading a large archive takes longer than a line may be silent.
      reply.raw.setTimeout(0, () => undefined)
      await passOn(uploads, request, reply)
      const after = await uploads.tus.find(id)
      if (after && after.offset === after.bytes) await uploads.finish(id)
      return reply.send()
    },
  )

  server.delete(one, { config: RULES, schema: { params: Params } }, async (request, reply) => {
    await uploads.require(request.params.id, request.principal.id)
    await passOn(uploads, request, reply)
    return reply.send()
  })
}

/**
 * Lets the protocol's own server answer.
 * @throws CodedError for what it refuses, and for the refusal of an archive that is whole by now
 */
async function passOn(
  { tus }: ArchiveUploads,
  request: FastifyRequest,
  reply: FastifyReply,
  changed: Readonly<Record<string, string>> = {},
): Promise<void> {
  const response = await tus.handle(toWebRequest(request, changed))
  if (response.status >= 400) throw await refusalOf(response)
  const headers = Object.fromEntries(response.headers)
  for (const [name, value] of Object.entries(headers)) {
    if (/^(location|upload-.*|tus-.*)$/.test(name)) reply.header(name, value)
  }
  const isUnfinished = headers['upload-offset'] !== undefined || headers.location !== undefined
  if (isUnfinished) reply.header('upload-expires', new Date(Date.now() + KEPT_MS).toUTCString())
  reply.code(response.status)
}

function toWebRequest(request: FastifyRequest, changed: Readonly<Record<string, string>>): Request {
  const { method, raw, body } = request
  const names = [
    'tus-resumable',
    'upload-offset',
    'upload-length',
    'upload-metadata',
    'content-type',
    'content-length',
  ]
  const given = names.flatMap((name) => {
    const value = raw.headers[name]
    return typeof value === 'string' ? [[name, value] as const] : []
  })
  const headers = { ...Object.fromEntries(given), ...changed }
  const stream = body instanceof Readable ? body : undefined
  const init = stream && { body: Readable.toWeb(stream) as ReadableStream, duplex: 'half' }
  return new Request(`http://hub${raw.url ?? ''}`, { method, headers, ...init } as RequestInit)
}

/** By status, which the protocol's clients act on; its server's own words are for its developers. */
async function refusalOf(response: Response): Promise<CodedError> {
  const quote = (await response.text()).trim().slice(0, 200)
  const codes: Readonly<Record<number, string>> = {
    404: 'HUB_UPLOAD_NOT_FOUND',
    409: 'HUB_UPLOAD_OFFSET',
    410: 'HUB_UPLOAD_NOT_FOUND',
    413: 'HUB_BODY_TOO_LARGE',
    423: 'HUB_UPLOAD_BUSY',
  }
  const code =
    codes[response.status] ?? (response.status < 500 ? 'HUB_INVALID_REQUEST' : 'HUB_ARCHIVE_INCOMPLETE')
  return new CodedError(code, { quote })
}

function readWish({ headers }: FastifyRequest): UploadWish {
  const length = String(headers['upload-length'] ?? '')
  if (!/^\d{1,15}$/.test(length)) throw invalid('Upload-Length', 'the number of bytes is required')
  const { packageId, version } = readMetadata(String(headers['upload-metadata'] ?? ''))
  if (!Check(PackageId, packageId)) throw invalid('Upload-Metadata', 'packageId is required')
  if (!Check(VersionName, version)) throw invalid('Upload-Metadata', 'version is required')
  return { packageId, version, bytes: Number(length) }
}

const invalid = (pointer: string, message: string) => new InvalidRequest([{ pointer, message }])

/** `name base64,name base64`. Source: tus 1.0, Upload-Metadata. */
const readMetadata = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text.split(',').map((pair) => {
      const [name = '', value = ''] = pair.trim().split(' ')
      return [name, Buffer.from(value, 'base64').toString('utf8')]
    }),
  )

const metadataText = (metadata: Readonly<Record<string, string>>): string =>
  Object.entries(metadata)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',')
