// A new publisher key: the pair as minisign's two files.
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { formatPublicKey } from '@bongsu/foundation'
import { formatSecretKey, type RawKey } from './secret-key.ts'

export interface KeyFiles {
  readonly keyId: string
  readonly secretKey: string
  readonly publicKey: string
}

/** @param password absent: the secret key lies in the clear */
export function makeKey(password?: string): KeyFiles {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const { x = '', d = '' } = privateKey.export({ format: 'jwk' })
  const raw: RawKey = {
    keyId: randomBytes(8).toString('hex').toUpperCase(),
    seed: Buffer.from(d, 'base64url'),
    publicKey: Buffer.from(publicKey.export({ format: 'jwk' }).x ?? x, 'base64url'),
  }
  return {
    keyId: raw.keyId,
    secretKey: formatSecretKey(raw, password),
    publicKey: formatPublicKey(raw.keyId, raw.publicKey),
  }
}
