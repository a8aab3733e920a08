// What a repeated request derives the same ids and secrets from: a crash between effect and stored answer then
// finds on repetition what the first attempt made, instead of making it twice.
import { createHash, createHmac } from 'node:crypto'
import { type IdKind, newId } from '@bongsu/protocol'

export interface Origin {
  /** Stored with what the request creates: tells a repetition from somebody else's same name. */
  readonly key: string
  /** `repeated`: an earlier attempt of the same request may have taken effect before its process ended. */
  readonly attempt: 'first' | 'repeated'
  /** The id of the `index`-th resource of that kind which this request creates. */
  newId(kind: IdKind, index?: number): string
  /** 32 secret bytes, base64url, the same at every repetition. */
  secret(purpose: string): string
}

/** Identifies a request: who sent it where with which Idempotency-Key. */
export const originKey = (principalId: string, route: string, idempotencyKey: string): string =>
  createHash('sha256').update(`${principalId}\0${route}\0${idempotencyKey}`).digest('base64url')

/** @param hubSecret known to this hub alone, so that nobody can compute ids or secrets ahead */
export function createOrigin(
  key: string,
  hubSecret: Uint8Array,
  attempt: Origin['attempt'] = 'first',
): Origin {
  const derive = (purpose: string) => createHmac('sha256', hubSecret).update(`${purpose}\0${key}`).digest()
  return {
    key,
    attempt,
    newId: (kind, index = 0) => newId(kind, (length) => derive(`id ${kind} ${index}`).subarray(0, length)),
    secret: (purpose) => derive(`secret ${purpose}`).toString('base64url'),
  }
}
