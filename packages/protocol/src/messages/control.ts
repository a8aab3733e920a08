// The small JSON messages of a session, one schema each, and their two unions by direction.
// Binary payloads (pictures, archives, logs) never travel here: they have streams of their own.
import Type, { type Static } from 'typebox'
import { DeviceId, Generation, Timestamp } from '../identifiers.ts'
import { DeviceApproval } from '../model/device.ts'
import { DisplayReport } from '../model/display.ts'
import { HostFacts, HostHealth } from '../model/host.ts'
import { DesiredLaunch, LaunchStatus } from '../model/launch.ts'
import { Location } from '../model/location.ts'
import { Reason } from '../model/reason.ts'

const MessageId = Type.String({ minLength: 1, maxLength: 64 })
const Sequence = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

/** First message of the agent after the upgrade: who is on the line and what it holds. */
export const Hello = Type.Object({
  type: Type.Literal('hello'),
  agentVersion: Type.String({ maxLength: 64 }),
  /** Kernel boot id, so that a reboot is told from a restart of the agent. */
  bootId: Type.Optional(Type.String({ maxLength: 64 })),
  hostname: Type.Optional(Type.String({ maxLength: 253 })),
  ipAddress: Type.Optional(Type.String({ maxLength: 45 })),
  localApiPort: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535 })),
  location: Type.Optional(Location),
  /** Generation of the desired state on the device's disk. */
  acceptedGeneration: Generation,
})
export type Hello = Static<typeof Hello>

/** First message of the hub: the session's number and its pace. */
export const Welcome = Type.Object({
  type: Type.Literal('welcome'),
  deviceId: DeviceId,
  epoch: Type.Integer({ minimum: 1 }),
  approval: DeviceApproval,
  heartbeatIntervalMs: Type.Integer({ minimum: 100, maximum: 3_600_000 }),
  hubTime: Timestamp,
  /** Bearer token for the device's own HTTP requests (image archives); renewed before it ends. */
  accessToken: Type.String({ maxLength: 1024 }),
  accessTokenExpiresAt: Timestamp,
})
export type Welcome = Static<typeof Welcome>

/** Facts found after the session stands: gathering them is slow and must not delay it. */
export const Facts = Type.Object({ type: Type.Literal('facts'), facts: HostFacts, observedAt: Timestamp })
export type Facts = Static<typeof Facts>

/** Agent to hub at the agreed pace; the hub echoes the sequence number in a `pong`. */
export const Heartbeat = Type.Object({
  type: Type.Literal('heartbeat'),
  sequence: Sequence,
  health: HostHealth,
  display: Type.Optional(DisplayReport),
  location: Type.Optional(Location),
})
export type Heartbeat = Static<typeof Heartbeat>

/** Hub to agent, answering a heartbeat: both sides close a link whose other end has gone silent. */
export const Pong = Type.Object({ type: Type.Literal('pong'), sequence: Sequence, hubTime: Timestamp })
export type Pong = Static<typeof Pong>

/** Everything the device should run. Complete, never a difference: what is missing here should not run. */
export const DesiredState = Type.Object({
  type: Type.Literal('desired-state'),
  generation: Generation,
  launches: Type.Array(DesiredLaunch, { maxItems: 256 }),
})
export type DesiredState = Static<typeof DesiredState>

/** The agent has the generation on disk (`accepted`) or will not take it (`refused`, with the reason). */
export const DesiredStateAck = Type.Object({
  type: Type.Literal('desired-state-ack'),
  generation: Generation,
  outcome: Type.Union([Type.Literal('accepted'), Type.Literal('stale'), Type.Literal('refused')]),
  acceptedGeneration: Generation,
  reason: Type.Optional(Reason),
})
export type DesiredStateAck = Static<typeof DesiredStateAck>

/** Everything the device runs, and the generation this answers. Latest wins; `sequence` orders within an agent's life. */
export const Report = Type.Object({
  type: Type.Literal('report'),
  sequence: Sequence,
  generation: Generation,
  launches: Type.Array(LaunchStatus, { maxItems: 256 }),
  reportedAt: Timestamp,
})
export type Report = Static<typeof Report>

/** A one-off request of the hub. Its effect happens at most once per id, and never after `expiresAt`. */
export const Command = Type.Object({
  type: Type.Literal('command'),
  id: MessageId,
  expiresAt: Timestamp,
  action: Type.Union([
    Type.Object({
      /** The agent sends the PNG on a stream of kind `screenshot` whose `commandId` is this command's. */
      kind: Type.Literal('screenshot'),
      launchId: Type.Optional(Type.String({ maxLength: 64 })),
      maxWidthPixels: Type.Optional(Type.Integer({ minimum: 16, maximum: 16_384 })),
    }),
    Type.Object({
      /**
       * The agent opens a stream of kind `live-view` whose `commandId` is this command's, and sends PNG frames on it, each
       * after its length (u32, big endian), until the hub resets the stream or the time is over. View only.
       */
      kind: Type.Literal('live-view'),
      launchId: Type.Optional(Type.String({ maxLength: 64 })),
      maxWidthPixels: Type.Optional(Type.Integer({ minimum: 16, maximum: 16_384 })),
      /** At most; the agent sends fewer when the link or the device cannot. */
      framesPerSecond: Type.Number({ minimum: 0.1, maximum: 5 }),
      durationSeconds: Type.Integer({ minimum: 1, maximum: 3600 }),
    }),
  ]),
})
export type Command = Static<typeof Command>

export const CommandResult = Type.Object({
  type: Type.Literal('command-result'),
  id: MessageId,
  outcome: Type.Union([Type.Literal('done'), Type.Literal('failed'), Type.Literal('expired')]),
  reason: Type.Optional(Reason),
})
export type CommandResult = Static<typeof CommandResult>

/** A fresh access token before the old one ends, or a changed approval. */
export const SessionUpdate = Type.Object({
  type: Type.Literal('session-update'),
  approval: DeviceApproval,
  accessToken: Type.String({ maxLength: 1024 }),
  accessTokenExpiresAt: Timestamp,
})
export type SessionUpdate = Static<typeof SessionUpdate>

/** Something received could not be understood; the session goes on unless the sender closes it. */
export const Complaint = Type.Object({ type: Type.Literal('complaint'), reason: Reason })
export type Complaint = Static<typeof Complaint>

export const AgentMessage = Type.Union([
  Hello,
  Facts,
  Heartbeat,
  DesiredStateAck,
  Report,
  CommandResult,
  Complaint,
])
export type AgentMessage = Static<typeof AgentMessage>

export const HubMessage = Type.Union([Welcome, Pong, DesiredState, Command, SessionUpdate, Complaint])
export type HubMessage = Static<typeof HubMessage>
