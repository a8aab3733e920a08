// Which hub this is: its signed nonce checked against the pin before anything secret is sent.
import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto'
import { CodedError } from '@bongsu/foundation'
import { agreeOnVersion, hubProofText, hubSessionProofText, NonceAnswer } from '@bongsu/protocol'
import { Check } from 'typebox/value'
import { type HubEndpoint, postToHub } from './hub-http.ts'

export interface ProvedHub {
  readonly hubId: string
  /** Raw 32-byte Ed25519 public key, base64url. */
  readonly publicKey: string
  readonly fingerprint: string
  /** For one signed request of ours. */
  readonly nonce: string
  readonly agentNonce: string
  readonly protocol: number
}

/** `pinned`: only this key. `first-contact`: whichever hub the transport already vouches for. */
export type HubPin = { kind: 'pinned'; fingerprint: string } | { kind: 'first-contact' }

export const keyFingerprint = (publicKey: string): string =>
  createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('base64url')

/**
 * Asks for a nonce and proves the hub by it.
 * @throws CodedError PROTOCOL_HUB_NOT_PINNED, PROTOCOL_UNSUPPORTED_VERSION, or what postToHub throws
 */
export async function proveHub(hub: HubEndpoint, pin: HubPin, signal: AbortSignal): Promise<ProvedHub> {
  const agentNonce = randomBytes(24).toString('base64url')
  const answer = await postToHub(hub, '/api/v1/agent/nonces', { agentNonce }, signal)
  if (!Check(NonceAnswer, answer)) {
    throw new CodedError('PROTOCOL_NOT_A_HUB', { parameters: { found: 'an answer of another form' } })
  }
  const { hubId, nonce, hubPublicKey, signature, protocol: offered } = answer
  const fingerprint = keyFingerprint(hubPublicKey)
  const isPinned = pin.kind === 'first-contact' || pin.fingerprint === fingerprint
  if (!isPinned || !isSignedBy(hubPublicKey, hubProofText({ hubId, nonce, agentNonce }), signature)) {
    throw new CodedError('PROTOCOL_HUB_NOT_PINNED')
  }
  const protocol = agreeOnVersion(offered)
  if (protocol === undefined) {
    const { oldest, newest } = offered
    throw new CodedError('PROTOCOL_UNSUPPORTED_VERSION', { parameters: { version: newest, oldest, newest } })
  }
  return { hubId, publicKey: hubPublicKey, fingerprint, nonce, agentNonce, protocol }
}

/** Whether the hub that answered the upgrade is the one that was proved. */
export const isSessionOfHub = (hub: ProvedHub, deviceId: string, signature: string): boolean =>
  isSignedBy(
    hub.publicKey,
    hubSessionProofText({ hubId: hub.hubId, agentNonce: hub.agentNonce, deviceId }),
    signature,
  )

function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' })
    return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}
