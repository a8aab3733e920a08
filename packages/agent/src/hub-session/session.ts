// The agent's session with its hub: enrols when needed, proves both ends, keeps one link alive, and comes back after
// every end with full jitter. What messages mean is the handlers' business; what is sent while away is kept: the latest
// report only, since it says everything.
import {
  type Clock,
  CodedError,
  createBackoff,
  isCodedError,
  type Logger,
  messageOf,
} from '@bongsu/foundation'
import {
  type AgentMessage,
  type Command,
  closeMeaning,
  createHubMessageDecoder,
  createMultiplexer,
  type DesiredState,
  type DesiredStateAck,
  type DeviceApproval,
  type EnrolmentRequest,
  encodeMessage,
  type Facts,
  type Heartbeat,
  type Hello,
  type HubMessage,
  type Multiplexer,
  type OutgoingStream,
  parseRetryAfter,
  type Reason,
  type Report,
  SESSION_HEADERS,
  SESSION_PATH,
  sessionProofText,
  type Welcome,
} from '@bongsu/protocol'
import type { DeviceIdentity } from '../identity/device-identity.ts'
import { type EnrolmentRecord, readEnrolment } from '../identity/enrolment-record.ts'
import { enrol } from './enrolment.ts'
import { type HeartbeatTimer, startHeartbeat } from './heartbeat.ts'
import { type HubEndpoint, HubRefused } from './hub-http.ts'
import { isSessionOfHub, proveHub } from './hub-proof.ts'
import { next, type SessionEffect, type SessionEvent, type SessionState } from './session-state.ts'
import { type Link, openLink } from './ws-transport.ts'

export interface HubSessionOptions {
  readonly hub: HubEndpoint
  readonly identity: DeviceIdentity
  readonly stateDir: string
  readonly joinToken: string | undefined
  readonly evidence: () => EnrolmentRequest['evidence']
  readonly clock: Clock
  readonly logger: Logger
  /** In [0, 1); injected for repeatable tests. */
  readonly random?: () => number
  /** What is said first, read anew at each session. */
  readonly hello: () => Omit<Hello, 'type'>
  /** One sample; must be quick, since the link's life hangs on it. */
  readonly heartbeat: () => Omit<Heartbeat, 'type' | 'sequence'>
  /** Resolves when the generation is on disk, or is refused. */
  readonly onDesiredState: (desired: DesiredState) => Promise<DesiredStateAck>
  readonly onCommand: (command: Command, answer: CommandAnswer) => void
  readonly onState?: (state: SessionState) => void
}

export interface CommandAnswer {
  /** A stream for the answer's bytes. @throws Error when the link has ended */
  openStream(kind: string): OutgoingStream
  done(): void
  failed(reason: Reason): void
  expired(): void
}

export interface HubSession {
  start(): void
  stop(): Promise<void>
  state(): SessionState
  deviceId(): string | undefined
  /** For the device's own HTTP requests; `undefined` while there has been no session. */
  accessToken(): string | undefined
  /** What heartbeats say has changed: one goes out now. */
  beatNow(): void
  publishReport(report: Omit<Report, 'type'>): void
  publishFacts(facts: Omit<Facts, 'type'>): void
}

const WELCOME_WITHIN_MS = 15_000
const FIRST_RETRY_MS = 1000
const LONGEST_RETRY_MS = 300_000
const MAX_COMPLAINTS = 20

