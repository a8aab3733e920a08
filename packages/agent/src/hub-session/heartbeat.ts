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
  /** One more at once, because there is news; the pace and the count of misses stay as they are. */
  beatNow(): void
  answered(sequence: number): void
  stop(): void
}

const MISSES_ALLOWED = 2

/** The first heartbeat goes out at once. */
export function startHeartbeat({ clock, intervalMs, send, onSilent }: HeartbeatOptions): HeartbeatTimer {
  let sequence = 0
  /** Beats of the pace that nobody has answered yet. */
  let unanswered: number[] = []
  const beatNow = () => {
    sequence += 1
    send(sequence)
  }
  const beat = () => {
    if (unanswered.length >= MISSES_ALLOWED) {
      timer.stop()
      return onSilent(unanswered.length * intervalMs)
    }
    beatNow()
    unanswered.push(sequence)
  }
  const timer = clock.every(intervalMs, beat)
  beat()
  return {
    beatNow,
    answered: (answer) => {
      if (answer <= sequence) unanswered = unanswered.filter((waiting) => waiting > answer)
    },
    stop: () => timer.stop(),
  }
}
