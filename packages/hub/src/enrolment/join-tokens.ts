// Join tokens: made and shown once, judged when a device brings one.
import { createHash, timingSafeEqual } from 'node:crypto'
import { type Clock, CodedError } from '@bongsu/foundation'
import { formatJoinToken, type JoinTokenRecord, type JoinTokenRequest } from '@bongsu/protocol'
import type { HubIdentity } from '../identity/hub-identity.ts'
import type { Origin } from '../plugins/origin.ts'
import type { JoinTokenRepository, StoredJoinToken } from './join-token-repository.ts'

export interface JoinTokenParts {
  readonly repository: JoinTokenRepository
  readonly identity: HubIdentity
  readonly clock: Clock
}

/** What a good token grants. */
export interface JoinGrant {
  readonly tokenId: string
  readonly approval: 'accepted' | 'pending'
}

const DEFAULT_LIFETIME_MS = 24 * 3_600_000
const PRESENTED = /^(jtk-[a-z2-7]{16})\.([A-Za-z0-9_-]{22,86})$/

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')

const toRecord = ({ secretHash: _, description, ...stored }: StoredJoinToken): JoinTokenRecord => ({
  ...stored,
  ...(description !== undefined && { description }),
  deviceIds: [...stored.deviceIds],
  expiresAt: stored.expiresAt.toISOString(),
  createdAt: stored.createdAt.toISOString(),
})

export class JoinTokens {
  readonly #parts: JoinTokenParts

  constructor(parts: JoinTokenParts) {
    this.#parts = parts
  }

  /** The answer alone carries the whole token; repeating the request shows the same one. */
  async create(request: JoinTokenRequest, origin: Origin): Promise<JoinTokenRecord> {
    const { repository, identity, clock } = this.#parts
    const createdAt = clock.now()
    const expiresAt = request.expiresAt
      ? new Date(request.expiresAt)
      : new Date(createdAt.getTime() + DEFAULT_LIFETIME_MS)
    if (!(expiresAt > createdAt)) {
      throw new CodedError('HUB_EXPIRED', { parameters: { notAfter: request.expiresAt ?? '' } })
    }
    const secret = origin.secret('join-token')
    const stored = await repository.insert({
      id: origin.newId('jtk'),
      secretHash: hashOf(secret),
      ...(request.description !== undefined && { description: request.description }),
      approval: request.approval ?? 'operator',
      usesLeft: request.uses ?? 1,
      expiresAt,
      createdAt,
      deviceIds: [],
    })
    const { hubId, fingerprint } = identity
    const token = formatJoinToken({ hubId, hubKeyFingerprint: fingerprint, tokenId: stored.id, secret })
    return { ...toRecord(stored), token }
  }

  async list(): Promise<JoinTokenRecord[]> {
    return (await this.#parts.repository.list()).map(toRecord)
  }

  async remove(id: string): Promise<void> {
    if (await this.#parts.repository.remove(id)) return
    throw new CodedError('HUB_TOKEN_NOT_FOUND', { parameters: { id } })
  }

  /**
   * Judges `<tokenId>.<secret>` and takes one use for this key.
   * @throws CodedError PROTOCOL_JOIN_TOKEN_INVALID, whatever is wrong with it
   */
  async redeem(presented: string, publicKey: string): Promise<JoinGrant> {
    const { repository, clock } = this.#parts
    const [, tokenId = '', secret = ''] = PRESENTED.exec(presented) ?? []
    const stored = tokenId === '' ? undefined : await repository.find(tokenId)
    // Compared even without a stored token, so that an unknown id takes the same time.
    const wanted = Buffer.from(stored?.secretHash ?? hashOf(''))
    const isRight = timingSafeEqual(Buffer.from(hashOf(secret)), wanted) && stored !== undefined
    if (!isRight || !(await repository.redeem(tokenId, publicKey, clock.now()))) {
      throw new CodedError('PROTOCOL_JOIN_TOKEN_INVALID')
    }
    return { tokenId, approval: stored.approval === 'automatic' ? 'accepted' : 'pending' }
  }

  noteDevice(tokenId: string, deviceId: string): Promise<void> {
    return this.#parts.repository.noteDevice(tokenId, deviceId)
  }
}
