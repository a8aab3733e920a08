// Where join tokens live: only hashes of secrets, and who used them.

export interface StoredJoinToken {
  readonly id: string
  readonly secretHash: string
  readonly description?: string | undefined
  readonly approval: 'automatic' | 'operator'
  readonly usesLeft: number
  readonly expiresAt: Date
  readonly createdAt: Date
  readonly deviceIds: readonly string[]
}

export interface JoinTokenRepository {
  /** Adds the token; the present one when a repeated request made it already. */
  insert(record: StoredJoinToken): Promise<StoredJoinToken>
  find(id: string): Promise<StoredJoinToken | undefined>
  list(): Promise<StoredJoinToken[]>
  remove(id: string): Promise<boolean>
  /**
   * Takes one use for this key, atomically; a key that has one already takes no second.
   * False when none is left or the token is over.
   */
  redeem(id: string, publicKey: string, now: Date): Promise<boolean>
  noteDevice(id: string, deviceId: string): Promise<void>
}
