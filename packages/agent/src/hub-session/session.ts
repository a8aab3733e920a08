// The agent's session with its hub: enrols when needed, proves both ends, keeps one link alive, and comes back after
// every end with full jitter. What messages mean is the handlers' business. What is published while away is kept, the
// latest of a kind only, since it says everything; answers belong to their session and end with it, as the hub asks anew.
import { type Backoff, type Clock, createBackoff, isCodedError, type Logger } from '@bongsu/foundation'
import {
  type AgentMessage,
  type Command,
  createHubMessageDecoder,
  createMultiplexer,
  type DesiredState,
  type DesiredStateAck,
  type EnrolmentRequest,
  encodeMessage,
  type Facts,
  type Heartbeat,
  type Hello,
  type HubMessage,
  type Multiplexer,
  type Report,
  type Welcome,
} from '@bongsu/protocol'
import type { DeviceIdentity } from '../identity/device-identity.ts'
import { type EnrolmentRecord, readEnrolment } from '../identity/enrolment-record.ts'
import { answerTo, type CommandAnswer } from './command-answer.ts'
import { enrol } from './enrolment.ts'
import { type HeartbeatTimer, startHeartbeat } from './heartbeat.ts'
import type { HubEndpoint } from './hub-http.ts'
import { openSession } from './open-session.ts'
import { endOfAttempt, endOfLink, endOfPatience, type SessionEnd } from './session-end.ts'
import { next, type SessionEffect, type SessionEvent, type SessionState } from './session-state.ts'
import type { Link, LinkHandlers } from './ws-transport.ts'

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

/** From the first request of an attempt to an open link; each step has a shorter limit, a dripping peer may pass them. */
export const CONNECT_WITHIN_MS = 60_000
/** From the open link to the hub's welcome. */
export const WELCOME_WITHIN_MS = 15_000
const FIRST_RETRY_MS = 1000
const LONGEST_RETRY_MS = 300_000
const MAX_COMPLAINTS = 20

/** Does nothing until started. */
export const createHubSession = (options: HubSessionOptions): HubSession => new DrivenSession(options)

class DrivenSession implements HubSession {
  readonly #options: HubSessionOptions
  readonly #backoff: Backoff
  readonly #decode = createHubMessageDecoder()
  #state: SessionState = { kind: 'idle' }
  /** Of the present attempt or link; replaced at each. */
  #life = new AbortController()
  #link: Link | undefined
  #streams: Multiplexer | undefined
  #heartbeat: HeartbeatTimer | undefined
  #complaints = 0
  #record: EnrolmentRecord | undefined
  #mustEnrol = false
  #accessToken: string | undefined
  #report: Report | undefined
  #facts: Facts | undefined

