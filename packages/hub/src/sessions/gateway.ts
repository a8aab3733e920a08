// Where devices' sessions arrive: WebSocket upgrades on the hub's own server, each proved before it is accepted.
// Gives features the `Sessions` port; what a session does with messages is agent-session.ts.
import { randomInt } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Clock, CodedError, type Logger } from '@bongsu/foundation'
import { explain, type Reason, SESSION_HEADERS, SESSION_PATH, statusOf } from '@bongsu/protocol'
import { WebSocketServer } from 'ws'
import { signHubSession } from '../identity/device-signature.ts'
import type { DeviceTokens } from '../identity/device-token.ts'
import { createAgentSession } from './agent-session.ts'
import type { SessionDevices, SessionLaunches, Sessions } from './ports.ts'
import { createSessionRegistry } from './session-registry.ts'
import { judgeUpgrade, type UpgradeDependencies } from './upgrade.ts'

export interface GatewayDependencies extends UpgradeDependencies {
  readonly devices: SessionDevices
  readonly launches: SessionLaunches
  readonly tokens: DeviceTokens
  readonly clock: Clock
  readonly logger: Logger
  readonly heartbeatIntervalMs: number
}

/** A chunk of a stream and its header fit; nothing a device says in one message is larger. */
const MAX_PAYLOAD_BYTES = 256 * 1024
/** Agents of a stopping hub come back spread over a time that grows with their number, up to this. */
const LONGEST_DRAIN_SPREAD_MS = 120_000
const DRAIN_SPREAD_PER_SESSION_MS = 20

/** Serves sessions on this HTTP server from now on; every other upgrade is refused. */
export function registerSessionGateway(server: Server, dependencies: GatewayDependencies): Sessions {
  const registry = createSessionRegistry()
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_PAYLOAD_BYTES,
    perMessageDeflate: false,
    clientTracking: true,
  })
  let isDraining = false

  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (new URL(request.url ?? '/', 'http://hub').pathname !== SESSION_PATH) {
      return refuse(socket, { code: 'HUB_NOT_FOUND' })
    }
    if (isDraining) return refuse(socket, { code: 'HUB_SHUTTING_DOWN' })
    const verdict = await judgeUpgrade(request, dependencies)
    if (verdict.kind === 'refused') {
      dependencies.logger.warn({ reason: verdict.reason }, 'session refused')
      return refuse(socket, verdict.reason)
    }
    const signature = signHubSession(dependencies.identity, verdict)
    const addProof = (headers: string[], answered: IncomingMessage) => {
      if (answered === request) headers.push(`${SESSION_HEADERS.hubSignature}: ${signature}`)
    }
    sockets.on('headers', addProof)
    try {
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        createAgentSession({
          ...dependencies,
          socket: webSocket,
          deviceId: verdict.deviceId,
          remoteAddress: plainAddress(request.socket.remoteAddress),
          onOnline: (session, epoch) => registry.take(session, epoch),
          onClosed: (session) => registry.drop(session),
        })
      })
    } finally {
      sockets.off('headers', addProof)
    }
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Until the WebSocket takes over, an error of the socket is nobody else's.
    socket.on('error', () => socket.destroy())
    upgrade(request, socket, head).catch((error: unknown) => {
      dependencies.logger.error({ err: error }, 'upgrade failed')
      refuse(socket, { code: 'HUB_DATABASE_UNAVAILABLE' })
    })
  })

  const online = (deviceId: string) => {
    const session = registry.find(deviceId)
    if (!session) throw new CodedError('HUB_DEVICE_OFFLINE', { parameters: { id: deviceId } })
    return session
  }

  return {
    isConnected: (deviceId) => registry.find(deviceId) !== undefined,
    pushDesiredState: async (deviceId) => registry.find(deviceId)?.sendDesiredState(),
    changeApproval: async (deviceId, approval) => registry.find(deviceId)?.changeApproval(approval),
    async screenshot(deviceId, { launchId, maxWidthPixels, timeoutMs }) {
      const action = {
        kind: 'screenshot' as const,
        ...(launchId !== undefined && { launchId }),
        ...(maxWidthPixels !== undefined && { maxWidthPixels }),
      }
      return online(deviceId).commands.request(action, { deviceId, timeoutMs })
    },
    async drain() {
      isDraining = true
      const ended = [...sockets.clients].map(
        (socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
      )
      const sessions = registry.all()
      const spreadMs = Math.min(LONGEST_DRAIN_SPREAD_MS, 1000 + sessions.length * DRAIN_SPREAD_PER_SESSION_MS)
      for (const session of sessions) session.close('draining', { retryAfterMs: randomInt(spreadMs) })
      // A peer that does not answer the close within a moment is not waited for.
      await Promise.race([Promise.all(ended), dependencies.clock.sleep(2000)])
      for (const socket of sockets.clients) socket.terminate()
    },
  }
}

/** An HTTP answer in place of the upgrade. */
function refuse(socket: Duplex, reason: Reason): void {
  const status = statusOf(reason.code)
  const { title, remedy } = explain(reason, 'en')
  const body = JSON.stringify({ type: `urn:bongsu:${reason.code}`, title, status, code: reason.code, remedy })
  const head = [
    `HTTP/1.1 ${status} Refused`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  // A peer that keeps its half open must not keep the socket.
  socket.once('finish', () => socket.destroy())
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

/** IPv4 in IPv6 clothing, undressed. */
const plainAddress = (address: string | undefined): string | undefined => address?.replace(/^::ffff:/, '')
