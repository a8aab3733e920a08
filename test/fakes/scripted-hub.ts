// A hub that misbehaves by script: it enrols and proves itself rightly, and then answers the upgrade and speaks as a test
// tells it to. What a hub does rightly is test/support/memory-hub.ts.
import { createServer, type IncomingMessage } from 'node:http'
import {
  type Command,
  type EnrolmentRequest,
  formatJoinToken,
  hubProofText,
  hubSessionProofText,
  type NonceRequest,
  newId,
  OLDEST_SUPPORTED_PROTOCOL,
  PROTOCOL_VERSION,
  SESSION_HEADERS,
} from '@bongsu/protocol'
import { type WebSocket, WebSocketServer } from 'ws'
import { type HubIdentity, loadHubIdentity } from '../../packages/hub/src/identity/hub-identity.ts'
import { type Cleanup, tempDir } from '../infra/temp-dir.ts'
import { waitFor } from '../infra/wait-for.ts'

/** What the 101 answer carries: its signature, none, or one by the right key over another device's session. */
export type UpgradeProof = 'right' | 'missing' | 'wrong'

export interface ScriptedSession {
  /** What the agent said as JSON, in order. */
  readonly said: readonly Readonly<Record<string, unknown>>[]
  readonly isClosed: boolean
  /** Objects go out as JSON text, everything else as it is. */
  send(content: string | Uint8Array | object): void
  welcome(epoch?: number): void
  /** What the agent said of this type, as soon as there are `count`. */
  heard(type: string, count?: number): Promise<readonly Readonly<Record<string, unknown>>[]>
}

export interface ScriptedHub {
  readonly port: number
  readonly joinToken: string
  /** For the next upgrades. */
  proof: UpgradeProof
  /** Called when the upgrade is answered, in the same turn. */
  onOpen: (session: ScriptedSession) => void
  /** Called at each hello; welcomes unless told otherwise. */
  onHello: (session: ScriptedSession) => void
  readonly sessions: readonly ScriptedSession[]
  /** The session of this number from 1, as soon as there is one that has said hello. */
  session(number: number): Promise<ScriptedSession>
}

/** Listens on loopback until the test ends. */
export async function startScriptedHub(cleanup: Cleanup): Promise<ScriptedHub> {
  const identity = await loadHubIdentity(tempDir(cleanup, 'scripted-hub'))
  const deviceId = newId('dev')
  const sessions: ScriptedSession[] = []
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const answered =
        request.url === '/api/v1/agent/nonces' ? giveNonce(identity, body) : enrol(deviceId, body)
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answered))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port given')
  const { hubId, fingerprint: hubKeyFingerprint } = identity
  const secret = 'secret-of-the-join-token-0123'
  const hub: ScriptedHub = {
    port: address.port,
    joinToken: formatJoinToken({ hubId, hubKeyFingerprint, tokenId: 'jtk-aaaaaaaaaaaaaaaa', secret }),
    proof: 'right',
    onOpen: () => undefined,
    onHello: (session) => session.welcome(),
    sessions,
    session: (number) =>
      waitFor(() => sessions.filter(({ said }) => said.some(({ type }) => type === 'hello'))[number - 1], {
        what: `session ${number} says hello`,
      }),
  }
  sockets.on('headers', (headers, request) => headers.push(...proofHeader(identity, hub.proof, request)))
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const epoch = sessions.length + 1
      const session = scriptedSession(webSocket, { deviceId, epoch, onHello: (one) => hub.onHello(one) })
      sessions.push(session)
      hub.onOpen(session)
    })
  })
  cleanup.after(async () => {
    for (const client of sockets.clients) client.terminate()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return hub
}

/** A command that may still be obeyed, unless `expiresAt` says otherwise. */
export const screenshotCommand = (id: string, expiresAt = '2999-01-01T00:00:00Z'): Command => ({
  type: 'command',
  id,
  expiresAt,
  action: { kind: 'screenshot' },
})

function scriptedSession(
  socket: WebSocket,
  { deviceId, epoch: ownEpoch, onHello }: SessionScript,
): ScriptedSession {
  const said: Record<string, unknown>[] = []
  const session: ScriptedSession = {
    said,
    get isClosed() {
      return socket.readyState === socket.CLOSED
    },
    send: (content) =>
      socket.send(
        typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content),
      ),
    welcome: (epoch = ownEpoch) => session.send(welcomeOf(deviceId, epoch)),
    heard: (type, count = 1) =>
      waitFor(() => said.filter((message) => message.type === type), {
        what: `the agent says ${type} ${count} times`,
        until: (messages) => messages.length >= count,
      }),
  }
  socket.on('error', () => socket.terminate())
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary) return
    const message = JSON.parse(data.toString('utf8')) as Record<string, unknown>
    said.push(message)
    if (message.type === 'hello') onHello(session)
  })
  return session
}

interface SessionScript {
  readonly deviceId: string
  readonly epoch: number
  readonly onHello: (session: ScriptedSession) => void
}

const welcomeOf = (deviceId: string, epoch: number) => ({
  type: 'welcome',
  deviceId,
  epoch,
  approval: 'accepted',
  heartbeatIntervalMs: 60_000,
  hubTime: '2026-01-01T00:00:00Z',
  accessToken: `token-${epoch}`,
  accessTokenExpiresAt: '2999-01-01T00:00:00Z',
})

function proofHeader(identity: HubIdentity, proof: UpgradeProof, { headers }: IncomingMessage): string[] {
  if (proof === 'missing') return []
  const agentNonce = String(headers[SESSION_HEADERS.agentNonce])
  const deviceId = proof === 'right' ? String(headers[SESSION_HEADERS.deviceId]) : newId('dev')
  const text = hubSessionProofText({ hubId: identity.hubId, agentNonce, deviceId })
  return [`${SESSION_HEADERS.hubSignature}: ${identity.sign(text)}`]
}

const enrol = (deviceId: string, _body: EnrolmentRequest) => ({ deviceId, approval: 'accepted' })

function giveNonce({ hubId, publicKey, sign }: HubIdentity, { agentNonce }: NonceRequest) {
  const nonce = 'n'.repeat(32)
  return {
    nonce,
    hubId,
    hubPublicKey: publicKey,
    signature: sign(hubProofText({ hubId, nonce, agentNonce })),
    protocol: { oldest: OLDEST_SUPPORTED_PROTOCOL, newest: PROTOCOL_VERSION },
    expiresAt: '2999-01-01T00:00:00Z',
  }
}

async function readBody(request: IncomingMessage) {
  return JSON.parse((await request.setEncoding('utf8').toArray()).join(''))
}
