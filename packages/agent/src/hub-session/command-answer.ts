// How the handler of a command answers it: by a result, and before that by a stream where there are bytes to send.
import type { AgentMessage, Command, Multiplexer, OutgoingStream, Reason } from '@bongsu/protocol'

export interface CommandAnswer {
  /** A stream for the answer's bytes. @throws Error when the link has ended */
  openStream(kind: string): OutgoingStream
  done(): void
  failed(reason: Reason): void
  expired(): void
}

/** The session that asked; when it has ended nobody waits, so that what is said then goes nowhere. */
export interface AskingSession {
  readonly streams: Multiplexer
  readonly send: (message: AgentMessage) => void
}

export function answerTo({ id }: Command, { streams, send }: AskingSession): CommandAnswer {
  return {
    openStream: (kind) => streams.open({ kind, commandId: id }),
    done: () => send({ type: 'command-result', id, outcome: 'done' }),
    failed: (reason) => send({ type: 'command-result', id, outcome: 'failed', reason }),
    expired: () => send({ type: 'command-result', id, outcome: 'expired' }),
  }
}
