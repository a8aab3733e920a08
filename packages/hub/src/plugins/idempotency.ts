// Idempotency-Key on every POST that acts: same key and body, same answer for a day; another body is refused;
// one still under way is refused for now. Safe when the process dies between effect and stored answer: repeating
// then carries the request out again with the same origin, which finds what the first attempt made.
import { createHash } from 'node:crypto'
import { type Clock, CodedError } from '@bongsu/foundation'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HubServer } from '../server.ts'
import type { IdempotencyRecord, IdempotencyStore } from './idempotency-store.ts'
import { InvalidRequest } from './invalid-request.ts'
import { createOrigin, type Origin, originKey } from './origin.ts'
import { openAnswer, type StoredAnswer, sealAnswer } from './sealed-answer.ts'

export interface IdempotencyOptions {
  readonly store: IdempotencyStore
  readonly clock: Clock
  readonly hubId: string
  /** Of this process: an in-flight record of another one of the same hub has nobody left to finish it. */
  readonly instance: string
  readonly secret: Uint8Array
}

const LIFETIME_MS = 24 * 3_600_000
/** After this, a request of another hub counts as abandoned. */
const ABANDONED_MS = 60_000
const KEY = /^[\x21-\x7e]{1,255}$/
const STORED_HEADERS = ['content-type', 'etag', 'location', 'content-language']

interface Running {
  readonly key: string
  readonly idempotencyKey: string
  /** Set once the answer is being stored. */
  stored?: Promise<void>
}

export function registerIdempotency(server: HubServer, options: IdempotencyOptions): void {
  const { store, clock, hubId, instance, secret } = options
  const running = new Map<string, Running>()
  const byRequest = new WeakMap<FastifyRequest, Running>()

  /** Takes the key, or gives the answer that a request with it got before. */
  const begin = async (current: Running, bodyHash: string): Promise<StoredAnswer | Origin['attempt']> => {
    const startedAt = clock.now()
    const mine: IdempotencyRecord = { bodyHash, owner: `${hubId}/${instance}`, startedAt }
    const present = await store.begin(current.key, mine, new Date(startedAt.getTime() + LIFETIME_MS))
    if (!present) return 'first'
    if (present.bodyHash !== bodyHash) throw new CodedError('HUB_IDEMPOTENCY_KEY_REUSED')
    if (present.answer) return openAnswer(present.answer, secret, current.idempotencyKey)
    const isOurs = present.owner.startsWith(`${hubId}/`)
    const isAbandoned = isOurs || startedAt.getTime() - present.startedAt.getTime() > ABANDONED_MS
    if (isAbandoned && (await store.takeOver(current.key, present, mine))) return 'repeated'
    throw new CodedError('HUB_IDEMPOTENCY_IN_FLIGHT')
  }

  server.decorateRequest('origin')
  server.addHook('preHandler', async (request, reply) => {
    if (!needsKey(request)) return
    const idempotencyKey = readKey(request)
    const key = originKey(request.principal.id, `POST ${request.routeOptions.url}`, idempotencyKey)
    const other = running.get(key)
    if (other && !other.stored) throw new CodedError('HUB_IDEMPOTENCY_IN_FLIGHT')
    await other?.stored
    const current: Running = { key, idempotencyKey }
    running.set(key, current)
    try {
      const begun = await begin(current, hashOf(request))
      if (typeof begun === 'string') {
        request.origin = createOrigin(key, secret, begun)
        byRequest.set(request, current)
        return
      }
      running.delete(key)
      return replay(reply, begun)
    } catch (error) {
      running.delete(key)
      throw error
    }
  })

  server.addHook('onSend', async (request, reply, payload) => {
    const current = byRequest.get(request)
    if (!current || current.stored) return payload
    // The caller need not wait for this: until it is stored, repeating finds it under way or carries it out again.
    current.stored = settle(store, `${hubId}/${instance}`, current, { reply, payload, secret })
      .catch((error: unknown) => request.log.warn({ err: error }, 'answer could not be stored'))
      .finally(() => {
        if (running.get(current.key) === current) running.delete(current.key)
      })
    return payload
  })

  server.addHook('onClose', async () => {
    await Promise.allSettled([...running.values()].map(({ stored }) => stored))
  })
}

const replay = (reply: FastifyReply, { status, headers, body }: StoredAnswer): FastifyReply =>
  reply.code(status).headers(headers).header('bongsu-replayed', 'true').serializer(String).send(body)

/** Every POST acts, except where a device proves itself and where another protocol rules: they repeat by their own rules. */
function needsKey(request: FastifyRequest): boolean {
  if (request.method !== 'POST' || request.is404) return false
  const { permission, idempotency } = request.routeOptions.config
  return permission !== 'agent' && idempotency !== 'exempt'
}

function readKey(request: FastifyRequest): string {
  const header = request.headers['idempotency-key']
  if (header === undefined || header === '') throw new CodedError('HUB_IDEMPOTENCY_KEY_REQUIRED')
  if (typeof header === 'string' && KEY.test(header)) return header
  throw new InvalidRequest([
    { pointer: '/headers/idempotency-key', message: 'must be 1 to 255 visible ASCII characters' },
  ])
}

async function settle(
  store: IdempotencyStore,
  owner: string,
  { key, idempotencyKey }: Running,
  { reply, payload, secret }: { reply: FastifyReply; payload: unknown; secret: Uint8Array },
): Promise<void> {
  const status = reply.statusCode
  // A refusal that may pass by itself, and a failure of ours, must be able to end differently next time.
  if (status >= 500 || typeof payload !== 'string' || isPassing(reply)) return store.release(key, owner)
  const headers = Object.fromEntries(
    STORED_HEADERS.flatMap((name) => {
      const value = reply.getHeader(name)
      return value === undefined ? [] : [[name, String(value)]]
    }),
  )
  return store.complete(key, owner, sealAnswer({ status, headers, body: payload }, secret, idempotencyKey))
}

const isPassing = (reply: FastifyReply): boolean => reply.getHeader('bongsu-retryable') === 'true'

/** Of what was asked for: the address with its parameters and the body, whatever the order of its keys. */
function hashOf(request: FastifyRequest): string {
  const asked = JSON.stringify([request.url, sortKeys(request.body ?? null)])
  return createHash('sha256').update(asked).digest('base64url')
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return entries.map(([key, item]) => [key, sortKeys(item)])
}
