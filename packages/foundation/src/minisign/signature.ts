// The text of a `.minisig` file. Source: jedisct1.github.io/minisign, "Signature format".
import { decodeBase64, keyIdOf } from './encoding.ts'

export interface MinisignSignature {
  /** `prehashed`: over the BLAKE2b-512 of the content, as minisign signs since 0.10; `legacy`: over the content itself. */
  readonly form: 'prehashed' | 'legacy'
  /** Whose key it claims to be by; 16 upper-case hexadecimal digits. */
  readonly keyId: string
  /** 64 bytes. */
  readonly signature: Buffer
  /** Vouched for by the second signature, unlike the first line. */
  readonly trustedComment: string
  /** Over signature and trusted comment; 64 bytes. */
  readonly globalSignature: Buffer
}

const UNTRUSTED = 'untrusted comment: '
const TRUSTED = 'trusted comment: '
const MAX_LENGTH = 4096

/** `undefined` for anything else than four lines of that form. */
export function parseSignature(text: string): MinisignSignature | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const lines = text.trimEnd().split(/\r?\n/)
  const [untrusted = '', first = '', trusted = '', second = ''] = lines
  if (lines.length !== 4 || !untrusted.startsWith(UNTRUSTED) || !trusted.startsWith(TRUSTED)) return undefined
  const bytes = decodeBase64(first, 2 + 8 + 64)
  const globalSignature = decodeBase64(second, 64)
  const form = { ED: 'prehashed', Ed: 'legacy' }[bytes?.toString('latin1', 0, 2) ?? '']
  if (!bytes || !globalSignature || (form !== 'prehashed' && form !== 'legacy')) return undefined
  return {
    form,
    keyId: keyIdOf(bytes.subarray(2, 10)),
    signature: bytes.subarray(10),
    trustedComment: trusted.slice(TRUSTED.length),
    globalSignature,
  }
}

export function formatSignature({
  form,
  keyId,
  signature,
  trustedComment,
  globalSignature,
}: MinisignSignature): string {
  const algorithm = Buffer.from(form === 'prehashed' ? 'ED' : 'Ed')
  const bytes = Buffer.concat([algorithm, Buffer.from(keyId, 'hex').reverse(), signature])
  return [
    `${UNTRUSTED}signature from minisign secret key`,
    bytes.toString('base64'),
    `${TRUSTED}${trustedComment}`,
    globalSignature.toString('base64'),
    '',
  ].join('\n')
}
