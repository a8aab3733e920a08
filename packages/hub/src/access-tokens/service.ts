// Access tokens: made and shown once, verified at every request, gone at once when removed.
// The admin token of the first start is a file, not a record; see admin-token.ts.
import { createHash, timingSafeEqual } from 'node:crypto'
import { type Clock, CodedError } from '@bongsu/foundation'
import type { AccessToken, AccessTokenRequest } from '@bongsu/protocol'
import type { Origin } from '../plugins/origin.ts'
import type { Principal } from '../plugins/permissions.ts'
import type { AccessTokenRepository, StoredAccessToken } from './repository.ts'

export interface AccessTokenParts {
  readonly repository: AccessTokenRepository
  readonly clock: Clock
  /** Called when a token is removed: open streams of its caller end. */
  readonly onRemoved: (principalId: string) => void
}

const FORM = /^bat1\.(atk-[a-z2-7]{16})\.([A-Za-z0-9_-]{43})$/
/** How long a verified token is believed without asking the database: the bound on a removal made elsewhere. */
const BELIEVED_MS = 5_000
const NOTE_USE_EVERY_MS = 60_000
const MAX_BELIEVED = 10_000

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')

const toAccessToken = ({
  secretHash: _,
  createdAt,
  expiresAt,
  lastUsedAt,
  ...rest
}: StoredAccessToken): AccessToken => ({
  ...rest,
  createdAt: createdAt.toISOString(),
  ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
  ...(lastUsedAt && { lastUsedAt: lastUsedAt.toISOString() }),
})

interface Believed {
  readonly record: StoredAccessToken
  readonly untilMs: number
}

export class AccessTokens {
  readonly #parts: AccessTokenParts
  readonly #believed = new Map<string, Believed>()
  readonly #noted = new Map<string, number>()

  constructor(parts: AccessTokenParts) {
    this.#parts = parts
  }

  /** The answer alone carries the token; repeating the request shows the same one. */
  async create(request: AccessTokenRequest, origin: Origin): Promise<AccessToken> {
    const { repository, clock } = this.#parts
    const createdAt = clock.now()
    const { name, role, expiresAt } = request
    if (expiresAt !== undefined && !(new Date(expiresAt) > createdAt)) {
      throw new CodedError('HUB_EXPIRED', { parameters: { notAfter: expiresAt } })
    }
    const secret = origin.secret('access-token')
    const stored = await repository.insert({
      id: origin.newId('atk'),
      secretHash: hashOf(secret),
      name,
      role,
      createdAt,
      ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt) }),
    })
    return { ...toAccessToken(stored), token: `bat1.${stored.id}.${secret}` }
  }

  async list(): Promise<AccessToken[]> {
    return (await this.#parts.repository.list()).map(toAccessToken)
  }

  async remove(id: string): Promise<void> {
    const isRemoved = await this.#parts.repository.remove(id)
    this.#believed.delete(id)
    this.#noted.delete(id)
    if (!isRemoved) throw new CodedError('HUB_TOKEN_NOT_FOUND', { parameters: { id } })
    this.#parts.onRemoved(id)
  }

  /** Whose token this is; `undefined` when it is none of ours, wrong, or over. */
  async verify(token: string): Promise<Principal | undefined> {
    const [, id, secret = ''] = FORM.exec(token) ?? []
    if (id === undefined) return undefined
    const record = await this.#find(id)
    if (!record || !timingSafeEqual(Buffer.from(hashOf(secret)), Buffer.from(record.secretHash)))
      return undefined
    const now = this.#parts.clock.now()
    if (record.expiresAt && record.expiresAt <= now) return undefined
    this.#noteUse(id, now)
    return { id, name: record.name, role: record.role }
  }

  async #find(id: string): Promise<StoredAccessToken | undefined> {
    const nowMs = this.#parts.clock.monotonicMs()
    const believed = this.#believed.get(id)
    if (believed && believed.untilMs > nowMs) return believed.record
    const record = await this.#parts.repository.find(id)
    this.#believed.delete(id)
    if (record && this.#believed.size < MAX_BELIEVED) {
      this.#believed.set(id, { record, untilMs: nowMs + BELIEVED_MS })
    }
    return record
  }

  #noteUse(id: string, now: Date): void {
    const nowMs = this.#parts.clock.monotonicMs()
    if (nowMs - (this.#noted.get(id) ?? Number.NEGATIVE_INFINITY) < NOTE_USE_EVERY_MS) return
    this.#noted.set(id, nowMs)
    // Nobody waits for it, and a lost note is written again in a minute.
    this.#parts.repository.noteUse(id, now).catch(() => undefined)
  }
}
