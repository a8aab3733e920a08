// A device (엣지 단말): what an operator entered and what its agent observed, kept apart, and the value in force.
import Type, { type Static } from 'typebox'
import { DeviceId, Generation, Timestamp } from '../identifiers.ts'
import { line, paragraph } from '../text.ts'
import { DisplayReport } from './display.ts'
import { HostFacts, HostHealth } from './host.ts'
import { EnteredLocation, Location } from './location.ts'

export const DeviceName = line(100)
export const IpAddress = Type.String({
  pattern:
    '^((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$',
  maxLength: 45,
})
export const Port = Type.Integer({ minimum: 1, maximum: 65535 })
export const Description = paragraph(2000)

/** What an operator wrote; wins over what was observed. */
export const DeviceEntry = Type.Object(
  {
    name: Type.Optional(DeviceName),
    ipAddress: Type.Optional(IpAddress),
    port: Type.Optional(Port),
    location: Type.Optional(EnteredLocation),
    description: Type.Optional(Description),
  },
  { additionalProperties: false },
)
export type DeviceEntry = Static<typeof DeviceEntry>

/** What the agent said of its machine, and when. */
export const DeviceObservation = Type.Object({
  hostname: Type.Optional(line(253)),
  ipAddress: Type.Optional(IpAddress),
  /** Port of the agent's local API. */
  port: Type.Optional(Port),
  location: Type.Optional(Location),
  facts: Type.Optional(HostFacts),
  observedAt: Timestamp,
})
export type DeviceObservation = Static<typeof DeviceObservation>

/** `pending` devices may connect and wait; they get no desired state. */
export const DeviceApproval = Type.Union([
  Type.Literal('pending'),
  Type.Literal('accepted'),
  Type.Literal('revoked'),
])
export type DeviceApproval = Static<typeof DeviceApproval>

export const DeviceConnection = Type.Object({
  /** `never`: registered by hand, no agent has come yet. `unknown`: this hub has just started. */
  state: Type.Union([
    Type.Literal('never'),
    Type.Literal('unknown'),
    Type.Literal('online'),
    Type.Literal('offline'),
  ]),
  since: Type.Optional(Timestamp),
  lastSeenAt: Type.Optional(Timestamp),
  /** Rising number of the session; a close of an older epoch changes nothing. */
  epoch: Type.Optional(Type.Integer({ minimum: 0 })),
})
export type DeviceConnection = Static<typeof DeviceConnection>

export const Device = Type.Object({
  id: DeviceId,
  /** The values in force: entered, else observed, else absent (unknown). */
  name: DeviceName,
  ipAddress: Type.Optional(IpAddress),
  port: Type.Optional(Port),
  location: Type.Optional(Location),
  description: Type.Optional(Description),
  entered: DeviceEntry,
  observed: Type.Optional(DeviceObservation),
  approval: DeviceApproval,
  connection: DeviceConnection,
  display: Type.Optional(DisplayReport),
  health: Type.Optional(HostHealth),
  /** SHA-256 fingerprints of the device's keys, short words for comparison on both screens. */
  keyFingerprints: Type.Array(Type.String({ maxLength: 64 }), { maxItems: 16 }),
  desiredGeneration: Generation,
  reportedGeneration: Generation,
  registeredAt: Timestamp,
  revision: Type.Integer({ minimum: 1 }),
})
export type Device = Static<typeof Device>
