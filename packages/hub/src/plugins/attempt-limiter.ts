// Counts failed attempts per network address in a window; memory is bounded whoever knocks.
import { isIPv6 } from 'node:net'
import { type Clock, CodedError } from '@bongsu/foundation'

export interface AttemptLimiter {
  /** @throws CodedError HUB_TOO_MANY_ATTEMPTS when this address has used up its attempts */
  check(address: string): void
  recordFailure(address: string): void
}

export interface AttemptLimits {
  readonly attempts: number
  readonly windowMs: number
}

const MAX_ADDRESSES = 10_000

/** An IPv6 caller owns its whole /64, so that is what counts. */
export const addressKey = (address: string): string =>
  isIPv6(address) && !address.startsWith('::ffff:') ? address.split(':').slice(0, 4).join(':') : address

export function createAttemptLimiter(clock: Clock, { attempts, windowMs }: AttemptLimits): AttemptLimiter {
  const failures = new Map<string, { count: number; sinceMs: number }>()

  const current = (key: string) => {
    const entry = failures.get(key)
    if (entry && clock.monotonicMs() - entry.sinceMs < windowMs) return entry
    failures.delete(key)
    return undefined
  }

  return {
    check(address) {
      const entry = current(addressKey(address))
      if (entry && entry.count >= attempts) throw new CodedError('HUB_TOO_MANY_ATTEMPTS')
    },
    recordFailure(address) {
      const key = addressKey(address)
      const entry = current(key)
      if (entry) {
        entry.count += 1
        return
      }
      // The oldest entry makes room: insertion order is the order of windows.
      const [oldest] = failures.keys()
      if (failures.size >= MAX_ADDRESSES && oldest !== undefined) failures.delete(oldest)
      failures.set(key, { count: 1, sinceMs: clock.monotonicMs() })
    },
  }
}
