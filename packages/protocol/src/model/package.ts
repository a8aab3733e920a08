// An AI package (AI 패키지) of the catalogue and its immutable versions.
import Type, { type Static } from 'typebox'
import { Digest, PackageId, Timestamp, VersionName } from '../identifiers.ts'
import { line, paragraph } from '../text.ts'
import { LaunchProfile } from './launch-profile.ts'
import { Reason } from './reason.ts'
import { VersionNeeds } from './version-needs.ts'

/** Characters of each text of an entry, and how many tags it may have. */
export const ENTRY_LIMITS = {
  id: 63,
  koreanName: 100,
  fileName: 255,
  copyrightHolder: 200,
  description: 4000,
  licence: 200,
  tag: 40,
  tags: 32,
} as const

/** One word or short phrase to find a package by; commas and semicolons part tags where they are written in a row. */
export const PackageTag = Type.String({
  minLength: 1,
  maxLength: ENTRY_LIMITS.tag,
  pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f,;，；、]*$',
})
export type PackageTag = Static<typeof PackageTag>

const entry = {
  /** Korean name, required: operators search and read by it. */
  koreanName: line(ENTRY_LIMITS.koreanName),
  fileName: line(ENTRY_LIMITS.fileName),
  copyrightHolder: line(ENTRY_LIMITS.copyrightHolder),
  description: Type.Optional(paragraph(ENTRY_LIMITS.description)),
  /** An SPDX expression such as `Apache-2.0`, or the licence's name. */
  licence: Type.Optional(line(ENTRY_LIMITS.licence)),
  tags: Type.Optional(Type.Array(PackageTag, { maxItems: ENTRY_LIMITS.tags })),
}

/** What a person may change of a registered package. */
export const PackageEntry = Type.Object(entry, { additionalProperties: false })
export type PackageEntry = Static<typeof PackageEntry>

/** What registering needs. */
export const PackageRegistration = Type.Object({ id: PackageId, ...entry }, { additionalProperties: false })
export type PackageRegistration = Static<typeof PackageRegistration>

const ConfigText = Type.String({ maxLength: 4096 })

/** How the image wants to be run, from its configuration (OCI image specification, config.md). */
export const ImageConfiguration = Type.Object({
  entrypoint: Type.Optional(Type.Array(ConfigText, { maxItems: 256 })),
  command: Type.Optional(Type.Array(ConfigText, { maxItems: 256 })),
  workingDirectory: Type.Optional(ConfigText),
  /** Empty: root. */
  user: Type.Optional(ConfigText),
  /** `NAME=value`. */
  environment: Type.Optional(Type.Array(ConfigText, { maxItems: 256 })),
})
export type ImageConfiguration = Static<typeof ImageConfiguration>

/** What was read out of the uploaded image archive. */
export const PackageImage = Type.Object({
  imageId: Digest,
  architecture: Type.String({ maxLength: 32 }),
  operatingSystem: Type.String({ maxLength: 32 }),
  /** Of the archive or push that it came by. */
  archiveDigest: Type.Optional(Digest),
  /** What a device downloads that has nothing of it yet. */
  downloadBytes: Type.Integer({ minimum: 0 }),
  unpackedBytes: Type.Integer({ minimum: 0 }),
  layers: Type.Integer({ minimum: 1 }),
  tags: Type.Array(Type.String({ maxLength: 300 }), { maxItems: 16 }),
  /** Absent for archives read before it was looked at. */
  configuration: Type.Optional(ImageConfiguration),
})
export type PackageImage = Static<typeof PackageImage>

/** What was found in its image, or in how it is to be run, when the hub took it in. `block`: the hub's policy holds it back. */
export const VersionFinding = Type.Object({
  severity: Type.Union([Type.Literal('warn'), Type.Literal('block')]),
  reason: Reason,
})
export type VersionFinding = Static<typeof VersionFinding>

/** Since when no new deployment may use it, and why. What runs goes on, and it stays to be found. */
export const Withdrawal = Type.Object({ at: Timestamp, reason: Type.Optional(line(300)) })
export type Withdrawal = Static<typeof Withdrawal>

export const WithdrawalRequest = Type.Object(
  { reason: Type.Optional(line(300)) },
  { additionalProperties: false },
)
export type WithdrawalRequest = Static<typeof WithdrawalRequest>

export const PackageVersion = Type.Object({
  packageId: PackageId,
  version: VersionName,
  profile: LaunchProfile,
  /** Read out of the profile. */
  needs: VersionNeeds,
  /** `awaiting-archive` until the image archive has been received whole and read. */
  state: Type.Union([Type.Literal('awaiting-archive'), Type.Literal('ready')]),
  image: Type.Optional(PackageImage),
  registeredAt: Timestamp,
  /** Absent: nobody has looked. */
  findings: Type.Optional(Type.Array(VersionFinding, { maxItems: 64 })),
  /** Id of the publisher's key that the signature names; absent: unsigned. Devices judge the signature, not the hub. */
  signedBy: Type.Optional(Type.String({ pattern: '^[0-9A-F]{16}$' })),
  /** Its own; its package may be withdrawn as a whole. */
  withdrawn: Type.Optional(Withdrawal),
  revision: Type.Integer({ minimum: 1 }),
})
export type PackageVersion = Static<typeof PackageVersion>

export const VersionRegistration = Type.Object(
  { version: VersionName, profile: LaunchProfile },
  { additionalProperties: false },
)
export type VersionRegistration = Static<typeof VersionRegistration>

/** `Package` alone would clash with a reserved word in strict mode, hence the longer name. */
export const AiPackage = Type.Object({
  id: PackageId,
  ...entry,
  registeredAt: Timestamp,
  versions: Type.Array(PackageVersion, { maxItems: 1000 }),
  withdrawn: Type.Optional(Withdrawal),
  revision: Type.Integer({ minimum: 1 }),
})
export type AiPackage = Static<typeof AiPackage>
