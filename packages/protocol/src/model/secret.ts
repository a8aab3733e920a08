// A secret: named bytes that a launch gets as a file. The value goes in and never comes out by the API.
import Type, { type Static } from 'typebox'
import { DeviceId, Timestamp } from '../identifiers.ts'

/** Also the name of its file, unless the profile says another one. */
export const SecretName = Type.String({ pattern: '^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$' })
export type SecretName = Static<typeof SecretName>

/** Bytes of one secret: what a key, a certificate chain or a password needs, and small enough for a control message. */
export const MAX_SECRET_BYTES = 8192

/** Where a container finds the files of its secrets. */
export const CONTAINER_SECRETS_DIR = '/run/secrets'

/** A secret that a container asks for. */
export const SecretRequest = Type.Object(
  {
    name: SecretName,
    /** File below `/run/secrets`. Default: the secret's name. */
    file: Type.Optional(SecretName),
  },
  { additionalProperties: false },
)
export type SecretRequest = Static<typeof SecretRequest>

/** One of both. */
export const SecretEntry = Type.Object(
  {
    /** Text as every other text is taken: NFC, without outer blanks. */
    value: Type.Optional(Type.String({ minLength: 1, maxLength: MAX_SECRET_BYTES })),
    /** The very bytes, for keys and files. */
    valueBase64: Type.Optional(
      Type.String({ pattern: '^[A-Za-z0-9+/]+={0,2}$', maxLength: Math.ceil(MAX_SECRET_BYTES / 3) * 4 }),
    ),
  },
  { additionalProperties: false, minProperties: 1, maxProperties: 1 },
)
export type SecretEntry = Static<typeof SecretEntry>

/** What is shown of a secret. */
export const Secret = Type.Object({
  name: SecretName,
  /** The one device that it is for, where it stands above the secret of all devices. */
  deviceId: Type.Optional(DeviceId),
  /** Raised whenever a value is entered. */
  revision: Type.Integer({ minimum: 1 }),
  createdAt: Timestamp,
  changedAt: Timestamp,
})
export type Secret = Static<typeof Secret>

/** A value on its way to the device that it is for. Never stored as it is. */
export const DeliveredSecret = Type.Object({
  name: SecretName,
  /** Tells one value from another without telling either. */
  revision: Type.String({ minLength: 1, maxLength: 64 }),
  /** Base64. */
  value: Type.String({ maxLength: Math.ceil(MAX_SECRET_BYTES / 3) * 4 }),
})
export type DeliveredSecret = Static<typeof DeliveredSecret>
