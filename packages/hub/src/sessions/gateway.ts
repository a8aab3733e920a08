// Where devices' sessions arrive: WebSocket upgrades on the hub's own server, each proved before it is accepted.
// Gives features the `Sessions` port; what a session does with messages is agent-session.ts.
import { randomInt } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Clock, CodedError, type Logger } from '@bongsu/foundation'
import { type IncomingStream, SESSION_HEADERS, SESSION_PATH, statusOf } from '@bongsu/protocol'
import { type WebSocket, WebSocketServer } from 'ws'
import { signHubSession } from '../identity/device-signature.ts'
import type { DeviceTokens } from '../identity/device-token.ts'
import { toCodedError } from '../plugins/error-handler.ts'
import { type AgentSession, createAgentSession } from './agent-session.ts'
import type { CommandBook } from './command-book.ts'
import type { LiveViewOptions, SessionCounters, SessionDevices, SessionLaunches, Sessions } from './ports.ts'
import { refuseUpgrade } from './refusal.ts'
import { createSessionRegistry, type SessionRegistry } from './session-registry.ts'
import { judgeUpgrade, type UpgradeDependencies } from './upgrade.ts'

export interface GatewayDependencies extends UpgradeDependencies {
  readonly devices: SessionDevices
  readonly launches: SessionLaunches
  readonly tokens: DeviceTokens
  readonly counters: SessionCounters
  readonly clock: Clock
  readonly logger: Logger
  readonly heartbeatIntervalMs: number
  /** Sockets and upgrades under way together; more are told to come back. */
  readonly maxSessions?: number
}

/** A chunk of a stream and its header fit; nothing a device says in one message is larger. */
const MAX_PAYLOAD_BYTES = 256 * 1024
/** A peer that does not answer a close is cut off after this. */
const CLOSE_TIMEOUT_MS = 2000
const MAX_SESSIONS = 20_000
// Not written in place: the types do not know `closeTimeout` yet (ws 8.19).
const SOCKET_OPTIONS = {
  noServer: true,
  maxPayload: MAX_PAYLOAD_BYTES,
  perMessageDeflate: false,
  clientTracking: true,
  closeTimeout: CLOSE_TIMEOUT_MS,
}
/** Agents of a stopping hub come back spread over a time that grows with their number, up to this. */
const LONGEST_SPREAD_MS = 120_000
const SPREAD_PER_SESSION_MS = 20

const spreadMs = (sessions: number): number =>
  randomInt(Math.min(LONGEST_SPREAD_MS, 1000 + sessions * SPREAD_PER_SESSION_MS))

/** Serves sessions on this HTTP server from now on; every other upgrade is refused. */
export function registerSessionGateway(server: Server, dependencies: GatewayDependencies): Sessions {
  const gateway = new SessionGateway(dependencies)
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    void gateway.upgrade(request, socket, head)
  })
  return gateway
}

class SessionGateway implements Sessions {
  readonly #dependencies: GatewayDependencies
  readonly #registry: SessionRegistry = createSessionRegistry()
  /** All that have not ended, those still being greeted too. */
  readonly #sessions = new Set<AgentSession>()
  readonly #sockets = new WebSocketServer(SOCKET_OPTIONS)
  #upgrading = 0
  #isDraining = false

  constructor(dependencies: GatewayDependencies) {
    this.#dependencies = dependencies
  }

  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { counters, logger } = this.#dependencies
    // Until the WebSocket takes over, an error of the socket is nobody else's.
    socket.on('error', () => socket.destroy())
    this.#upgrading += 1
    try {
      await this.#admit(request, socket, head)
    } catch (thrown) {
      const error = toCodedError(thrown)
      const isOurs = statusOf(error.code) >= 500
      logger[isOurs ? 'error' : 'warn']({ code: error.code, err: error.cause }, 'session refused')
      counters.refused(error.code)
      const retryAfterMs = isOurs ? 1000 + spreadMs(this.#sockets.clients.size) : undefined
      refuseUpgrade(socket, error, { retryAfterMs })
    } finally {
      this.#upgrading -= 1
    }
  }

