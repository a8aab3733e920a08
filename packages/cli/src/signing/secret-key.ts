// Secret keys of publishers, as minisign writes them: in the clear, or behind a password.
// Source: jedisct1.github.io/minisign, "Secret key format"; libsodium crypto_pwhash_scryptsalsa208sha256.
import { createPrivateKey, type KeyObject, randomBytes, scryptSync } from 'node:crypto'
import type { MinisignSigner } from '@bongsu/foundation'
import { blake2b } from '@noble/hashes/blake2.js'

/** Algorithm, key derivation, checksum; salt, two limits; key id, seed and public key, checksum. */
const HEADER_BYTES = 6
const SALT_BYTES = 32
const SEALED_BYTES = 8 + 64 + 32
const TOTAL_BYTES = HEADER_BYTES + SALT_BYTES + 16 + SEALED_BYTES

/** Of a new key: 128 MiB for each guess. */
const NEW_LIMITS = { operations: 4_194_304n, memoryBytes: 134_217_728n }
/** What is asked of this machine for a key that came from elsewhere, at most: minisign's own default is 1 GiB. */
const MAX_MEMORY_BYTES = 2n ** 31n

export interface RawKey {
  readonly keyId: string
  /** 32 bytes. */
  readonly seed: Buffer
  /** 32 bytes. */
  readonly publicKey: Buffer
}

export type SecretKeyFault = 'not_a_key' | 'needs_password' | 'wrong_password' | 'too_costly'

/** The content of a `.key` file. @param password for one that is behind one */
export function parseSecretKey(text: string, password?: string): RawKey | { readonly fault: SecretKeyFault } {
  const [comment = '', line = '', ...rest] = text.trimEnd().split(/\r?\n/)
  const bytes = Buffer.from(line, 'base64')
  const isForm =
    comment.startsWith('untrusted comment:') && rest.length === 0 && bytes.toString('base64') === line
  const [algorithm, derivation] = [bytes.toString('latin1', 0, 2), bytes.toString('latin1', 2, 4)]
  if (
    !isForm ||
    bytes.length !== TOTAL_BYTES ||
    algorithm !== 'Ed' ||
    bytes.toString('latin1', 4, 6) !== 'B2'
  ) {
    return { fault: 'not_a_key' }
  }
  const sealed = bytes.subarray(TOTAL_BYTES - SEALED_BYTES)
  if (derivation === '\0\0') return open(sealed) ?? { fault: 'not_a_key' }
  if (derivation !== 'Sc') return { fault: 'not_a_key' }
  if (password === undefined) return { fault: 'needs_password' }
  const salt = bytes.subarray(HEADER_BYTES, HEADER_BYTES + SALT_BYTES)
  const operations = bytes.readBigUInt64LE(HEADER_BYTES + SALT_BYTES)
  const memoryBytes = bytes.readBigUInt64LE(HEADER_BYTES + SALT_BYTES + 8)
  if (memoryBytes > MAX_MEMORY_BYTES || operations > MAX_MEMORY_BYTES) return { fault: 'too_costly' }
  return open(xor(sealed, stream(password, salt, { operations, memoryBytes }))) ?? { fault: 'wrong_password' }
}

/** @param password absent: the key lies in the clear */
export function formatSecretKey({ keyId, seed, publicKey }: RawKey, password?: string): string {
  const id = Buffer.from(keyId, 'hex').reverse()
  const secret = Buffer.concat([seed, publicKey])
  const plain = Buffer.concat([id, secret, checksumOf(id, secret)])
  const salt = password === undefined ? Buffer.alloc(SALT_BYTES) : randomBytes(SALT_BYTES)
  const limits = Buffer.alloc(16)
  if (password !== undefined) {
    limits.writeBigUInt64LE(NEW_LIMITS.operations, 0)
    limits.writeBigUInt64LE(NEW_LIMITS.memoryBytes, 8)
  }
  const header = Buffer.from(password === undefined ? 'Ed\0\0B2' : 'EdScB2', 'latin1')
  const sealed = password === undefined ? plain : xor(plain, stream(password, salt, NEW_LIMITS))
  const words = password === undefined ? 'minisign secret key' : 'minisign encrypted secret key'
  const line = Buffer.concat([header, salt, limits, sealed]).toString('base64')
  return `untrusted comment: ${words}\n${line}\n`
}

export const signerOf = ({ keyId, seed, publicKey }: RawKey): MinisignSigner => ({
  keyId,
  key: privateKeyOf(seed, publicKey),
})

function privateKeyOf(seed: Buffer, publicKey: Buffer): KeyObject {
  const [d, x] = [seed.toString('base64url'), publicKey.toString('base64url')]
  return createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', d, x }, format: 'jwk' })
}

/** Undefined when the checksum says that it was opened wrongly. */
function open(plain: Buffer): RawKey | undefined {
  const [id, secret, checksum] = [plain.subarray(0, 8), plain.subarray(8, 72), plain.subarray(72)]
  // minisign leaves the checksum of a key in the clear empty: it only tells a wrong password.
  const isUnchecked = checksum.equals(Buffer.alloc(checksum.length))
  if (!isUnchecked && !checksum.equals(checksumOf(id, secret))) return undefined
  return {
    keyId: Buffer.from(id).reverse().toString('hex').toUpperCase(),
    seed: Buffer.from(secret.subarray(0, 32)),
    publicKey: Buffer.from(secret.subarray(32)),
  }
}

const checksumOf = (id: Buffer, secret: Buffer): Buffer =>
  Buffer.from(blake2b(Buffer.concat([Buffer.from('Ed'), id, secret]), { dkLen: 32 }))

const xor = (data: Buffer, with_: Buffer): Buffer =>
  Buffer.from(data.map((byte, at) => byte ^ (with_[at] ?? 0)))

interface Limits {
  readonly operations: bigint
  readonly memoryBytes: bigint
}

function stream(password: string, salt: Buffer, limits: Limits): Buffer {
  const { N, r, p } = scryptParameters(limits)
  return scryptSync(password, salt, SEALED_BYTES, { N, r, p, maxmem: 256 * N * r })
}

/** As libsodium's `pickparams` chooses them. */
export function scryptParameters({ operations, memoryBytes }: Limits): { N: number; r: number; p: number } {
  const r = 8
  const opslimit = Number(operations < 32_768n ? 32_768n : operations)
  const memlimit = Number(memoryBytes)
  const isByOperations = opslimit < memlimit / 32
  const maxN = isByOperations ? opslimit / (r * 4) : memlimit / (r * 128)
  let exponent = 1
  while (exponent < 63 && 2 ** exponent <= maxN / 2) exponent += 1
  const N = 2 ** exponent
  const p = isByOperations ? 1 : Math.floor(Math.min(Math.floor(opslimit / 4 / N), 0x3fffffff) / r)
  return { N, r, p }
}
