// The hub's end of one device's session.
//
//   silent --hello read--> greeting --number taken--> online --close, silence, violation--> over
//      \--- anything else, or nothing within the time ------------------------------------^
//
// Messages are handled one after another, in the order they came; heartbeats alone do not wait for the database.
// Who the device is was proved before this begins.
import { type Clock, CodedError, type Logger } from '@bongsu/foundation'
import {
  type AgentMessage,
  createAgentMessageDecoder,
  createMultiplexer,
  type DeviceApproval,
  type Multiplexer,
  type SessionClose,
} from '@bongsu/protocol'
import type { WebSocket } from 'ws'
import { DEVICE_TOKEN_LIFETIME_MS, type DeviceTokens } from '../identity/device-token.ts'
import { type CommandBook, createCommandBook } from './command-book.ts'
import type { SessionDevices, SessionLaunches } from './ports.ts'
import { createRateLimit } from './rate-limit.ts'
import { createSessionSocket, type SessionEnding, type SessionSocket } from './session-socket.ts'

export interface AgentSessionOptions {
  readonly socket: WebSocket
  readonly deviceId: string
  /** Of the peer, for devices that do not know their own. */
  readonly remoteAddress: string | undefined
  readonly devices: SessionDevices
  readonly launches: SessionLaunches
  readonly tokens: DeviceTokens
  readonly clock: Clock
  readonly logger: Logger
  readonly heartbeatIntervalMs: number
  /** The device said hello and has its number. */
  readonly onOnline: (session: AgentSession, epoch: number) => void
  /** Once, as soon as it is decided; the socket may close later. */
  readonly onEnding: (session: AgentSession, why: SessionEnding) => void
}

export interface AgentSession {
  readonly deviceId: string
  readonly commands: CommandBook
  sendDesiredState(): Promise<void>
  changeApproval(approval: DeviceApproval): Promise<void>
  close(why: SessionClose, options?: { retryAfterMs: number }): void
}

type Hello = Extract<AgentMessage, { type: 'hello' }>
type Heartbeat = Extract<AgentMessage, { type: 'heartbeat' }>

const HELLO_WITHIN_MS = 10_000
/** Undecodable messages that are complained of rather than punished: a few at once, then one a minute. */
const COMPLAINTS = { burst: 5, perSecond: 1 / 60 } as const
const MAX_WAITING_MESSAGES = 256

export function createAgentSession(options: AgentSessionOptions): AgentSession {
  return new DeviceSession(options)
}

class DeviceSession implements AgentSession {
  readonly deviceId: string
  readonly commands: CommandBook
  readonly #options: AgentSessionOptions
  readonly #logger: Logger
  readonly #socket: SessionSocket
  readonly #multiplexer: Multiplexer
  readonly #decode = createAgentMessageDecoder()
  readonly #complaints: ReturnType<typeof createRateLimit>
  readonly #helloLimit = new AbortController()
  readonly #watch: { stop(): void }
  #isHelloRead = false
  #epoch: number | undefined
  #approval: DeviceApproval = 'pending'
  /** What was decided while the device was being greeted: newer than what the register gave for it. */
  #decided: DeviceApproval | undefined
  #waiting = 0
  #work: Promise<void> = Promise.resolve()
  #tokenEndsMs = 0

