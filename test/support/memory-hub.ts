// A hub for tests of the session: the real gateway, nonces and proofs on an HTTP server, with registers in memory.
// What it remembers outlives it, so that a test can stop it and start it again.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type Clock, CodedError, isCodedError, silentLogger, systemClock } from '@bongsu/foundation'
import {
  EnrolmentRequest,
  enrolmentProofText,
  formatJoinToken,
  hubProofText,
  NonceRequest,
  newId,
  OLDEST_SUPPORTED_PROTOCOL,
  PROTOCOL_VERSION,
  statusOf,
} from '@bongsu/protocol'
import { Check } from 'typebox/value'
import { isSignedBy } from '../../packages/hub/src/identity/device-signature.ts'
import { createDeviceTokens } from '../../packages/hub/src/identity/device-token.ts'
import { type HubIdentity, loadHubIdentity } from '../../packages/hub/src/identity/hub-identity.ts'
import { createNonceBook, type NonceBook } from '../../packages/hub/src/identity/nonce-book.ts'
import { registerSessionGateway } from '../../packages/hub/src/sessions/gateway.ts'
import type { Sessions } from '../../packages/hub/src/sessions/ports.ts'
import { type Cleanup, tempDir } from '../infra/temp-dir.ts'
import { createMemoryRegister, type MemoryRegister } from './memory-register.ts'

export interface MemoryHubOptions {
  readonly heartbeatIntervalMs?: number
  readonly clock?: Clock
  /** To be the same hub again. */
  readonly identity?: HubIdentity
  readonly register?: MemoryRegister
  readonly port?: number
  readonly maxSessions?: number
}

export interface MemoryHub {
  readonly port: number
  readonly identity: HubIdentity
  readonly register: MemoryRegister
  readonly sessions: Sessions
  /** What the gateway counted, in order: `opened`, `ended CAUSE`, `refused CODE`. */
  readonly counted: readonly string[]
  /** Everything that was asked by HTTP, upgrades too: `path body`. */
  readonly asked: readonly string[]
  readonly joinToken: string
  /** Cuts every connection and listens no more, as a crash does. */
  stop(): Promise<void>
}

const TOKEN_ID = 'jtk-aaaaaaaaaaaaaaaa'
export const JOIN_SECRET = 'secret-of-the-join-token-0123'

export async function startMemoryHub(cleanup: Cleanup, options: MemoryHubOptions = {}): Promise<MemoryHub> {
  const { heartbeatIntervalMs = 1000, clock = systemClock, register = createMemoryRegister() } = options
  const identity = options.identity ?? (await loadHubIdentity(tempDir(cleanup, 'memory-hub')))
  const nonces = createNonceBook(clock)
  const asked: string[] = []
  const counted: string[] = []
  const sockets = new Set<Socket>()

  const routes = routesOf({ identity, nonces, register })
  const server = createServer((request, response) => {
    void readBody(request).then((text) => {
      asked.push(`${request.url} ${text}`)
      answer(response, () => routes[request.url ?? '']?.(JSON.parse(text)))
    })
  })
  server.on('upgrade', ({ url, headers }) => asked.push(`${url} ${JSON.stringify(headers)}`))
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const sessions = registerSessionGateway(server, {
    identity,
    nonces,
    devices: register.devices,
    launches: register.launches,
    tokens: createDeviceTokens(identity.secretFor('device-tokens'), clock),
    clock,
    logger: silentLogger(),
    heartbeatIntervalMs,
    counters: {
      opened: () => void counted.push('opened'),
      ended: (why) => void counted.push(`ended ${why}`),
      refused: (code) => void counted.push(`refused ${code}`),
    },
    ...(options.maxSessions !== undefined && { maxSessions: options.maxSessions }),
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const stop = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  cleanup.after(stop)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port given')
  const { hubId, fingerprint: hubKeyFingerprint } = identity
  const joinToken = formatJoinToken({ hubId, hubKeyFingerprint, tokenId: TOKEN_ID, secret: JOIN_SECRET })
  return { port: address.port, identity, register, sessions, counted, asked, joinToken, stop }
}

type Routes = Readonly<Record<string, (body: unknown) => unknown>>

function routesOf({
  identity,
  nonces,
  register,
}: {
  identity: HubIdentity
  nonces: NonceBook
  register: MemoryRegister
}): Routes {
  const enrol = (body: unknown) => {
    if (!Check(EnrolmentRequest, body)) throw new CodedError('HUB_INVALID_REQUEST')
    const { publicKey, nonce, signature, joinSecret } = body
    if (!nonces.redeem(nonce)) throw new CodedError('PROTOCOL_NONCE_INVALID')
    const text = enrolmentProofText({ hubId: identity.hubId, nonce, publicKey })
    if (!isSignedBy(publicKey, text, signature)) throw new CodedError('PROTOCOL_BAD_SIGNATURE')
    if (joinSecret !== undefined && joinSecret !== `${TOKEN_ID}.${JOIN_SECRET}`) {
      throw new CodedError('PROTOCOL_JOIN_TOKEN_INVALID')
    }
    return register.enrol(publicKey, joinSecret === undefined ? 'pending' : 'accepted')
  }

  const giveNonce = (body: unknown) => {
    if (!Check(NonceRequest, body)) throw new CodedError('HUB_INVALID_REQUEST')
    const { nonce, expiresAt } = nonces.issue()
    const { hubId, publicKey } = identity
    return {
      nonce,
      hubId,
      hubPublicKey: publicKey,
      signature: identity.sign(hubProofText({ hubId, nonce, agentNonce: body.agentNonce })),
      protocol: { oldest: OLDEST_SUPPORTED_PROTOCOL, newest: PROTOCOL_VERSION },
      expiresAt: expiresAt.toISOString(),
    }
  }
  return { '/api/v1/agent/nonces': giveNonce, '/api/v1/agent/enrolments': enrol }
}

async function readBody(request: IncomingMessage): Promise<string> {
  return (await request.setEncoding('utf8').toArray()).join('')
}

function answer(response: ServerResponse, make: () => unknown): void {
  try {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(make()))
  } catch (error) {
    const code = isCodedError(error) ? error.code : newId('req')
    response.writeHead(statusOf(code), { 'content-type': 'application/problem+json' })
    response.end(JSON.stringify({ code }))
  }
}
