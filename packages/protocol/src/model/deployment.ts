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
import { DeviceSelector } from './device.ts'
import { LaunchStatus } from './launch.ts'
import { GroupName } from './launch-profile.ts'
import { LaunchInputs, LaunchOverrides } from './overrides.ts'
import { Reason } from './reason.ts'
import { Rollout, RolloutRequest } from './rollout.ts'

export const DeploymentRequest = Type.Object(
  {
    packageId: PackageId,
    version: VersionName,
    /** At least these or a selector. */
    deviceIds: Type.Optional(Type.Array(DeviceId, { minItems: 1, maxItems: 10_000, uniqueItems: true })),
    /** Also the accepted devices that are meant at this moment. Those that come to be meant later are not. */
    selector: Type.Optional(DeviceSelector),
    notAfter: Type.Optional(Timestamp),
    /** Default: the group that the version's profile names, or none. */
    group: Type.Optional(GroupName),
    /** Over the version's launch profile. */
    overrides: Type.Optional(LaunchOverrides),
    /** In waves; absent: on all devices at once. */
    rollout: Type.Optional(RolloutRequest),
    /** What makes way on each device: the launch of the same package that runs there (default), or nothing. */
    replaces: Type.Optional(Type.Union([Type.Literal('same-package'), Type.Literal('nothing')])),
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
  /** By what some of them were chosen. */
  selector: Type.Optional(DeviceSelector),
  launchIds: Type.Array(LaunchId),
  notAfter: Type.Optional(Timestamp),
  group: Type.Optional(GroupName),
  overrides: Type.Optional(LaunchOverrides),
  /** `stopped` deployments want nothing to run; a stopped one never starts again. */
  state: Type.Union([Type.Literal('active'), Type.Literal('stopped')]),
  rollout: Type.Optional(Rollout),
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
  /** `planned`: its wave of the roll-out has not begun. */
  wanted: Type.Union([Type.Literal('running'), Type.Literal('stopped'), Type.Literal('planned')]),
  /** The launch that makes way for it, or did. */
  replaces: Type.Optional(LaunchId),
  /** The launch that took its place. */
  replacedBy: Type.Optional(LaunchId),
  /** It was given up, and the one that it should have replaced runs on; absent otherwise. */
  rolledBack: Type.Optional(Type.Literal(true)),
  /** It was stopped by itself, so a restart can wish it again; absent otherwise. */
  stoppedAlone: Type.Optional(Type.Literal(true)),
  /** How often it was asked to run anew. */
  run: Type.Integer({ minimum: 0 }),
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
    overrides: Type.Optional(LaunchOverrides),
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
      /** What the launch would be given there. */
      inputs: Type.Optional(LaunchInputs),
      /** Age of what this rests on; absent when the device has never reported. */
      basedOn: Type.Optional(Timestamp),
    }),
  ),
})
export type DeploymentForecast = Static<typeof DeploymentForecast>
