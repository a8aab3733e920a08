// How many data bytes may be on the way at once, so that whatever is sent next waits for little: a window that shrinks
// when receipts come late and grows while they come promptly. The idea is LEDBAT's (RFC 6817): bound the delay one
// causes, not the loss. Kernel buffers hide megabytes on a thin link, so only the far end's receipts tell the truth.

export interface DelayWindow {
  /** Bytes that may be sent now. */
  available(): number
  sent(bytes: number): void
  received(bytes: number): void
}

export interface DelayWindowOptions {
  /** Milliseconds, never jumping. */
  readonly nowMs: () => number
  /** Queueing delay to stay under. */
  readonly targetMs?: number
}

export const SMALLEST_WINDOW_BYTES = 16 * 1024
const FIRST_WINDOW_BYTES = 64 * 1024
const LARGEST_WINDOW_BYTES = 1024 * 1024

export function createDelayWindow({ nowMs, targetMs = 200 }: DelayWindowOptions): DelayWindow {
  let windowBytes = FIRST_WINDOW_BYTES
  let inFlightBytes = 0
  /** The shortest delay seen: the link itself, without a queue. */
  let baseMs = Number.POSITIVE_INFINITY
  let flights: { bytes: number; sentMs: number }[] = []

  /** Takes bytes off the oldest flights; gives back when the last of them was sent. */
  const land = (bytes: number): number | undefined => {
    let left = bytes
    let sentMs: number | undefined
    while (left > 0) {
      const [oldest] = flights
      if (!oldest) break
      const landed = Math.min(left, oldest.bytes)
      oldest.bytes -= landed
      left -= landed
      sentMs = oldest.sentMs
      if (oldest.bytes === 0) flights = flights.slice(1)
    }
    return sentMs
  }

  return {
    available: () => Math.max(0, windowBytes - inFlightBytes),
    sent(bytes) {
      inFlightBytes += bytes
      flights.push({ bytes, sentMs: nowMs() })
    },
    received(bytes) {
      inFlightBytes = Math.max(0, inFlightBytes - bytes)
      const sentMs = land(bytes)
      if (sentMs === undefined) return
      const delayMs = nowMs() - sentMs
      baseMs = Math.min(baseMs, delayMs)
      const isLate = delayMs - baseMs > targetMs
      windowBytes = isLate
        ? Math.max(SMALLEST_WINDOW_BYTES, windowBytes / 2)
        : Math.min(LARGEST_WINDOW_BYTES, windowBytes + bytes)
    },
  }
}
