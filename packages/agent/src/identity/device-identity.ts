// The device's identity: Ed25519 keys made at the first run, on the device, never at package install.
// A list, so that a new key can be announced before the old one ends; the last is the one in use.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { join } from 'node:path'
import { CodedError, messageOf, readTextIfPresent, writeDurably } from '@bongsu/foundation'

export interface DeviceIdentity {
  /** Raw 32-byte Ed25519 public key, base64url. */
  readonly publicKey: string
  /** Ed25519 signature over the UTF-8 text, base64url. */
  sign(text: string): string
}

interface StoredKeys {
  readonly keys: readonly { readonly privateKey: string; readonly createdAt: string }[]
}

/**
 * Reads the keys of a state folder, or makes the first one (0600, durable).
 * @throws CodedError AGENT_IDENTITY_UNREADABLE when a file is there and holds no key: a new identity is never made
 *   in place of one that may be recovered
 */
export async function loadDeviceIdentity(stateDir: string, now: Date): Promise<DeviceIdentity> {
  const path = join(stateDir, 'device-key.json')
  const text = await readTextIfPresent(path)
  if (text !== undefined) return toIdentity(parseKeys(text, path))
  const { privateKey } = generateKeyPairSync('ed25519')
  const stored: StoredKeys = {
    keys: [
      {
        privateKey: String(privateKey.export({ format: 'pem', type: 'pkcs8' })),
        createdAt: now.toISOString(),
      },
    ],
  }
  await writeDurably(path, `${JSON.stringify(stored, null, 2)}\n`, 0o600)
  return toIdentity(privateKey)
}

function parseKeys(text: string, path: string): KeyObject {
  try {
    const { keys } = JSON.parse(text) as Partial<StoredKeys>
    const newest = keys?.at(-1)
    if (!newest) throw new Error('no key in it')
    const key = createPrivateKey(newest.privateKey)
    if (key.asymmetricKeyType !== 'ed25519') throw new Error('not an Ed25519 key')
    return key
  } catch (error) {
    throw new CodedError('AGENT_IDENTITY_UNREADABLE', {
      parameters: { message: `${path}: ${messageOf(error)}`.slice(0, 500) },
      cause: error,
    })
  }
}

function toIdentity(key: KeyObject): DeviceIdentity {
  const { x } = createPublicKey(key).export({ format: 'jwk' })
  if (x === undefined)
    throw new CodedError('AGENT_IDENTITY_UNREADABLE', { parameters: { message: 'not Ed25519' } })
  return { publicKey: x, sign: (text) => sign(null, Buffer.from(text), key).toString('base64url') }
}
