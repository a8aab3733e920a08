// Nonces for enrolments and sessions: made without memory, redeemed once, valid for a minute.
// The key lives as long as the process: after a restart no nonce of before is good, used or not.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '@bongsu/foundation'

export interface NonceBook {
  issue(): { nonce: string; expiresAt: Date }
  /** True exactly once for a nonce of this book that is not too old. */
  redeem(nonce: string): boolean
}

export const NONCE_LIFETIME_MS = 60_000

/** Redeemed nonces remembered at once; beyond it none is accepted until old ones fall out. */
const MAX_REMEMBERED = 200_000
const TIME_BYTES = 8
const RANDOM_BYTES = 16
const MAC_BYTES = 16

export function createNonceBook(clock: Clock): NonceBook {
  const key = randomBytes(32)
  // Insertion order is nearly the order of expiry, which is all that sweeping from the front needs.
  const redeemed = new Map<string, number>()

  const macOf = (body: Uint8Array) => createHmac('sha256', key).update(body).digest().subarray(0, MAC_BYTES)

  const sweep = (nowMs: number) => {
    for (const [nonce, expiresMs] of redeemed) {
      if (expiresMs > nowMs) return
      redeemed.delete(nonce)
    }
  }

  return {
    issue() {
      const body = Buffer.alloc(TIME_BYTES + RANDOM_BYTES)
      body.writeDoubleBE(clock.monotonicMs(), 0)
      randomBytes(RANDOM_BYTES).copy(body, TIME_BYTES)
      const nonce = Buffer.concat([body, macOf(body)]).toString('base64url')
      return { nonce, expiresAt: new Date(clock.now().getTime() + NONCE_LIFETIME_MS) }
    },
    redeem(nonce) {
      const nowMs = clock.monotonicMs()
      sweep(nowMs)
      const bytes = Buffer.from(nonce, 'base64url')
      if (bytes.length !== TIME_BYTES + RANDOM_BYTES + MAC_BYTES) return false
      const body = bytes.subarray(0, TIME_BYTES + RANDOM_BYTES)
      if (!timingSafeEqual(macOf(body), bytes.subarray(TIME_BYTES + RANDOM_BYTES))) return false
      const expiresMs = body.readDoubleBE(0) + NONCE_LIFETIME_MS
      // The canonical spelling, so that a differently written last letter is the same nonce.
      const canonical = bytes.toString('base64url')
      if (expiresMs <= nowMs || redeemed.has(canonical) || redeemed.size >= MAX_REMEMBERED) return false
      redeemed.set(canonical, expiresMs)
      return true
    },
  }
}
