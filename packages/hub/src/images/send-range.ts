// One download over HTTP that can be resumed: whole, in part, unchanged, or out of range. Whose bytes, the caller knows.
import type { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { judgeRange } from './byte-range.ts'

export interface Download {
  readonly entityTag: string
  readonly bytes: number
  readonly type: string
  readonly open: (range: { readonly start: number; readonly end: number }) => Promise<Readable>
}

/** Answers with the whole, or with the part that was asked for. */
export async function sendRange(
  request: FastifyRequest,
  reply: FastifyReply,
  { entityTag, bytes, type, open }: Download,
): Promise<FastifyReply> {
  reply.headers({ etag: entityTag, 'accept-ranges': 'bytes' })
  if (request.headers['if-none-match'] === entityTag) return reply.code(304).send()
  const { range, 'if-range': ifRange } = request.headers
  const verdict = judgeRange(range, bytes, {
    ifRange: typeof ifRange === 'string' ? ifRange : undefined,
    entityTag,
  })
  if (verdict.kind === 'unsatisfiable') {
    return reply.code(416).header('content-range', `bytes */${bytes}`).send()
  }
  const part = verdict.kind === 'part' ? verdict : { start: 0, end: bytes - 1 }
  if (verdict.kind === 'part') {
    reply.code(206).header('content-range', `bytes ${part.start}-${part.end}/${bytes}`)
  }
  const stream = await open(part)
  return reply
    .type(type)
    .header('content-length', part.end - part.start + 1)
    .send(stream)
}
