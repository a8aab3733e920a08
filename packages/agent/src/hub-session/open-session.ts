// From an enrolled device to an open link: the hub proved by its nonce, the upgrade signed by the device, and the answer's
// signature checked. What is said over the link is session.ts.
import { CodedError } from '@bongsu/foundation'
import { SESSION_HEADERS, SESSION_PATH, sessionProofText } from '@bongsu/protocol'
import type { DeviceIdentity } from '../identity/device-identity.ts'
import type { EnrolmentRecord } from '../identity/enrolment-record.ts'
import type { HubEndpoint } from './hub-http.ts'
import { isSessionOfHub, type ProvedHub, proveHub } from './hub-proof.ts'
import { type Link, type LinkHandlers, openLink } from './ws-transport.ts'

export interface SessionParties {
  readonly hub: HubEndpoint
  readonly identity: DeviceIdentity
  readonly record: EnrolmentRecord
}

/**
 * Opens a link to the pinned hub and to no other.
 * @throws CodedError PROTOCOL_HUB_NOT_PINNED, PROTOCOL_UNSUPPORTED_VERSION, or what proveHub and openLink throw
 */
export async function openSession(
  { hub, identity, record }: SessionParties,
  handlers: LinkHandlers,
  signal: AbortSignal,
): Promise<Link> {
  const { deviceId, hubKeyFingerprint } = record
  const proved = await proveHub(hub, { kind: 'pinned', fingerprint: hubKeyFingerprint }, signal)
  const url = new URL(SESSION_PATH, hub.url)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const headers = proofHeaders(identity, deviceId, proved)
  const { link, answered } = await openLink(
    { url, headers, caCertificate: hub.caCertificate },
    handlers,
    signal,
  )
  if (isSessionOfHub(proved, deviceId, answered[SESSION_HEADERS.hubSignature] ?? '')) return link
  link.terminate()
  throw new CodedError('PROTOCOL_HUB_NOT_PINNED')
}

function proofHeaders(
  identity: DeviceIdentity,
  deviceId: string,
  { hubId, nonce, agentNonce, protocol }: ProvedHub,
): Record<string, string> {
  return {
    [SESSION_HEADERS.deviceId]: deviceId,
    [SESSION_HEADERS.publicKey]: identity.publicKey,
    [SESSION_HEADERS.nonce]: nonce,
    [SESSION_HEADERS.agentNonce]: agentNonce,
    [SESSION_HEADERS.protocol]: String(protocol),
    [SESSION_HEADERS.signature]: identity.sign(
      sessionProofText({ hubId, nonce, agentNonce, deviceId, protocol }),
    ),
  }
}