export function createHubSession(options: HubSessionOptions): HubSession {
  const { clock, logger, hub, identity, stateDir } = options
  const backoff = createBackoff({
    firstMs: FIRST_RETRY_MS,
    maximumMs: LONGEST_RETRY_MS,
    ...(options.random && { random: options.random }),
  })
  const decode = createHubMessageDecoder()
  let state: SessionState = { kind: 'idle' }
  /** Of the present attempt or link; replaced at each. */
  let life = new AbortController()
  let link: Link | undefined
  let streams: Multiplexer | undefined
  let heartbeat: HeartbeatTimer | undefined
  let record: EnrolmentRecord | undefined
  let mustEnrol = false
  let accessToken: string | undefined
  let report: Report | undefined
  let facts: Facts | undefined
  let complaints = 0

  const send = (message: AgentMessage) => link?.send(encodeMessage(message))
  const isOnline = () => state.kind === 'online'

  const dispatch = (event: SessionEvent) => {
    const before = state
    const transition = next(state, event)
    state = transition.state
    if (state !== before) {
      logger.info({ session: state.kind, ...('reason' in state && { reason: state.reason }) }, 'session')
      options.onState?.(state)
    }
    for (const effect of transition.effects) perform(effect)
  }

  const perform = (effect: SessionEffect) => {
    switch (effect.kind) {
      case 'connect':
        return void connect(life.signal)
      case 'greet':
        send({ type: 'hello', ...options.hello() })
        return void expire(WELCOME_WITHIN_MS, life.signal)
      case 'settle':
        return backoff.reset()
      case 'wait': {
        const delayMs = effect.retryAfterMs ?? backoff.nextDelayMs()
        return void clock.sleep(delayMs, life.signal).then(
          () => dispatch({ kind: 'due' }),
          () => undefined,
        )
      }
      case 'disconnect':
        return disconnect()
    }
  }

  const disconnect = () => {
    life.abort(new Error('session ended'))
    life = new AbortController()
    heartbeat?.stop()
    heartbeat = undefined
    streams?.end('PROTOCOL_LINK_SILENT')
    streams = undefined
    link?.terminate()
    link = undefined
  }

  const expire = async (afterMs: number, signal: AbortSignal) => {
    await clock.sleep(afterMs, signal).catch(() => undefined)
    if (!signal.aborted && state.kind === 'greeting') ended(silence(afterMs))
  }

  const ended = (reason: Reason, retryAfterMs?: number) => dispatch({ kind: 'ended', reason, retryAfterMs })

  const connect = async (signal: AbortSignal) => {
    try {
      record ??= await readEnrolment(stateDir)
      if (!record || mustEnrol) {
        record = await enrol({ ...options, knownFingerprint: record?.hubKeyFingerprint }, signal)
        mustEnrol = false
      }
      await openSession(record, signal)
    } catch (error) {
      if (signal.aborted) return
      // A hub that lost its register can learn the same key again; the key itself stays.
      if (isCodedError(error) && error.code === 'PROTOCOL_UNKNOWN_DEVICE') mustEnrol = true
      ended(reasonOf(error), error instanceof HubRefused ? error.retryAfterMs : undefined)
    }
  }

  const openSession = async ({ deviceId, hubKeyFingerprint }: EnrolmentRecord, signal: AbortSignal) => {
    const proved = await proveHub(hub, { kind: 'pinned', fingerprint: hubKeyFingerprint }, signal)
    const { hubId, nonce, agentNonce, protocol } = proved
    const signature = identity.sign(sessionProofText({ hubId, nonce, agentNonce, deviceId, protocol }))
    const url = new URL(SESSION_PATH, hub.url)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    const headers = {
      [SESSION_HEADERS.deviceId]: deviceId,
      [SESSION_HEADERS.publicKey]: identity.publicKey,
      [SESSION_HEADERS.nonce]: nonce,
      [SESSION_HEADERS.agentNonce]: agentNonce,
      [SESSION_HEADERS.protocol]: String(protocol),
      [SESSION_HEADERS.signature]: signature,
    }
    const handlers = {
      onText: (text: string) => !signal.aborted && receive(text),
      onBytes: (bytes: Uint8Array) => !signal.aborted && streams?.receive(bytes),
      onClose: (code: number, reason: string) => !signal.aborted && closed(code, reason),
    }
    const opened = await openLink({ url, headers, caCertificate: hub.caCertificate }, handlers, signal)
    if (!isSessionOfHub(proved, deviceId, opened.answered[SESSION_HEADERS.hubSignature] ?? '')) {
      opened.link.terminate()
      throw new CodedError('PROTOCOL_HUB_NOT_PINNED')
    }
    link = opened.link
    complaints = 0
    streams = createMultiplexer({
      side: 'agent',
      send: (frame) => link?.send(frame),
      nowMs: () => clock.monotonicMs(),
      // Nothing a hub sends by stream is understood yet; later ones are told so.
      onStream: (stream) => stream.cancel('PROTOCOL_UNKNOWN_MESSAGE'),
      onFault: (problem) => ended({ code: 'PROTOCOL_BAD_STREAM_FRAME', parameters: { problem } }),
    })
    dispatch({ kind: 'linked' })
  }

  const closed = (code: number, text: string) => {
    const meaning = closeMeaning(code)
    if (meaning === 'superseded') return ended({ code: 'PROTOCOL_SUPERSEDED' }, LONGEST_RETRY_MS / 10)
    if (meaning === 'revoked') return ended({ code: 'PROTOCOL_DEVICE_REVOKED' }, LONGEST_RETRY_MS)
    if (meaning === 'draining') return ended({ code: 'HUB_SHUTTING_DOWN' }, parseRetryAfter(text))
    ended({ code: 'PROTOCOL_HUB_UNREACHABLE', parameters: { message: `link closed (${code})` } })
  }

  const receive = (text: string) => {
    const decoded = decode(text)
    if (decoded.ok) return handle(decoded.message)
    complaints += 1
    logger.warn({ reason: decoded.reason }, 'message refused')
    send({ type: 'complaint', reason: decoded.reason })
    if (complaints > MAX_COMPLAINTS) ended(decoded.reason)
  }

  const handle = (message: HubMessage) => {
    if (message.type === 'welcome') return welcomed(message)
    if (!isOnline()) return
    switch (message.type) {
      case 'pong':
        return heartbeat?.answered(message.sequence)
      case 'desired-state':
        return void takeDesiredState(message, life.signal)
      case 'command':
        return options.onCommand(message, answerOf(message))
      case 'session-update':
        return updated(message.accessToken, message.approval)
      case 'complaint':
        return logger.warn({ reason: message.reason }, 'hub complains')
    }
  }

  const updated = (token: string, approval: DeviceApproval) => {
    accessToken = token
    dispatch({ kind: 'approval', approval })
  }

  const welcomed = (welcome: Welcome) => {
    if (state.kind !== 'greeting' || welcome.deviceId !== record?.deviceId) return
    accessToken = welcome.accessToken
    dispatch({ kind: 'welcomed', epoch: welcome.epoch, approval: welcome.approval })
    if (facts) send(facts)
    if (report) send(report)
    heartbeat = startHeartbeat({
      clock,
      intervalMs: welcome.heartbeatIntervalMs,
      send: (sequence) => send({ type: 'heartbeat', sequence, ...options.heartbeat() }),
      onSilent: (silentMs) => ended(silence(silentMs)),
    })
  }

  const takeDesiredState = async (desired: DesiredState, signal: AbortSignal) => {
    try {
      const ack = await options.onDesiredState(desired)
      if (!signal.aborted) send(ack)
    } catch (error) {
      // Unacknowledged, so the hub still knows it as not taken.
      logger.error({ err: error, generation: desired.generation }, 'desired state not taken')
    }
  }

  const answerOf = ({ id }: Command): CommandAnswer => ({
    openStream(kind) {
      if (!streams) throw new Error('the link has ended')
      return streams.open({ kind, commandId: id })
    },
    done: () => send({ type: 'command-result', id, outcome: 'done' }),
    failed: (reason) => send({ type: 'command-result', id, outcome: 'failed', reason }),
    expired: () => send({ type: 'command-result', id, outcome: 'expired' }),
  })

  return {
    start: () => dispatch({ kind: 'start' }),
    async stop() {
      link?.close()
      dispatch({ kind: 'stop' })
    },
    state: () => state,
    deviceId: () => record?.deviceId,
    accessToken: () => accessToken,
    beatNow: () => heartbeat?.beatNow(),
    publishReport(latest) {
      report = { type: 'report', ...latest }
      if (isOnline()) send(report)
    },
    publishFacts(latest) {
      facts = { type: 'facts', ...latest }
      if (isOnline()) send(facts)
    },
  }
}

const silence = (silentMs: number): Reason => ({
  code: 'PROTOCOL_LINK_SILENT',
  parameters: { silentMs: Math.round(silentMs) },
})

const reasonOf = (error: unknown): Reason =>
  isCodedError(error)
    ? error.toReason()
    : { code: 'AGENT_INTERNAL', parameters: { step: 'session', message: messageOf(error).slice(0, 300) } }
