// Signs content and judges signatures, in the form of minisign. Where keys lie and who is trusted is the caller's matter.
import { createHash, type KeyObject, sign as signEd25519, verify as verifyEd25519 } from 'node:crypto'
import type { MinisignPublicKey } from './public-key.ts'
import { formatSignature, parseSignature } from './signature.ts'

export interface MinisignSigner {
  readonly keyId: string
  /** An Ed25519 private key. */
  readonly key: KeyObject
}

/** The text of a `.minisig` file. @param trustedComment one line, signed too */
export function signMinisign(
  content: Uint8Array,
  { keyId, key }: MinisignSigner,
  trustedComment: string,
): string {
  const signature = signEd25519(null, hashOf(content), key)
  const globalSignature = signEd25519(null, withComment(signature, trustedComment), key)
  return formatSignature({ form: 'prehashed', keyId, signature, trustedComment, globalSignature })
}

export type Verdict =
  | { readonly kind: 'valid'; readonly keyId: string; readonly trustedComment: string }
  /** Not the text of a signature at all. */
  | { readonly kind: 'malformed' }
  /** By a key that is not among those given. */
  | { readonly kind: 'foreign_key'; readonly keyId: string }
  /** By the key's id one of those given, but not over this content. */
  | { readonly kind: 'wrong'; readonly keyId: string }

/** Whether one of the keys vouches for exactly this content. */
export function verifyMinisign(
  content: Uint8Array,
  text: string,
  keys: readonly MinisignPublicKey[],
): Verdict {
  const parsed = parseSignature(text)
  if (!parsed) return { kind: 'malformed' }
  const { form, keyId, signature, trustedComment, globalSignature } = parsed
  const candidates = keys.filter((key) => key.keyId === keyId)
  if (candidates.length === 0) return { kind: 'foreign_key', keyId }
  const signed = form === 'prehashed' ? hashOf(content) : content
  const isValid = candidates.some(
    ({ key }) =>
      verifyEd25519(null, signed, key, signature) &&
      verifyEd25519(null, withComment(signature, trustedComment), key, globalSignature),
  )
  return isValid ? { kind: 'valid', keyId, trustedComment } : { kind: 'wrong', keyId }
}

const hashOf = (content: Uint8Array): Buffer => createHash('blake2b512').update(content).digest()

const withComment = (signature: Uint8Array, comment: string): Buffer =>
  Buffer.concat([signature, Buffer.from(comment)])
