// Where access tokens of people and programs live: only hashes of secrets.
import type { Role } from '@bongsu/protocol'

export interface StoredAccessToken {
  readonly id: string
  readonly secretHash: string
  readonly name: string
  readonly role: Role
  readonly createdAt: Date
  readonly expiresAt?: Date | undefined
  readonly lastUsedAt?: Date | undefined
}

export interface AccessTokenRepository {
  /** Adds the token; the present one when a repeated request made it already. */
  insert(record: StoredAccessToken): Promise<StoredAccessToken>
  find(id: string): Promise<StoredAccessToken | undefined>
  list(): Promise<StoredAccessToken[]>
  remove(id: string): Promise<boolean>
  noteUse(id: string, at: Date): Promise<void>
}
