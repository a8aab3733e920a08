// Why an attempt or a link ended, as a coded reason, and when to come back if somebody said so. Pure.
import { isCodedError, messageOf } from '@bongsu/foundation'
import { closeMeaning, parseRetryAfter, type Reason } from '@bongsu/protocol'
import { HubRefused } from './hub-http.ts'

export interface SessionEnd {
  readonly reason: Reason
  /** Otherwise the back-off decides. */
  readonly retryAfterMs?: number | undefined
}

/** A device that took over is given time: two that share a key must not take turns all day long. */
const SUPERSEDED_RETRY_MS = 30_000
/** A revoked device asks rarely: it was an operator's decision, and another one undoes it. */
const REVOKED_RETRY_MS = 300_000

/** What a WebSocket's close says. */
export function endOfLink(closeCode: number, text: string): SessionEnd {
  switch (closeMeaning(closeCode)) {
    case 'superseded':
      return { reason: { code: 'PROTOCOL_SUPERSEDED' }, retryAfterMs: SUPERSEDED_RETRY_MS }
    case 'revoked':
      return { reason: { code: 'PROTOCOL_DEVICE_REVOKED' }, retryAfterMs: REVOKED_RETRY_MS }
    case 'draining':
      return { reason: { code: 'HUB_SHUTTING_DOWN' }, retryAfterMs: parseRetryAfter(text) }
    default: {
      const parameters = { message: `link closed (${closeCode})` }
      return { reason: { code: 'PROTOCOL_HUB_UNREACHABLE', parameters } }
    }
  }
}

/** What a failed attempt says. */
export function endOfAttempt(error: unknown): SessionEnd {
  if (error instanceof HubRefused) return { reason: error.toReason(), retryAfterMs: error.retryAfterMs }
  if (isCodedError(error)) return { reason: error.toReason() }
  const parameters = { step: 'session', message: messageOf(error).slice(0, 300) }
  return { reason: { code: 'AGENT_INTERNAL', parameters } }
}

export const endOfPatience = (silentMs: number): SessionEnd => ({
  reason: { code: 'PROTOCOL_LINK_SILENT', parameters: { silentMs: Math.round(silentMs) } },
})
