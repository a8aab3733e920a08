// The least that answers an agent as a hub does (nonce, enrolment, proved upgrade, welcome, pong), and a floor's plain
// connection on a path of its own. Both sides of a comparison meet this one process, so that a hub's own work is in neither.
import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type AgentMessage,
  createAgentMessageDecoder,
  type DesiredLaunch,
  encodeMessage,
  formatJoinToken,
  type HubMessage,
  hubProofText,
  hubSessionProofText,
  newId,
  PROTOCOL_VERSION,
  SESSION_HEADERS,
  SESSION_PATH,
} from '@bongsu/protocol'
import { type WebSocket, WebSocketServer } from 'ws'

/** Where a floor connects: one text in, one text out. */
export const FLOOR_PATH = '/floor'

export interface HubEndpoint {
  readonly url: string
  readonly joinToken: string
  /** Time (`performance.now()`) at which the next comer, agent or floor, was told that it is registered. */
  nextRegistration(): Promise<number>
  /** The next message of any agent for which `wanted` holds. */
  nextMessage(wanted: (message: AgentMessage) => boolean): Promise<AgentMessage>
  close(): Promise<void>
}

export interface HubEndpointOptions {
  readonly heartbeatIntervalMs: number
  /** What every device should run. */
  readonly launches?: readonly DesiredLaunch[]
}

const json = async (request: IncomingMessage): Promise<Record<string, unknown>> =>
  JSON.parse(Buffer.concat(await request.toArray()).toString('utf8'))

export async function startHubEndpoint(options: HubEndpointOptions): Promise<HubEndpoint> {
  const identity = makeIdentity()
  const registrations: ((at: number) => void)[] = []
  const watchers = new Set<(message: AgentMessage) => void>()
  const deviceId = newId('dev')

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await json(request)
    const content =
      request.url === '/api/v1/agent/nonces'
        ? identity.answerNonce(String(body.agentNonce))
        : { deviceId, approval: 'accepted' }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(content))
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  sockets.on('headers', (headers, request) => {
    const agentNonce = request.headers[SESSION_HEADERS.agentNonce]
    if (typeof agentNonce !== 'string') return
    const proof = identity.sign(hubSessionProofText({ hubId: identity.hubId, agentNonce, deviceId }))
    headers.push(`${SESSION_HEADERS.hubSignature}: ${proof}`)
  })
  const registered = () => {
    const at = performance.now()
    for (const tell of registrations.splice(0)) tell(at)
  }
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      if (request.url === SESSION_PATH) {
        serveAgent(webSocket, {
          ...options,
          deviceId,
          registered,
          heard: (message) => tellAll(watchers, message),
        })
      } else {
        webSocket.once('message', (data) => {
          webSocket.send(String(data))
          registered()
        })
      }
    })
  })
  server.listen({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    joinToken: identity.joinToken,
    nextRegistration: () => new Promise((resolve) => registrations.push(resolve)),
    nextMessage: (wanted) =>
      new Promise((resolve) => {
        const watcher = (message: AgentMessage) => {
          if (!wanted(message)) return
          watchers.delete(watcher)
          resolve(message)
        }
        watchers.add(watcher)
      }),
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const tellAll = (watchers: ReadonlySet<(message: AgentMessage) => void>, message: AgentMessage) => {
  for (const watcher of watchers) watcher(message)
}

interface AgentServing extends HubEndpointOptions {
  readonly deviceId: string
  readonly registered: () => void
  readonly heard: (message: AgentMessage) => void
}

function serveAgent(socket: WebSocket, serving: AgentServing): void {
  const { deviceId, heartbeatIntervalMs, launches, registered, heard } = serving
  const decode = createAgentMessageDecoder()
  const send = (message: HubMessage) => socket.send(encodeMessage(message))
  socket.on('message', (data, isBinary) => {
    if (isBinary) return
    const decoded = decode(String(data))
    if (!decoded.ok)
      throw new Error(`an agent said what no hub understands: ${JSON.stringify(decoded.reason)}`)
    const { message } = decoded
    const hubTime = new Date().toISOString()
    if (message.type === 'hello') {
      const accessTokenExpiresAt = new Date(Date.now() + 3_600_000).toISOString()
      const terms = { approval: 'accepted' as const, accessToken: 'bench', accessTokenExpiresAt }
      send({ type: 'welcome', deviceId, epoch: 1, heartbeatIntervalMs, hubTime, ...terms })
      registered()
      if (launches) send({ type: 'desired-state', generation: 1, launches: [...launches] })
    }
    if (message.type === 'heartbeat') send({ type: 'pong', sequence: message.sequence, hubTime })
    heard(message)
  })
}

function makeIdentity() {
  const { privateKey } = generateKeyPairSync('ed25519')
  const { x: hubPublicKey = '' } = createPublicKey(privateKey).export({ format: 'jwk' })
  const hubId = `hub-${newId('dev').slice(4)}`
  const prove = (text: string) => sign(null, Buffer.from(text), privateKey).toString('base64url')
  const hubKeyFingerprint = createHash('sha256')
    .update(Buffer.from(hubPublicKey, 'base64url'))
    .digest('base64url')
  const tokenId = `jtk-${newId('dev').slice(4)}`
  return {
    hubId,
    sign: prove,
    joinToken: formatJoinToken({ hubId, hubKeyFingerprint, tokenId, secret: 'b'.repeat(43) }),
    answerNonce(agentNonce: string) {
      const nonce = newId('dev').slice(4)
      return {
        nonce,
        hubId,
        hubPublicKey,
        signature: prove(hubProofText({ hubId, nonce, agentNonce })),
        protocol: { oldest: PROTOCOL_VERSION, newest: PROTOCOL_VERSION },
        expiresAt: new Date(Date.now() + 60_000).toISOString(),
      }
    },
  }
}
