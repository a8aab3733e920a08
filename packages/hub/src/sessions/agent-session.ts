// The hub's end of one device's session.
//
//   greeting --hello--> online --close, silence, violation--> closed
//        \----------- nothing within the time ------------------^
//
// Messages are handled one after another, in the order they came. Who the device is was proved before this begins.
import { type Clock, CodedError, type Logger } from '@bongsu/foundation'
import {
  type AgentMessage,
  createAgentMessageDecoder,
  createMultiplexer,
  type DeviceApproval,
  encodeMessage,
  formatRetryAfter,
  type HubMessage,
  type IncomingStream,
  MAX_MESSAGE_BYTES,
  SESSION_CLOSE,
  type SessionClose,
} from '@bongsu/protocol'
import type { WebSocket } from 'ws'
import { DEVICE_TOKEN_LIFETIME_MS, type DeviceTokens } from '../identity/device-token.ts'
import { type CommandBook, createCommandBook } from './command-book.ts'
import type { SessionDevices, SessionLaunches } from './ports.ts'
import { createRateLimit } from './rate-limit.ts'

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
  readonly onClosed: (session: AgentSession) => void
}

export interface AgentSession {
  readonly deviceId: string
  readonly commands: CommandBook
  sendDesiredState(): Promise<void>
  changeApproval(approval: DeviceApproval): Promise<void>
  close(why: SessionClose, options?: { retryAfterMs: number }): void
}

