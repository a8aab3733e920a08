// A smoke run of a version before anybody deploys it: on a device that offers itself, without network or devices.
import Type, { type Static } from 'typebox'
import { DeviceId, LaunchId, PackageId, Timestamp, VersionName } from '../identifiers.ts'
import { Reason } from './reason.ts'

export const Verification = Type.Object({
  packageId: PackageId,
  version: VersionName,
  /** `waiting`: for a verifier of the image's architecture to be connected. */
  state: Type.Union([
    Type.Literal('waiting'),
    Type.Literal('running'),
    Type.Literal('shown'),
    Type.Literal('failed'),
  ]),
  deviceId: Type.Optional(DeviceId),
  launchId: Type.Optional(LaunchId),
  /** Why it failed. */
  reason: Type.Optional(Reason),
  findings: Type.Optional(Type.Array(Reason, { maxItems: 3 })),
  /** When the picture of the program's first frame was taken; absent: there is none. */
  pictureAt: Type.Optional(Timestamp),
  startedAt: Timestamp,
  endedAt: Type.Optional(Timestamp),
})
export type Verification = Static<typeof Verification>
