// Enrolment: a key proves itself and becomes a device. The same key is always the same device.
import { type Clock, CodedError } from '@bongsu/foundation'
import {
  type EnrolmentAnswer,
  type EnrolmentRequest,
  enrolmentProofText,
  HostFacts,
  newId,
} from '@bongsu/protocol'
import type { ChangeFeed } from '../changes/change-feed.ts'
import type { DeviceRecord } from '../devices/device-record.ts'
import { isRawPublicKey, isSignedBy } from '../identity/device-signature.ts'
import { type HubIdentity, keyFingerprint } from '../identity/hub-identity.ts'
import type { NonceBook } from '../identity/nonce-book.ts'
import { knownFields } from '../plugins/known-fields.ts'
import type { JoinGrant, JoinTokens } from './join-tokens.ts'

/** What enrolment needs of the devices feature. */
export interface EnrolledDevices {
  findByKey(publicKey: string): Promise<DeviceRecord | undefined>
  /** Adds the device; the present one when its key is taken. */
  insert(record: DeviceRecord): Promise<DeviceRecord>
  setApproval(id: string, approval: 'accepted'): Promise<DeviceRecord | undefined>
  countPending(): Promise<number>
}

export interface EnrolmentParts {
  readonly devices: EnrolledDevices
  readonly tokens: JoinTokens
  readonly identity: HubIdentity
  readonly nonces: NonceBook
  readonly changes: ChangeFeed
  readonly clock: Clock
}

/** Strangers can fill the waiting room, so it has a size. */
const MAX_PENDING = 2_000

export class EnrolmentService {
  readonly #parts: EnrolmentParts

  constructor(parts: EnrolmentParts) {
    this.#parts = parts
  }

  /** @throws CodedError PROTOCOL_NONCE_INVALID, PROTOCOL_BAD_SIGNATURE, PROTOCOL_JOIN_TOKEN_INVALID, PROTOCOL_DEVICE_REVOKED */
  async enrol(request: EnrolmentRequest): Promise<EnrolmentAnswer> {
    this.#requireProof(request)
    const { devices, tokens, changes } = this.#parts
    const present = await devices.findByKey(request.publicKey)
    if (present?.approval === 'revoked') throw new CodedError('PROTOCOL_DEVICE_REVOKED')
    if (present?.approval === 'accepted') return { deviceId: present.id, approval: 'accepted' }
    const grant =
      request.joinSecret === undefined
        ? undefined
        : await tokens.redeem(request.joinSecret, request.publicKey)
    const device = await this.#register(present, request, grant)
    if (grant) await tokens.noteDevice(grant.tokenId, device.id)
    changes.publish('device', device.id)
    return { deviceId: device.id, approval: device.approval }
  }

  #requireProof({ publicKey, nonce, signature }: EnrolmentRequest): void {
    const { nonces, identity } = this.#parts
    if (!isRawPublicKey(publicKey)) throw new CodedError('PROTOCOL_BAD_SIGNATURE')
    if (!nonces.redeem(nonce)) throw new CodedError('PROTOCOL_NONCE_INVALID')
    const text = enrolmentProofText({ hubId: identity.hubId, nonce, publicKey })
    if (!isSignedBy(publicKey, text, signature)) throw new CodedError('PROTOCOL_BAD_SIGNATURE')
  }

  /** One that waits and now brings a good token is let in; a new key becomes a device. */
  async #register(
    present: DeviceRecord | undefined,
    request: EnrolmentRequest,
    grant: JoinGrant | undefined,
  ): Promise<DeviceRecord> {
    const { devices } = this.#parts
    if (!present && !grant && (await devices.countPending()) >= MAX_PENDING) {
      throw new CodedError('HUB_TOO_MANY_ATTEMPTS')
    }
    const device = present ?? (await devices.insert(this.#newRecord(request, grant)))
    if (grant?.approval !== 'accepted' || device.approval === 'accepted') return device
    return (await devices.setApproval(device.id, 'accepted')) ?? device
  }

  #newRecord({ publicKey, evidence, facts }: EnrolmentRequest, grant: JoinGrant | undefined): DeviceRecord {
    const now = this.#parts.clock.now()
    const { hostname } = evidence
    return {
      id: newId('dev'),
      entered: {},
      observed: {
        ...(hostname ? { hostname } : {}),
        ...(facts && { facts: knownFields(HostFacts, facts) }),
        observedAt: now.toISOString(),
      },
      approval: grant?.approval ?? 'pending',
      keys: [{ publicKey, fingerprint: keyFingerprint(publicKey), addedAt: now }],
      evidence,
      ...(grant && { joinTokenId: grant.tokenId }),
      epoch: 0,
      registeredAt: now,
      revision: 1,
    }
  }
}
