// A device (엣지 단말): what an operator entered and what its agent observed, kept apart, and the value in force.
import Type, { type Static } from 'typebox'
import { DeviceId, Generation, Timestamp } from '../identifiers.ts'
import { line, paragraph } from '../text.ts'
import { DeviceCamera } from './camera.ts'
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

/** A place that is operated as one, in its own words: `대관령 3공구`. Devices of one site say exactly the same. */
export const SiteName = line(63)

/** A site, and how many registered devices are at it. */
export const Site = Type.Object({ site: SiteName, devices: Type.Integer({ minimum: 1 }) })
export type Site = Static<typeof Site>

/**
 * Keys and values by which operators choose devices, `role=gate`: as Kubernetes writes labels without a prefix, so that
 * they can be the same there. Source: kubernetes.io/docs/concepts/overview/working-with-objects/labels.
 */
export const DeviceLabels = Type.Record(
  Type.String({ pattern: '^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$' }),
  Type.String({ pattern: '^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$' }),
  { maxProperties: 64, additionalProperties: false },
)
export type DeviceLabels = Static<typeof DeviceLabels>

/** Devices that are at the site and have all of the labels. */
export const DeviceSelector = Type.Object(
  { site: Type.Optional(SiteName), labels: Type.Optional(DeviceLabels) },
  { additionalProperties: false, minProperties: 1 },
)
export type DeviceSelector = Static<typeof DeviceSelector>

/** What an operator wrote; wins over what was observed. */
export const DeviceEntry = Type.Object(
  {
    name: Type.Optional(DeviceName),
    ipAddress: Type.Optional(IpAddress),
    port: Type.Optional(Port),
    location: Type.Optional(EnteredLocation),
    site: Type.Optional(SiteName),
    labels: Type.Optional(DeviceLabels),
    description: Type.Optional(Description),
    cameras: Type.Optional(Type.Array(DeviceCamera, { maxItems: 32 })),
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
  site: Type.Optional(SiteName),
  labels: Type.Optional(DeviceLabels),
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