  constructor(options: AgentSessionOptions) {
    const { socket, deviceId, clock, heartbeatIntervalMs } = options
    const nowMs = () => clock.monotonicMs()
    this.#options = options
    this.deviceId = deviceId
    this.#logger = options.logger.child({ deviceId })
    this.#complaints = createRateLimit({ ...COMPLAINTS, nowMs })
    this.#socket = createSessionSocket({
      socket,
      clock,
      logger: this.#logger,
      onText: (text) => this.#receiveText(text),
      onBytes: (bytes) => {
        if (this.#isHelloRead) this.#multiplexer.receive(bytes)
        else this.close('violation')
      },
      onEnding: (why) => this.#ending(why),
    })
    this.commands = createCommandBook({ clock, send: this.#socket.send })
    this.#multiplexer = createMultiplexer({
      side: 'hub',
      send: this.#socket.sendRaw,
      nowMs,
      onStream: (stream) => this.commands.accept(stream),
      onFault: (problem) => {
        const reason = { code: 'PROTOCOL_BAD_STREAM_FRAME', parameters: { problem } }
        this.#socket.send({ type: 'complaint', reason })
        this.close('violation')
      },
    })
    this.#watch = clock.every(heartbeatIntervalMs, () => this.#look())
    clock.sleep(HELLO_WITHIN_MS, this.#helloLimit.signal).then(
      () => this.close('silent'),
      () => undefined,
    )
  }

  close(why: SessionClose, options?: { retryAfterMs: number }): void {
    this.#socket.close(why, options)
  }

  async sendDesiredState(): Promise<void> {
    if (this.#epoch === undefined || this.#approval !== 'accepted') return
    this.#socket.send(await this.#options.launches.desiredStateFor(this.deviceId))
  }

  async changeApproval(approval: DeviceApproval): Promise<void> {
    this.#approval = approval
    this.#decided = approval
    if (approval === 'revoked') return this.close('revoked')
    if (this.#epoch === undefined) return
    this.#socket.send({ type: 'session-update', approval, ...this.#freshToken(this.#epoch) })
    await this.sendDesiredState()
  }

  #receiveText(text: string) {
    const decoded = this.#decode(text)
    if (!decoded.ok) {
      this.#socket.send({ type: 'complaint', reason: decoded.reason })
      this.#logger.warn({ reason: decoded.reason }, 'message refused')
      if (!this.#complaints.admit()) this.close('violation')
      return
    }
    const { message } = decoded
    // The first message is the hello, and there is no other.
    if ((message.type === 'hello') === this.#isHelloRead) return this.close('violation')
    if (message.type === 'hello') {
      this.#isHelloRead = true
      this.#helloLimit.abort()
    }
    // A slow database is no dead link: the answer to a heartbeat says that the hub hears, not that it has written.
    if (message.type === 'heartbeat' && this.#epoch !== undefined) return this.#beat(message, this.#epoch)
    this.#enqueue(message)
  }

  #enqueue(message: AgentMessage) {
    if (this.#waiting >= MAX_WAITING_MESSAGES) return this.close('violation')
    this.#waiting += 1
    this.#work = this.#work
      .then(() => (this.#socket.isEnding ? undefined : this.#handle(message)))
      .catch((error: unknown) => {
        // The device repeats what was not acknowledged when it comes back.
        this.#logger.error({ err: error, type: message.type }, 'message not handled')
        if (message.type === 'hello') this.#socket.close('failed')
      })
      .finally(() => {
        this.#waiting -= 1
      })
  }

  async #handle(message: AgentMessage): Promise<void> {
    const { launches, devices } = this.#options
    if (message.type === 'hello') return this.#greet(message)
    if (this.#epoch === undefined) return
    switch (message.type) {
      case 'heartbeat':
        return this.#beat(message, this.#epoch)
      case 'facts':
        return devices.recordFacts(this.deviceId, message.facts, message.observedAt)
      case 'desired-state-ack':
        return launches.recordAck(this.deviceId, message)
      case 'report':
        return launches.recordReport(this.deviceId, this.#epoch, message)
      case 'command-result':
        return this.commands.settle(message)
      case 'complaint':
        this.#logger.warn({ reason: message.reason }, 'agent complains')
    }
  }

  async #greet(hello: Hello): Promise<void> {
    const { devices, launches, clock, heartbeatIntervalMs, remoteAddress, onOnline } = this.#options
    const { type: _, ...said } = hello
    const opening = { ...said, ipAddress: hello.ipAddress ?? remoteAddress }
    const { epoch, approval } = await devices.openSession(this.deviceId, opening)
    // An end that comes from here on is recorded by `#ending`; one that came before knew no number to record.
    this.#epoch = epoch
    this.#approval = this.#decided ?? approval
    if (this.#socket.isEnding) return devices.closeSession(this.deviceId, epoch)
    if (this.#approval === 'revoked') return this.close('revoked')
    onOnline(this, epoch)
    this.#socket.send({
      type: 'welcome',
      deviceId: this.deviceId,
      epoch,
      approval: this.#approval,
      heartbeatIntervalMs,
      hubTime: clock.now().toISOString(),
      ...this.#freshToken(epoch),
    })
    const { acceptedGeneration } = hello
    this.#logger.info({ epoch, approval: this.#approval, acceptedGeneration }, 'session online')
    if (this.#approval !== 'accepted') return
    const desired = await launches.desiredStateFor(this.deviceId)
    if (desired.generation !== acceptedGeneration) this.#socket.send(desired)
  }

  #beat({ health, display, location, sequence }: Heartbeat, epoch: number): void {
    const { devices, clock } = this.#options
    const receivedAt = clock.now()
    devices.recordHeartbeat(this.deviceId, epoch, { receivedAt, health, display, location })
    this.#socket.send({ type: 'pong', sequence, hubTime: receivedAt.toISOString() })
  }

  #look() {
    const { heartbeatIntervalMs, clock } = this.#options
    if (this.#socket.silentMs() > 2.5 * heartbeatIntervalMs && this.#isHelloRead) return this.close('silent')
    const isTokenOld = this.#tokenEndsMs - clock.now().getTime() < DEVICE_TOKEN_LIFETIME_MS / 2
    if (this.#epoch === undefined || !isTokenOld) return
    const approval = this.#approval
    this.#socket.send({ type: 'session-update', approval, ...this.#freshToken(this.#epoch) })
  }

  #freshToken(epoch: number) {
    const { token, expiresAt } = this.#options.tokens.issue(this.deviceId, epoch)
    this.#tokenEndsMs = expiresAt.getTime()
    return { accessToken: token, accessTokenExpiresAt: expiresAt.toISOString() }
  }

  #ending(why: SessionEnding): void {
    const epoch = this.#epoch
    this.#watch.stop()
    this.#helloLimit.abort()
    this.#multiplexer.end('HUB_DEVICE_OFFLINE')
    this.commands.failAll(new CodedError('HUB_DEVICE_OFFLINE', { parameters: { id: this.deviceId } }))
    this.#options.onEnding(this, why)
    this.#logger.info({ epoch, why }, 'session ends')
    if (epoch === undefined) return
    // After what is being handled, so that a late write of this session cannot follow its close.
    void this.#work
      .then(() => this.#options.devices.closeSession(this.deviceId, epoch))
      .catch((error: unknown) => this.#logger.error({ err: error }, 'close not recorded'))
  }
}
