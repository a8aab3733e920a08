// What requests of the distribution API say, read from addresses and headers that no schema of ours describes.
import type { Readable } from 'node:stream'
import { CodedError } from '@bongsu/foundation'
import type { FastifyRequest } from 'fastify'

const DIGEST = /^sha256:[0-9a-f]{64}$/

/** A part of the path; empty when the route has none of that name. */
export function pathPart(request: FastifyRequest, name: string): string {
  const { params } = request
  const value: unknown = typeof params === 'object' && params !== null ? Reflect.get(params, name) : undefined
  return typeof value === 'string' ? value : ''
}

export const referenceOf = (request: FastifyRequest) => ({
  name: pathPart(request, 'name'),
  reference: pathPart(request, 'reference'),
})

/** One value of the query; undefined when it is missing or given twice. */
export function queryValue(request: FastifyRequest, name: string): string | undefined {
  const { query } = request
  const value: unknown = typeof query === 'object' && query !== null ? Reflect.get(query, name) : undefined
  return typeof value === 'string' && value.length > 0 ? value : undefined
}

/** @throws CodedError HUB_REGISTRY_DIGEST_INVALID */
export function requireDigest(digest: string | undefined): string {
  if (digest !== undefined && DIGEST.test(digest)) return digest
  throw new CodedError('HUB_REGISTRY_DIGEST_INVALID', {
    parameters: { digest: (digest ?? '-').slice(0, 80) },
  })
}

/** Where a chunk begins (`Content-Range: 0-99`); undefined when it does not say. */
export function chunkStart({ headers }: FastifyRequest): number | undefined {
  const range = headers['content-range']
  if (range === undefined) return undefined
  const start = /^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/.*)?$/.exec(range)?.[1]
  return start === undefined ? -1 : Number(start)
}

export const bodyOf = (request: FastifyRequest): Readable | undefined => request.body as Readable | undefined

/** @throws CodedError HUB_BODY_TOO_LARGE */
export async function readBody(request: FastifyRequest, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of (bodyOf(request) ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length > maxBytes) throw new CodedError('HUB_BODY_TOO_LARGE')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
