// An AI package (AI 패키지) of the catalogue and its immutable versions.
import Type, { type Static } from 'typebox'
import { Digest, PackageId, Timestamp, VersionName } from '../identifiers.ts'
import { line, paragraph } from '../text.ts'
import { LaunchProfile } from './launch-profile.ts'

const entry = {
  /** Korean name, required: operators search and read by it. */
  koreanName: line(100),
  fileName: line(255),
  copyrightHolder: line(200),
  description: Type.Optional(paragraph(4000)),
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

export const PackageVersion = Type.Object({
  packageId: PackageId,
  version: VersionName,
  profile: LaunchProfile,
  /** `awaiting-archive` until the image archive has been received whole and read. */
  state: Type.Union([Type.Literal('awaiting-archive'), Type.Literal('ready')]),
  image: Type.Optional(PackageImage),
  registeredAt: Timestamp,
  /** Whether a publisher's signature is in place; devices judge it, not the hub. */
  isSigned: Type.Optional(Type.Boolean()),
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
  revision: Type.Integer({ minimum: 1 }),
})
export type AiPackage = Static<typeof AiPackage>
