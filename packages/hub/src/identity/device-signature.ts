// Checks what a device signed, and signs what the hub answers: the two proofs of a session's upgrade.
// Texts come from the protocol; which device owns a key is the devices feature's knowledge.
import { createPublicKey, verify } from 'node:crypto'
import { hubSessionProofText, sessionProofText } from '@bongsu/protocol'
import type { HubIdentity } from './hub-identity.ts'

const RAW_KEY_BYTES = 32
const SIGNATURE_BYTES = 64

/** Whether `signature` is the key's over the text; false for anything malformed. All base64url. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  const bytes = Buffer.from(signature, 'base64url')
  if (bytes.length !== SIGNATURE_BYTES || !isRawPublicKey(publicKey)) return false
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' })
    return verify(null, Buffer.from(text), key, bytes)
  } catch {
    return false
  }
}

/** Whether this is the one canonical spelling of 32 bytes: two spellings would be two devices. */
export function isRawPublicKey(publicKey: string): boolean {
  const bytes = Buffer.from(publicKey, 'base64url')
  return bytes.length === RAW_KEY_BYTES && bytes.toString('base64url') === publicKey
}

export interface SessionProof {
  readonly publicKey: string
  readonly nonce: string
  readonly agentNonce: string
  readonly deviceId: string
  readonly protocol: number
  readonly signature: string
}

/** Whether the device signed this upgrade for this hub. The nonce must be redeemed besides. */
export const verifySessionProof = (hub: Pick<HubIdentity, 'hubId'>, proof: SessionProof): boolean =>
  isSignedBy(proof.publicKey, sessionProofText({ ...proof, hubId: hub.hubId }), proof.signature)

/** The hub's answer to the upgrade, for the agent to check against its pin. */
export const signHubSession = (
  hub: Pick<HubIdentity, 'hubId' | 'sign'>,
  { agentNonce, deviceId }: { agentNonce: string; deviceId: string },
): string => hub.sign(hubSessionProofText({ hubId: hub.hubId, agentNonce, deviceId }))
