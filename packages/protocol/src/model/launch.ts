// A launch: one running instance of a package version on one device; what the hub wishes and what the agent reports.
import Type, { type Static } from 'typebox'
import { DeploymentId, Digest, LaunchId, PackageId, Timestamp, VersionName } from '../identifiers.ts'
import { DeliveredCamera } from './camera.ts'
import { Picture } from './display.ts'
import { GroupName, LaunchProfile } from './launch-profile.ts'
import { Reason } from './reason.ts'
import { DeliveredSecret } from './secret.ts'

/** Where the image comes from and how to know that it is the right one. */
export const ImageReference = Type.Object({
  /** Digest of the image's configuration: Docker's image id. */
  imageId: Digest,
  /** What is downloaded where nothing of the image is there yet, for the progress. */
  downloadBytes: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  /** Sum of the unpacked layers, for the disk check before loading. */
  unpackedBytes: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
})
export type ImageReference = Static<typeof ImageReference>

/** One launch that the hub wants to run on a device. */
export const DesiredLaunch = Type.Object({
  launchId: LaunchId,
  deploymentId: DeploymentId,
  packageId: PackageId,
  version: VersionName,
  image: ImageReference,
  profile: LaunchProfile,
  /** Raised when it is to run anew: what runs under another number is replaced, and past ends count no more. */
  run: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
  /** A launch of the same desired state that makes way as soon as this one can start, and comes back if this one fails. */
  replaces: Type.Optional(LaunchId),
  /** In force, whether the profile or the deployment named it. */
  group: Type.Optional(GroupName),
  /** A launch not started by then is never started. */
  notAfter: Type.Optional(Timestamp),
  /** Values of the secrets that the profile names, put in when it is sent; one that is missing is not there. */
  secrets: Type.Optional(Type.Array(DeliveredSecret, { maxItems: 64 })),
  /** Of the device's record the cameras that the profile asks for, put in when it is sent. */
  cameras: Type.Optional(Type.Array(DeliveredCamera, { maxItems: 32 })),
  /** `verification`: a smoke run of a version nobody vouches for; only verifiers take it, sealed off. */
  purpose: Type.Optional(Type.Literal('verification')),
})
export type DesiredLaunch = Static<typeof DesiredLaunch>

/**
 * `queued -> waiting (for display, image or engine) -> fetching -> loading -> starting -> running -> stopping -> stopped`;
 * `failed` and `expired` end it from anywhere before `stopped`.
 */
export const LaunchPhase = Type.Union([
  Type.Literal('queued'),
  Type.Literal('waiting'),
  Type.Literal('fetching'),
  Type.Literal('loading'),
  Type.Literal('starting'),
  Type.Literal('running'),
  Type.Literal('stopping'),
  Type.Literal('stopped'),
  Type.Literal('failed'),
  Type.Literal('expired'),
])
export type LaunchPhase = Static<typeof LaunchPhase>

export const ContainerStatus = Type.Object({
  name: Type.String({ maxLength: 64 }),
  containerId: Type.String({ maxLength: 64 }),
  state: Type.Union([Type.Literal('created'), Type.Literal('running'), Type.Literal('exited')]),
  startedAt: Type.Optional(Timestamp),
  exitCode: Type.Optional(Type.Integer()),
})
export type ContainerStatus = Static<typeof ContainerStatus>

/** What the agent knows about one launch. */
export const LaunchStatus = Type.Object({
  launchId: LaunchId,
  phase: LaunchPhase,
  /** Why it is not further: mandatory sense for `waiting`, `failed` and `expired`. */
  reason: Type.Optional(Reason),
  /** Why it ended last time, best first: the reason above and what else was seen. */
  findings: Type.Optional(Type.Array(Reason, { maxItems: 3 })),
  /** What the checks before the launch found that may keep it from showing. */
  warnings: Type.Optional(Type.Array(Reason, { maxItems: 16 })),
  /** `software`: the GPU could not be used, so the processor draws. */
  rendering: Type.Optional(Type.Literal('software')),
  /** Progress of the phase, 0 to 1, where it can be known. */
  progress: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  /** When the agent tries again, for `waiting`. */
  nextAttemptAt: Type.Optional(Timestamp),
  containers: Type.Array(ContainerStatus, { maxItems: 16 }),
  picture: Type.Optional(Picture),
  /** Times the lead container was started again after it ended by itself. */
  restarts: Type.Integer({ minimum: 0 }),
  changedAt: Timestamp,
})
export type LaunchStatus = Static<typeof LaunchStatus>
