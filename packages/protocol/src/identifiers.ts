// Identifiers of the domain: their schemas and how new ones are made.
// All are valid DNS-1123 labels, so that a container hostname or a cluster object can carry them unchanged.
import Type, { type Static } from 'typebox'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

const prefixed = (prefix: string) => Type.String({ pattern: `^${prefix}-[a-z2-7]{16}$` })

/** Issued once by the hub, never changed; keys come and go beneath it. */
export const DeviceId = prefixed('dev')
export type DeviceId = Static<typeof DeviceId>

export const DeploymentId = prefixed('dep')
export type DeploymentId = Static<typeof DeploymentId>

/** Also the hostname of the launch's lead container, which is how a window is mapped to its launch. */
export const LaunchId = prefixed('lau')
export type LaunchId = Static<typeof LaunchId>

/** Chosen by whoever registers the AI package. */
export const PackageId = Type.String({ pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$', maxLength: 63 })
export type PackageId = Static<typeof PackageId>

/** A version name, unique within its package. */
export const VersionName = Type.String({ pattern: '^[0-9A-Za-z][0-9A-Za-z._+-]{0,62}$', maxLength: 63 })
export type VersionName = Static<typeof VersionName>

/** SHA-256 as Docker and OCI write it. */
export const Digest = Type.String({ pattern: '^sha256:[0-9a-f]{64}$' })
export type Digest = Static<typeof Digest>

/** UTC time stamp in the ISO 8601 form of `Date.prototype.toISOString`. */
export const Timestamp = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?Z$',
  maxLength: 32,
})
export type Timestamp = Static<typeof Timestamp>

/** Counts the changes of one device's desired state; 0 is "none yet". */
export const Generation = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
export type Generation = Static<typeof Generation>

export type IdKind = 'dev' | 'dep' | 'lau' | 'ver' | 'jtk' | 'atk' | 'req'

/**
 * A fresh identifier of 80 random bits.
 * @param randomBytes source of randomness, injected for repeatable tests
 */
export function newId(
  kind: IdKind,
  randomBytes: (length: number) => Uint8Array = (length) =>
    globalThis.crypto.getRandomValues(new Uint8Array(length)),
): string {
  const letters = Array.from(randomBytes(16), (byte) => ALPHABET[byte & 31])
  return `${kind}-${letters.join('')}`
}