  constructor(options: HubSessionOptions) {
    this.#options = options
    this.#backoff = createBackoff({
      firstMs: FIRST_RETRY_MS,
      maximumMs: LONGEST_RETRY_MS,
      ...(options.random && { random: options.random }),
    })
  }

  start(): void {
    this.#dispatch({ kind: 'start' })
  }

  async stop(): Promise<void> {
    this.#link?.close()
    this.#dispatch({ kind: 'stop' })
  }

  state(): SessionState {
    return this.#state
  }

  deviceId(): string | undefined {
    return this.#record?.deviceId
  }

  accessToken(): string | undefined {
    return this.#accessToken
  }

  beatNow(): void {
    this.#heartbeat?.beatNow()
  }

  publishReport(latest: Omit<Report, 'type'>): void {
    this.#report = { type: 'report', ...latest }
    if (this.#state.kind === 'online') this.#send(this.#report)
  }

  publishFacts(latest: Omit<Facts, 'type'>): void {
    this.#facts = { type: 'facts', ...latest }
    if (this.#state.kind === 'online') this.#send(this.#facts)
  }

  #send(message: AgentMessage): void {
    this.#link?.send(encodeMessage(message))
  }

  #dispatch(event: SessionEvent): void {
    const before = this.#state
    const { state, effects } = next(before, event)
    this.#state = state
    if (state !== before) {
      const reason = 'reason' in state ? state.reason : undefined
      this.#options.logger.info({ session: state.kind, ...(reason && { reason }) }, 'session')
      this.#options.onState?.(state)
    }
    for (const effect of effects) this.#perform(effect)
  }

  #perform(effect: SessionEffect): void {
    switch (effect.kind) {
      case 'connect':
        void this.#connect(this.#life.signal)
        void this.#expire('connecting', CONNECT_WITHIN_MS)
        break
      case 'greet':
        this.#send({ type: 'hello', ...this.#options.hello() })
        void this.#expire('greeting', WELCOME_WITHIN_MS)
        break
      case 'settle':
        this.#backoff.reset()
        break
      case 'wait':
        void this.#wait(effect.retryAfterMs ?? this.#backoff.nextDelayMs())
        break
      case 'disconnect':
        this.#disconnect()
    }
  }

  async #wait(delayMs: number): Promise<void> {
    const { signal } = this.#life
    await this.#options.clock.sleep(delayMs, signal).catch(() => undefined)
    if (!signal.aborted) this.#dispatch({ kind: 'due' })
  }

  async #expire(kind: SessionState['kind'], afterMs: number): Promise<void> {
    const { signal } = this.#life
    await this.#options.clock.sleep(afterMs, signal).catch(() => undefined)
    if (!signal.aborted && this.#state.kind === kind) this.#ended(endOfPatience(afterMs))
  }

  #ended(end: SessionEnd): void {
    this.#dispatch({ kind: 'ended', ...end })
  }

  #disconnect(): void {
    this.#life.abort(new Error('session ended'))
    this.#life = new AbortController()
    this.#heartbeat?.stop()
    this.#heartbeat = undefined
    this.#streams?.end('PROTOCOL_LINK_SILENT')
    this.#streams = undefined
    this.#link?.terminate()
    this.#link = undefined
  }

  async #connect(signal: AbortSignal): Promise<void> {
    try {
      const record = await this.#enrolled(signal)
      this.#linked(await openSession({ ...this.#options, record }, this.#handlers(signal), signal), signal)
    } catch (error) {
      if (signal.aborted) return
      // A hub that lost its register can learn the same key again; the key itself stays.
      if (isCodedError(error) && error.code === 'PROTOCOL_UNKNOWN_DEVICE') this.#mustEnrol = true
      this.#ended(endOfAttempt(error))
    }
  }

  async #enrolled(signal: AbortSignal): Promise<EnrolmentRecord> {
    this.#record ??= await readEnrolment(this.#options.stateDir)
    if (this.#record && !this.#mustEnrol) return this.#record
    const knownFingerprint = this.#record?.hubKeyFingerprint
    this.#record = await enrol({ ...this.#options, knownFingerprint }, signal)
    this.#mustEnrol = false
    return this.#record
  }

  #handlers(signal: AbortSignal): LinkHandlers {
    return {
      onText: (text) => {
        if (!signal.aborted) this.#receive(text)
      },
      onBytes: (bytes) => {
        if (!signal.aborted) this.#streams?.receive(bytes)
      },
      onClose: (code, reason) => {
        if (!signal.aborted) this.#ended(endOfLink(code, reason))
      },
    }
  }

  #linked(link: Link, signal: AbortSignal): void {
    if (signal.aborted) {
      link.terminate()
      return
    }
    this.#link = link
    this.#complaints = 0
    this.#streams = createMultiplexer({
      side: 'agent',
      send: (frame) => link.send(frame),
      nowMs: () => this.#options.clock.monotonicMs(),
      // Nothing a hub sends by stream is understood yet; later ones are told so.
      onStream: (stream) => stream.cancel('PROTOCOL_UNKNOWN_MESSAGE'),
      onFault: (problem) =>
        this.#ended({ reason: { code: 'PROTOCOL_BAD_STREAM_FRAME', parameters: { problem } } }),
    })
    this.#dispatch({ kind: 'linked' })
  }

  #receive(text: string): void {
    const decoded = this.#decode(text)
    if (decoded.ok) {
      this.#handle(decoded.message)
      return
    }
    this.#complaints += 1
    this.#options.logger.warn({ reason: decoded.reason }, 'message refused')
    this.#send({ type: 'complaint', reason: decoded.reason })
    if (this.#complaints > MAX_COMPLAINTS) this.#ended({ reason: decoded.reason })
  }

  #handle(message: HubMessage): void {
    if (message.type === 'welcome') this.#welcomed(message)
    if (this.#state.kind !== 'online') return
    switch (message.type) {
      case 'pong':
        this.#heartbeat?.answered(message.sequence)
        break
      case 'desired-state':
        void this.#takeDesiredState(message, this.#life.signal)
        break
      case 'command':
        this.#command(message)
        break
      case 'session-update':
        this.#accessToken = message.accessToken
        this.#dispatch({ kind: 'approval', approval: message.approval })
        break
      case 'complaint':
        this.#options.logger.warn({ reason: message.reason }, 'hub complains')
    }
  }

  #welcomed({ deviceId, accessToken, epoch, approval, heartbeatIntervalMs: intervalMs }: Welcome): void {
    if (this.#state.kind !== 'greeting' || deviceId !== this.#record?.deviceId) return
    this.#accessToken = accessToken
    this.#dispatch({ kind: 'welcomed', epoch, approval })
    if (this.#facts) this.#send(this.#facts)
    if (this.#report) this.#send(this.#report)
    const { clock, heartbeat } = this.#options
    this.#heartbeat = startHeartbeat({
      clock,
      intervalMs,
      send: (sequence) => this.#send({ type: 'heartbeat', sequence, ...heartbeat() }),
      onSilent: (silentMs) => this.#ended(endOfPatience(silentMs)),
    })
  }

  #command(command: Command): void {
    const [streams, { signal }] = [this.#streams, this.#life]
    if (!streams) return
    const send = (message: AgentMessage) => {
      if (!signal.aborted) this.#send(message)
    }
    this.#options.onCommand(command, answerTo(command, { streams, send }))
  }

  async #takeDesiredState(desired: DesiredState, signal: AbortSignal): Promise<void> {
    try {
      const ack = await this.#options.onDesiredState(desired)
      if (!signal.aborted) this.#send(ack)
    } catch (error) {
      // Unacknowledged, so the hub still knows it as not taken.
      const { generation } = desired
      this.#options.logger.error({ err: error, generation }, 'desired state not taken')
    }
  }
}
