// A deployment (배포): the wish that devices run a package version; and the hub's record of each launch it led to.
import Type, { type Static } from 'typebox'
import {
  DeploymentId,
  DeviceId,
  Generation,
  LaunchId,
  PackageId,
  Timestamp,
  VersionName,
} from '../identifiers.ts'
import { LaunchStatus } from './launch.ts'
import { GroupName } from './launch-profile.ts'
import { Reason } from './reason.ts'

export const DeploymentRequest = Type.Object(
  {
    packageId: PackageId,
    version: VersionName,
    deviceIds: Type.Array(DeviceId, { minItems: 1, maxItems: 10_000, uniqueItems: true }),
    notAfter: Type.Optional(Timestamp),
    /** Default: the group that the version's profile names, or none. */
    group: Type.Optional(GroupName),
    /** For devices that say they have no display: refuse the deployment (default), or let it wait there for one. */
    ifNoDisplay: Type.Optional(Type.Union([Type.Literal('refuse'), Type.Literal('wait')])),
  },
  { additionalProperties: false },
)
export type DeploymentRequest = Static<typeof DeploymentRequest>

export const Deployment = Type.Object({
  id: DeploymentId,
  packageId: PackageId,
  version: VersionName,
  deviceIds: Type.Array(DeviceId),
  launchIds: Type.Array(LaunchId),
  notAfter: Type.Optional(Timestamp),
  group: Type.Optional(GroupName),
  /** `stopped` deployments want nothing to run; a stopped one never starts again. */
  state: Type.Union([Type.Literal('active'), Type.Literal('stopped')]),
  createdAt: Timestamp,
  revision: Type.Integer({ minimum: 1 }),
})
export type Deployment = Static<typeof Deployment>

/** A launch as the hub shows it: whose it is, what was last reported, and how old that is. */
export const Launch = Type.Object({
  id: LaunchId,
  deploymentId: DeploymentId,
  deviceId: DeviceId,
  packageId: PackageId,
  version: VersionName,
  wanted: Type.Union([Type.Literal('running'), Type.Literal('stopped')]),
  /** Absent until the device has said anything about this launch. */
  status: Type.Optional(LaunchStatus),
  reportedAt: Type.Optional(Timestamp),
  /** Generation that wished this launch, and the newest one the device has answered. */
  desiredGeneration: Generation,
  reportedGeneration: Generation,
  /** `stale`: the device is not connected now, so the status is what was true at `reportedAt`. */
  freshness: Type.Union([Type.Literal('none'), Type.Literal('live'), Type.Literal('stale')]),
  createdAt: Timestamp,
})
export type Launch = Static<typeof Launch>

export const ForecastRequest = Type.Object(
  {
    packageId: PackageId,
    version: VersionName,
    deviceIds: Type.Array(DeviceId, { minItems: 1, maxItems: 500, uniqueItems: true }),
  },
  { additionalProperties: false },
)
export type ForecastRequest = Static<typeof ForecastRequest>

/** What is known before deploying that speaks against it, device by device, in the order asked for. */
export const DeploymentForecast = Type.Object({
  devices: Type.Array(
    Type.Object({
      deviceId: DeviceId,
      /** Would keep the launch from showing as things stand; empty says that nothing known does. */
      obstacles: Type.Array(Reason, { maxItems: 16 }),
      warnings: Type.Array(Reason, { maxItems: 16 }),
      /** Age of what this rests on; absent when the device has never reported. */
      basedOn: Type.Optional(Timestamp),
    }),
  ),
})
export type DeploymentForecast = Static<typeof DeploymentForecast>
