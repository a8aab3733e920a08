// Heartbeats at the hub's pace, and the notice that it has stopped answering: a half-open link looks alive for minutes.
import type { Clock } from '@bongsu/foundation'

export interface HeartbeatOptions {
  readonly clock: Clock
  readonly intervalMs: number
  /** Sends one heartbeat with this sequence number. */
  readonly send: (sequence: number) => void
  /** Two in a row went unanswered. */
  readonly onSilent: (silentMs: number) => void
}

export interface HeartbeatTimer {
  answered(sequence: number): void
  stop(): void
}

const MISSES_ALLOWED = 2

/** The first heartbeat goes out at once. */
export function startHeartbeat({ clock, intervalMs, send, onSilent }: HeartbeatOptions): HeartbeatTimer {
  let sequence = 0
  let answeredSequence = 0
  const beat = () => {
    if (sequence - answeredSequence >= MISSES_ALLOWED) {
      timer.stop()
      return onSilent((sequence - answeredSequence) * intervalMs)
    }
    sequence += 1
    send(sequence)
  }
  const timer = clock.every(intervalMs, beat)
  beat()
  return {
    answered: (answer) => {
      if (answer <= sequence) answeredSequence = Math.max(answeredSequence, answer)
    },
    stop: () => timer.stop(),
  }
}