const HELLO_WITHIN_MS = 10_000
const MAX_COMPLAINTS = 5
const MAX_WAITING_MESSAGES = 256
/** A peer that reads nothing is cut off rather than buffered for. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024

export function createAgentSession(options: AgentSessionOptions): AgentSession {
  const { socket, deviceId, devices, launches, tokens, clock, heartbeatIntervalMs } = options
  const logger = options.logger.child({ deviceId })
  const decode = createAgentMessageDecoder()
  const rate = createRateLimit({ perSecond: 200, burst: 400, nowMs: () => clock.monotonicMs() })
  let epoch: number | undefined
  let approval: DeviceApproval = 'pending'
  let complaints = 0
  let waiting = 0
  let work: Promise<void> = Promise.resolve()
  let lastHeardMs = clock.monotonicMs()
  /** Nothing the device says counts from here on, though its close may be long in coming. */
  let isEnding = false
  let isClosed = false
  let tokenEndsMs = 0

  const sendRaw = (content: string | Uint8Array) => {
    if (isClosed || socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES) return socket.terminate()
    socket.send(content)
  }
  const send = (message: HubMessage) => sendRaw(encodeMessage(message))

  const close: AgentSession['close'] = (why, closing) => {
    if (isEnding) return
    isEnding = true
    logger.info({ epoch, why }, 'session closing')
    const reason = closing ? formatRetryAfter(closing.retryAfterMs) : why
    if (why === 'silent') socket.terminate()
    else socket.close(SESSION_CLOSE[why], reason)
  }

  const freshToken = (ofEpoch: number) => {
    const { token, expiresAt } = tokens.issue(deviceId, ofEpoch)
    tokenEndsMs = expiresAt.getTime()
    return { accessToken: token, accessTokenExpiresAt: expiresAt.toISOString() }
  }

  const multiplexer = createMultiplexer({
    side: 'hub',
    send: sendRaw,
    nowMs: () => clock.monotonicMs(),
    onStream: (stream: IncomingStream) => session.commands.accept(stream),
    onFault: (problem) => {
      send({ type: 'complaint', reason: { code: 'PROTOCOL_BAD_STREAM_FRAME', parameters: { problem } } })
      close('violation')
    },
  })

  const session: AgentSession = {
    deviceId,
    commands: createCommandBook({ clock, send }),
    close,
    async sendDesiredState() {
      if (epoch === undefined || approval !== 'accepted') return
      send(await launches.desiredStateFor(deviceId))
    },
    async changeApproval(changed) {
      approval = changed
      if (changed === 'revoked') return close('revoked')
      if (epoch === undefined) return
      send({ type: 'session-update', approval, ...freshToken(epoch) })
      await session.sendDesiredState()
    },
  }

  const greet = async (hello: Extract<AgentMessage, { type: 'hello' }>) => {
    const { type: _, ...said } = hello
    const opening = { ...said, ipAddress: hello.ipAddress ?? options.remoteAddress }
    const opened = await devices.openSession(deviceId, opening)
    if (isClosed) return devices.closeSession(deviceId, opened.epoch)
    epoch = opened.epoch
    approval = opened.approval
    options.onOnline(session, opened.epoch)
    send({
      type: 'welcome',
      deviceId,
      epoch: opened.epoch,
      approval,
      heartbeatIntervalMs,
      hubTime: clock.now().toISOString(),
      ...freshToken(opened.epoch),
    })
    logger.info({ epoch, approval, acceptedGeneration: hello.acceptedGeneration }, 'session online')
    if (approval !== 'accepted') return
    const desired = await launches.desiredStateFor(deviceId)
    if (desired.generation !== hello.acceptedGeneration) send(desired)
  }

  const handle = async (message: AgentMessage): Promise<void> => {
    if (epoch === undefined) {
      if (message.type !== 'hello') return close('violation')
      return greet(message)
    }
    switch (message.type) {
      case 'hello':
        return close('violation')
      case 'heartbeat': {
        const { health, display, location, sequence } = message
        devices.recordHeartbeat(deviceId, epoch, { receivedAt: clock.now(), health, display, location })
        return send({ type: 'pong', sequence, hubTime: clock.now().toISOString() })
      }
      case 'facts':
        return devices.recordFacts(deviceId, message.facts, message.observedAt)
      case 'desired-state-ack':
        return launches.recordAck(deviceId, message)
      case 'report':
        return launches.recordReport(deviceId, epoch, message)
      case 'command-result':
        return session.commands.settle(message)
      case 'complaint':
        logger.warn({ reason: message.reason }, 'agent complains')
    }
  }

  const receiveText = (text: string) => {
    const decoded = decode(text)
    if (!decoded.ok) {
      complaints += 1
      send({ type: 'complaint', reason: decoded.reason })
      logger.warn({ reason: decoded.reason }, 'message refused')
      if (complaints > MAX_COMPLAINTS) close('violation')
      return
    }
    if (waiting >= MAX_WAITING_MESSAGES) return close('violation')
    waiting += 1
    work = work
      .then(() => (isEnding ? undefined : handle(decoded.message)))
      .catch((error: unknown) => {
        // The device repeats what was not acknowledged when it comes back.
        logger.error({ err: error, type: decoded.message.type }, 'message not handled')
        if (decoded.message.type === 'hello') socket.close(1011)
      })
      .finally(() => {
        waiting -= 1
      })
  }

  socket.on('message', (data: Buffer, isBinary: boolean) => {
    lastHeardMs = clock.monotonicMs()
    if (isEnding) return
    // Streams have their credit; counted here, a fast picture would leave no room for the heartbeat behind it.
    if (!isBinary && !rate.admit()) return close('violation')
    if (isBinary) multiplexer.receive(data)
    else if (data.length > MAX_MESSAGE_BYTES) close('violation')
    else receiveText(data.toString('utf8'))
  })

  const watch = clock.every(heartbeatIntervalMs, () => {
    const silentMs = clock.monotonicMs() - lastHeardMs
    const allowedMs =
      epoch === undefined ? HELLO_WITHIN_MS : 2 * heartbeatIntervalMs + heartbeatIntervalMs / 2
    if (silentMs > allowedMs) return close('silent')
    const isTokenOld = tokenEndsMs - clock.now().getTime() < DEVICE_TOKEN_LIFETIME_MS / 2
    if (epoch !== undefined && isTokenOld) send({ type: 'session-update', approval, ...freshToken(epoch) })
  })

  socket.on('error', (error) => logger.warn({ err: error }, 'socket error'))
  socket.once('close', (code) => {
    isEnding = true
    isClosed = true
    watch.stop()
    multiplexer.end('HUB_DEVICE_OFFLINE')
    session.commands.failAll(new CodedError('HUB_DEVICE_OFFLINE', { parameters: { id: deviceId } }))
    options.onClosed(session)
    logger.info({ epoch, code }, 'session closed')
    // After what is being handled, so that a late write of this session cannot follow its close.
    void work
      .then(async () => {
        if (epoch !== undefined) await devices.closeSession(deviceId, epoch)
      })
      .catch((error: unknown) => logger.error({ err: error }, 'close not recorded'))
  })

  return session
}
