// Getting an id from the hub: the device's key, proof that it holds it, and the join token's secret if there is one.
// Repeating it with the same key gives the same id.
import { CodedError } from '@bongsu/foundation'
import {
  EnrolmentAnswer,
  type EnrolmentRequest,
  enrolmentProofText,
  type JoinToken,
  parseJoinToken,
} from '@bongsu/protocol'
import { Check } from 'typebox/value'
import type { DeviceIdentity } from '../identity/device-identity.ts'
import { type EnrolmentRecord, writeEnrolment } from '../identity/enrolment-record.ts'
import { type HubEndpoint, postToHub } from './hub-http.ts'
import { type HubPin, proveHub } from './hub-proof.ts'

export interface EnrolmentOptions {
  readonly hub: HubEndpoint
  readonly identity: DeviceIdentity
  readonly stateDir: string
  /** As the operator handed it over; absent, the device waits to be accepted. */
  readonly joinToken: string | undefined
  /** Of an earlier enrolment: enrolling again is for the same hub only. */
  readonly knownFingerprint?: string | undefined
  readonly evidence: () => EnrolmentRequest['evidence']
}

/**
 * Enrols and remembers it durably.
 * @throws CodedError PROTOCOL_JOIN_TOKEN_INVALID, PROTOCOL_HUB_NOT_PINNED, or what the hub refuses with
 */
export async function enrol(options: EnrolmentOptions, signal: AbortSignal): Promise<EnrolmentRecord> {
  const { hub, identity, stateDir } = options
  const token = readToken(options.joinToken)
  const proved = await proveHub(hub, pinFor(options, token), signal)
  const { hubId, nonce } = proved
  const request: EnrolmentRequest = {
    publicKey: identity.publicKey,
    nonce,
    signature: identity.sign(enrolmentProofText({ hubId, nonce, publicKey: identity.publicKey })),
    evidence: options.evidence(),
    ...(token && { joinSecret: `${token.tokenId}.${token.secret}` }),
  }
  const answer = await postToHub(hub, '/api/v1/agent/enrolments', request, signal)
  if (!Check(EnrolmentAnswer, answer)) {
    throw new CodedError('PROTOCOL_NOT_A_HUB', { parameters: { found: 'an answer of another form' } })
  }
  const record = { deviceId: answer.deviceId, hubId, hubKeyFingerprint: proved.fingerprint }
  await writeEnrolment(stateDir, record)
  return record
}

function readToken(written: string | undefined): JoinToken | undefined {
  if (written === undefined) return undefined
  const token = parseJoinToken(written)
  if (!token) throw new CodedError('PROTOCOL_JOIN_TOKEN_INVALID')
  return token
}

/** Without a pin the transport must vouch for the hub: TLS that verifies, or this very machine. */
function pinFor({ hub, knownFingerprint }: EnrolmentOptions, token: JoinToken | undefined): HubPin {
  if (knownFingerprint !== undefined) return { kind: 'pinned', fingerprint: knownFingerprint }
  if (token) return { kind: 'pinned', fingerprint: token.hubKeyFingerprint }
  if (hub.url.protocol === 'https:' || isLoopback(hub.url.hostname)) return { kind: 'first-contact' }
  throw new CodedError('PROTOCOL_HUB_NOT_PINNED')
}

export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
