// Sign-in by bearer token and the permission check of every request; runs before bodies are read.
// Which tokens exist is the access-token feature's knowledge.
import { createHash } from 'node:crypto'
import { type Clock, CodedError } from '@bongsu/foundation'
import type { FastifyRequest } from 'fastify'
import type { HubServer } from '../server.ts'
import { createAttemptLimiter } from './attempt-limiter.ts'
import { isPermitted, type Principal, requirePermissionDeclared } from './permissions.ts'

/** Who a token belongs to, or `undefined`. Compares in constant time. */
export type TokenVerifier = (token: string) => Promise<Principal | undefined> | Principal | undefined

export interface AuthenticationOptions {
  readonly clock: Clock
  /** Asked in this order. */
  readonly verifiers: readonly TokenVerifier[]
}

const FAILED_ATTEMPTS = { attempts: 20, windowMs: 60_000 }
/** How long a verified token of an address is known as good, so that strangers behind one address cannot lock it out. */
const KNOWN_GOOD_MS = 10 * 60_000
const MAX_KNOWN_GOOD = 10_000
const BEARER = /^Bearer ([A-Za-z0-9._~+/-]{1,1024}=*)$/i
const BASIC = /^Basic ([A-Za-z0-9+/]{1,2048}=*)$/i

const NOBODY: Principal = { id: 'nobody', name: 'nobody', role: 'viewer' }

export function registerAuthentication(server: HubServer, { clock, verifiers }: AuthenticationOptions): void {
  const limiter = createAttemptLimiter(clock, FAILED_ATTEMPTS)
  const knownGood = createKnownGood(clock)

  const authenticate = async (request: FastifyRequest): Promise<Principal | undefined> => {
    const { authorization } = request.headers
    if (authorization === undefined) return undefined
    const token = tokenOf(authorization, request.routeOptions.config.signIn)
    if (token === undefined || !knownGood.has(request.ip, token)) limiter.check(request.ip)
    if (token !== undefined) {
      for (const verify of verifiers) {
        const principal = await verify(token)
        if (!principal) continue
        knownGood.add(request.ip, token)
        return principal
      }
    }
    limiter.recordFailure(request.ip)
    throw new CodedError('HUB_UNAUTHENTICATED')
  }

  server.decorateRequest('principal')
  server.addHook('onRoute', requirePermissionDeclared)
  server.addHook('onRequest', async (request) => {
    // The 404 handler has no route of its own and nothing to protect.
    const permission = request.is404 ? 'public' : request.routeOptions.config.permission
    request.principal = NOBODY
    if (permission === undefined) throw new CodedError('HUB_FORBIDDEN', { parameters: { permission: '-' } })
    if (permission === 'public' || permission === 'agent') return
    const principal = await authenticate(request)
    if (!principal) throw new CodedError('HUB_UNAUTHENTICATED')
    if (!isPermitted(principal, permission))
      throw new CodedError('HUB_FORBIDDEN', { parameters: { permission } })
    request.principal = principal
  })
}

function tokenOf(authorization: string, signIn: 'basic' | undefined): string | undefined {
  const encoded = signIn === 'basic' ? BASIC.exec(authorization)?.[1] : undefined
  if (encoded === undefined) return BEARER.exec(authorization)?.[1]
  const pair = Buffer.from(encoded, 'base64').toString('utf8')
  const password = pair.slice(pair.indexOf(':') + 1)
  return BEARER.exec(`Bearer ${password}`)?.[1]
}

function createKnownGood(clock: Clock) {
  const until = new Map<string, number>()
  const keyOf = (address: string, token: string) =>
    createHash('sha256').update(`${address}\0${token}`).digest('base64url')
  return {
    has: (address: string, token: string) => (until.get(keyOf(address, token)) ?? 0) > clock.monotonicMs(),
    add(address: string, token: string) {
      const key = keyOf(address, token)
      until.delete(key)
      const [oldest] = until.keys()
      if (until.size >= MAX_KNOWN_GOOD && oldest !== undefined) until.delete(oldest)
      until.set(key, clock.monotonicMs() + KNOWN_GOOD_MS)
    },
  }
}
