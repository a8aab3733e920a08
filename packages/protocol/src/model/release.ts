// What a version consists of, layer by layer, in the words that a publisher signs and a device verifies.
import Type, { type Static } from 'typebox'
import { Digest, PackageId, Timestamp, VersionName } from '../identifiers.ts'

const Bytes = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

/** Source: OCI image specification 1.1, media-types.md. Docker's own names are translated where they come in. */
export const LayerMediaType = Type.Union([
  Type.Literal('application/vnd.oci.image.layer.v1.tar'),
  Type.Literal('application/vnd.oci.image.layer.v1.tar+gzip'),
  Type.Literal('application/vnd.oci.image.layer.v1.tar+zstd'),
])
export type LayerMediaType = Static<typeof LayerMediaType>

export const ReleaseLayer = Type.Object(
  {
    /** Of the uncompressed tar: what the image's configuration names, and what an engine has or has not. */
    diffId: Digest,
    /** Of the blob as it is stored and downloaded. */
    digest: Digest,
    mediaType: LayerMediaType,
    /** Of the blob. */
    bytes: Bytes,
    /** Of the uncompressed tar. */
    unpackedBytes: Bytes,
  },
  { additionalProperties: false },
)
export type ReleaseLayer = Static<typeof ReleaseLayer>

/**
 * The manifest of one version. It is signed and verified as the very text that was made once, never as re-written JSON:
 * see {@link SignedRelease}.
 */
export const ReleaseManifest = Type.Object(
  {
    format: Type.Literal(1),
    packageId: PackageId,
    version: VersionName,
    architecture: Type.String({ maxLength: 32 }),
    operatingSystem: Type.String({ maxLength: 32 }),
    /** Digest of the image's configuration: Docker's image id. It is a blob like the layers. */
    imageId: Digest,
    configurationBytes: Bytes,
    /** From the base up. */
    layers: Type.Array(ReleaseLayer, { minItems: 1, maxItems: 1000 }),
    /** When the publisher vouched for it; while nobody has, when the version became ready. Devices take it for its age. */
    createdAt: Timestamp,
    /** Devices refuse to install it from then on; what runs is not stopped. */
    expiresAt: Type.Optional(Timestamp),
    /** Lowest version of the agent that can run it, `1.2.3`. */
    minimumAgent: Type.Optional(Type.String({ pattern: '^\\d{1,5}\\.\\d{1,5}\\.\\d{1,5}$' })),
  },
  { additionalProperties: false },
)
export type ReleaseManifest = Static<typeof ReleaseManifest>

/** `GET /api/v1/packages/{id}/versions/{version}/manifest`; `PUT` of the same puts a signature in place. */
export const SignedRelease = Type.Object(
  {
    /** JSON of a {@link ReleaseManifest}, byte for byte as it was signed (UTF-8). */
    manifest: Type.String({ minLength: 2, maxLength: 512 * 1024 }),
    /** The text of a `.minisig` file over those bytes; absent: unsigned. */
    signature: Type.Optional(Type.String({ minLength: 1, maxLength: 4096 })),
  },
  { additionalProperties: false },
)
export type SignedRelease = Static<typeof SignedRelease>
