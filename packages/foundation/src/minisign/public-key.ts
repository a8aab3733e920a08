// Public keys of publishers, as minisign writes them. Source: jedisct1.github.io/minisign, "Public key format".
import { createPublicKey, type KeyObject } from 'node:crypto'
import { decodeBase64, keyIdOf } from './encoding.ts'

export interface MinisignPublicKey {
  /** 16 upper-case hexadecimal digits, as minisign shows it. */
  readonly keyId: string
  readonly key: KeyObject
}

/** Of an Ed25519 key: algorithm, key id, key. */
const BYTES = 2 + 8 + 32

/** The content of a `.pub` file, or its second line alone; `undefined` for anything else. */
export function parsePublicKey(text: string): MinisignPublicKey | undefined {
  const lines = text.trimEnd().split(/\r?\n/)
  const [first = '', second] = lines
  if (lines.length > 2 || (second !== undefined && !first.startsWith('untrusted comment:'))) return undefined
  const bytes = decodeBase64(second ?? first, BYTES)
  if (bytes?.toString('latin1', 0, 2) !== 'Ed') return undefined
  const x = bytes.subarray(10).toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return { keyId: keyIdOf(bytes.subarray(2, 10)), key }
}

/** @param rawKey 32 bytes */
export function formatPublicKey(keyId: string, rawKey: Uint8Array): string {
  const bytes = Buffer.concat([Buffer.from('Ed'), Buffer.from(keyId, 'hex').reverse(), rawKey])
  return `untrusted comment: minisign public key ${keyId}\n${bytes.toString('base64')}\n`
}
