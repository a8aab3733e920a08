// The hub's own identity: id and Ed25519 key, made once; devices pin the key's fingerprint.
// Secrets for other purposes are derived from the key, so that one file is all there is to back up.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  sign,
} from 'node:crypto'
import { join } from 'node:path'
import { newId } from '@bongsu/protocol'
import { readOrCreate } from './create-once.ts'

export interface HubIdentity {
  readonly hubId: string
  /** Raw 32-byte Ed25519 public key, base64url. */
  readonly publicKey: string
  /** SHA-256 of the raw public key, base64url: what join tokens carry as the pin. */
  readonly fingerprint: string
  /** Ed25519 signature over the UTF-8 text, base64url. */
  sign(text: string): string
  /** 32 secret bytes that only this hub knows; the same for the same purpose at every start. */
  secretFor(purpose: string): Uint8Array
}

/** The identity file below the hub's data folder. */
export const identityPath = (dataDir: string): string => join(dataDir, 'keys', 'hub-identity.json')

/** Reads the hub's identity, or makes it at the first start (0600). */
export async function loadHubIdentity(dataDir: string): Promise<HubIdentity> {
  const path = identityPath(dataDir)
  const stored: unknown = JSON.parse(await readOrCreate(path, makeIdentity))
  if (!isStoredIdentity(stored)) throw new Error(`${path} is not a hub identity; restore it from a backup`)
  return toIdentity(stored)
}

interface StoredIdentity {
  readonly hubId: string
  readonly privateKey: string
}

const isStoredIdentity = (value: unknown): value is StoredIdentity =>
  typeof value === 'object' &&
  value !== null &&
  'hubId' in value &&
  typeof value.hubId === 'string' &&
  'privateKey' in value &&
  typeof value.privateKey === 'string'

function makeIdentity(): string {
  const { privateKey } = generateKeyPairSync('ed25519')
  const stored = {
    hubId: `hub-${newId('dev').slice(4)}`,
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }),
    createdAt: new Date().toISOString(),
  }
  return `${JSON.stringify(stored, null, 2)}\n`
}

function toIdentity({ hubId, privateKey }: StoredIdentity): HubIdentity {
  const key = createPrivateKey(privateKey)
  const publicKey = rawPublicKey(key)
  return {
    hubId,
    publicKey,
    fingerprint: keyFingerprint(publicKey),
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64url'),
    secretFor: (purpose) => {
      const seed = key.export({ format: 'der', type: 'pkcs8' })
      return new Uint8Array(hkdfSync('sha256', seed, '', `bongsu/${purpose}/v1`, 32))
    },
  }
}

function rawPublicKey(privateKey: KeyObject): string {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' })
  if (x === undefined) throw new Error('not an Ed25519 key')
  return x
}

/** SHA-256 of a raw public key (base64url in and out). */
export const keyFingerprint = (publicKey: string): string =>
  createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('base64url')
