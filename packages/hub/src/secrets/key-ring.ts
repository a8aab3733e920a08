// What secrets are encrypted with: AES-256-GCM under the newest key of a file that is made once (0600). A file may hold
// older keys too: what was encrypted under one stays readable until its value is entered anew.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { CodedError } from '@bongsu/foundation'
import { readOrCreate } from '../identity/create-once.ts'

/** What lies in the database of a value. */
export interface SealedValue {
  readonly keyId: string
  /** Base64 of nonce, tag and encrypted bytes. */
  readonly sealed: string
}

export interface KeyRing {
  /** @param place what the value belongs to: it opens nowhere else */
  seal(value: Buffer, place: string): SealedValue
  /**
   * @param name of the secret, for the error
   * @throws CodedError HUB_SECRET_KEY_MISSING; Error when it is damaged or belongs elsewhere
   */
  open(value: SealedValue, place: string, name: string): Buffer
}

interface StoredKeys {
  /** Id of the key that new values are encrypted with. */
  readonly current: string
  /** Base64 of 32 bytes each, by id. */
  readonly keys: Readonly<Record<string, string>>
}

const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32

export const secretKeysPath = (dataDir: string): string => join(dataDir, 'keys', 'secret-keys.json')

/** @throws Error when the file is none of ours: nothing may be encrypted with a key made up beside it */
export async function loadKeyRing(dataDir: string): Promise<KeyRing> {
  const path = secretKeysPath(dataDir)
  const stored: unknown = JSON.parse(await readOrCreate(path, makeKeys))
  if (!isStoredKeys(stored)) throw new Error(`${path} holds no keys of secrets; restore it from a backup`)
  return createKeyRing(stored)
}

export function createKeyRing({ current, keys }: StoredKeys): KeyRing {
  const keyOf = (id: string) => (Object.hasOwn(keys, id) ? Buffer.from(keys[id] ?? '', 'base64') : undefined)
  return {
    seal(value, place) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', keyOf(current) ?? '', nonce)
      cipher.setAAD(Buffer.from(place))
      const encrypted = Buffer.concat([cipher.update(value), cipher.final()])
      return {
        keyId: current,
        sealed: Buffer.concat([nonce, cipher.getAuthTag(), encrypted]).toString('base64'),
      }
    },
    open({ keyId, sealed }, place, name) {
      const key = keyOf(keyId)
      if (!key) throw new CodedError('HUB_SECRET_KEY_MISSING', { parameters: { keyId, name } })
      const bytes = Buffer.from(sealed, 'base64')
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      })
      decipher.setAAD(Buffer.from(place))
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()])
    },
  }
}

function makeKeys(): string {
  const current = `key-${randomBytes(6).toString('hex')}`
  const keys = { [current]: randomBytes(KEY_BYTES).toString('base64') }
  return `${JSON.stringify({ current, keys, createdAt: new Date().toISOString() }, null, 2)}\n`
}

function isStoredKeys(value: unknown): value is StoredKeys {
  if (typeof value !== 'object' || value === null || !('current' in value) || !('keys' in value)) return false
  const { current, keys } = value
  if (typeof current !== 'string' || typeof keys !== 'object' || keys === null) return false
  const isKey = (key: unknown) => typeof key === 'string' && Buffer.from(key, 'base64').length === KEY_BYTES
  return Object.hasOwn(keys, current) && Object.values(keys).every(isKey)
}
