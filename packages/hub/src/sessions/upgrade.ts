// Who asks for a session: everything is proved from the upgrade request's headers before a WebSocket exists.
// Leaves the socket itself to the gateway.
import type { IncomingMessage } from 'node:http'
import {
  agreeOnVersion,
  OLDEST_SUPPORTED_PROTOCOL,
  PROTOCOL_VERSION,
  type Reason,
  SESSION_HEADERS,
} from '@bongsu/protocol'
import { verifySessionProof } from '../identity/device-signature.ts'
import type { HubIdentity } from '../identity/hub-identity.ts'
import type { NonceBook } from '../identity/nonce-book.ts'
import type { SessionDevices } from './ports.ts'

export interface UpgradeDependencies {
  readonly identity: HubIdentity
  readonly nonces: NonceBook
  readonly devices: Pick<SessionDevices, 'findByKey'>
}

export type UpgradeVerdict =
  | { readonly kind: 'accepted'; readonly deviceId: string; readonly agentNonce: string }
  | { readonly kind: 'refused'; readonly reason: Reason }

const refused = (code: string, parameters?: Reason['parameters']): UpgradeVerdict => ({
  kind: 'refused',
  reason: { code, ...(parameters && { parameters }) },
})

/** Checks version, nonce, key and signature, in the order of their cost. */
export async function judgeUpgrade(
  request: IncomingMessage,
  { identity, nonces, devices }: UpgradeDependencies,
): Promise<UpgradeVerdict> {
  // Browsers always say where a socket comes from and agents never do.
  if (request.headers.origin !== undefined) return refused('HUB_FORBIDDEN', { permission: 'agent' })
  const header = (name: keyof typeof SESSION_HEADERS) => {
    const value = request.headers[SESSION_HEADERS[name]]
    return typeof value === 'string' && value.length <= 512 ? value : ''
  }
  const protocol = Number(header('protocol'))
  if (!Number.isInteger(protocol) || agreeOnVersion({ oldest: protocol, newest: protocol }) !== protocol) {
    return refused('PROTOCOL_UNSUPPORTED_VERSION', {
      version: header('protocol').slice(0, 20),
      oldest: OLDEST_SUPPORTED_PROTOCOL,
      newest: PROTOCOL_VERSION,
    })
  }
  const proof = {
    publicKey: header('publicKey'),
    nonce: header('nonce'),
    agentNonce: header('agentNonce'),
    deviceId: header('deviceId'),
    signature: header('signature'),
    protocol,
  }
  if (!nonces.redeem(proof.nonce)) return refused('PROTOCOL_NONCE_INVALID')
  if (!verifySessionProof(identity, proof)) return refused('PROTOCOL_BAD_SIGNATURE')
  const device = await devices.findByKey(proof.publicKey)
  if (!device || device.deviceId !== proof.deviceId) return refused('PROTOCOL_UNKNOWN_DEVICE')
  if (device.approval === 'revoked') return refused('PROTOCOL_DEVICE_REVOKED')
  return { kind: 'accepted', deviceId: device.deviceId, agentNonce: proof.agentNonce }
}
