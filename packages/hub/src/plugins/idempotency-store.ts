// Where answered requests are remembered by their Idempotency-Key.

export interface IdempotencyRecord {
  readonly bodyHash: string
  /** The hub process that carries it out: `<hubId>/<instance>`. */
  readonly owner: string
  readonly startedAt: Date
  /** The sealed answer; absent while in flight. */
  readonly answer?: Uint8Array | undefined
}

export interface IdempotencyStore {
  /** Takes the key for this request, durably; the record that holds it already otherwise. */
  begin(key: string, record: IdempotencyRecord, expiresAt: Date): Promise<IdempotencyRecord | undefined>
  /** Takes over a request whose process is gone; false when somebody else was faster or it was answered. */
  takeOver(key: string, from: IdempotencyRecord, to: IdempotencyRecord): Promise<boolean>
  complete(key: string, owner: string, answer: Uint8Array): Promise<void>
  /** Forgets a request that was not carried out, so that repeating it tries again. */
  release(key: string, owner: string): Promise<void>
}