  async #admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { maxSessions = MAX_SESSIONS } = this.#dependencies
    if (request.url?.split('?', 1)[0] !== SESSION_PATH) throw new CodedError('HUB_NOT_FOUND')
    if (this.#isDraining) throw new CodedError('HUB_SHUTTING_DOWN')
    if (this.#sockets.clients.size + this.#upgrading > maxSessions) throw new CodedError('HUB_SESSIONS_FULL')
    const verdict = await judgeUpgrade(request, this.#dependencies)
    if (verdict.kind === 'refused') {
      const { code, parameters } = verdict.reason
      throw new CodedError(code, { parameters })
    }
    // It may have begun to stop meanwhile, and its list of those to be told is made.
    if (this.#isDraining) throw new CodedError('HUB_SHUTTING_DOWN')
    const signature = signHubSession(this.#dependencies.identity, verdict)
    const addProof = (headers: string[], answered: IncomingMessage) => {
      if (answered === request) headers.push(`${SESSION_HEADERS.hubSignature}: ${signature}`)
    }
    this.#sockets.on('headers', addProof)
    try {
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
        this.#begin(webSocket, verdict.deviceId, plainAddress(request.socket.remoteAddress))
      })
    } finally {
      this.#sockets.off('headers', addProof)
    }
  }

  #begin(socket: WebSocket, deviceId: string, remoteAddress: string | undefined): void {
    const { counters } = this.#dependencies
    const session = createAgentSession({
      ...this.#dependencies,
      socket,
      deviceId,
      remoteAddress,
      onOnline: (online, epoch) => {
        this.#registry.take(online, epoch)
        counters.opened()
      },
      onEnding: (ended, why) => {
        this.#registry.drop(ended)
        this.#sessions.delete(ended)
        counters.ended(why)
      },
    })
    this.#sessions.add(session)
  }

  isConnected(deviceId: string): boolean {
    return this.#registry.find(deviceId) !== undefined
  }

  async pushDesiredState(deviceId: string): Promise<void> {
    await this.#registry.find(deviceId)?.sendDesiredState()
  }

  async changeApproval(deviceId: string, approval: Parameters<Sessions['changeApproval']>[1]): Promise<void> {
    const concerned = [...this.#sessions].filter((session) => session.deviceId === deviceId)
    await Promise.all(concerned.map((session) => session.changeApproval(approval)))
  }

  async screenshot(
    deviceId: string,
    { launchId, maxWidthPixels, timeoutMs }: Parameters<Sessions['screenshot']>[1],
  ): Promise<Uint8Array> {
    const action = {
      kind: 'screenshot' as const,
      ...(launchId !== undefined && { launchId }),
      ...(maxWidthPixels !== undefined && { maxWidthPixels }),
    }
    return this.#commandsOf(deviceId).request(action, { deviceId, timeoutMs })
  }

  async liveView(
    deviceId: string,
    { launchId, maxWidthPixels, framesPerSecond, durationSeconds, timeoutMs }: LiveViewOptions,
  ): Promise<IncomingStream> {
    const action = {
      kind: 'live-view' as const,
      framesPerSecond,
      durationSeconds,
      ...(launchId !== undefined && { launchId }),
      ...(maxWidthPixels !== undefined && { maxWidthPixels }),
    }
    return this.#commandsOf(deviceId).open(action, { deviceId, timeoutMs })
  }

  #commandsOf(deviceId: string): CommandBook {
    const session = this.#registry.find(deviceId)
    if (!session) throw new CodedError('HUB_DEVICE_OFFLINE', { parameters: { id: deviceId } })
    return session.commands
  }

  async drain(): Promise<void> {
    this.#isDraining = true
    const clients = [...this.#sockets.clients]
    const closed = clients.map(
      (socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
    )
    for (const session of [...this.#sessions]) {
      session.close('draining', { retryAfterMs: spreadMs(clients.length) })
    }
    // A peer that does not answer the close within a moment is not waited for.
    await Promise.race([Promise.all(closed), this.#dependencies.clock.sleep(CLOSE_TIMEOUT_MS)])
    for (const socket of this.#sockets.clients) socket.terminate()
  }
}

/** IPv4 in IPv6 clothing, undressed. */
const plainAddress = (address: string | undefined): string | undefined => address?.replace(/^::ffff:/, '')
