// What a report of the smoke run's launch says about the version. Pure.
import { isRetryable, type Launch, type Reason } from '@bongsu/protocol'

export type Outcome =
  | { readonly kind: 'undecided'; readonly verdict: string }
  | { readonly kind: 'visible' }
  | { readonly kind: 'failed'; readonly reason: Reason; readonly findings?: readonly Reason[] }

const NOT_REPORTED = 'unknown'

/** A program that ended by itself has failed, though the device would start it again. */
export function outcomeOf({ status, wanted }: Pick<Launch, 'status' | 'wanted'>): Outcome {
  if (wanted === 'stopped') return { kind: 'failed', reason: { code: 'HUB_VERIFICATION_LOST' } }
  if (!status) return { kind: 'undecided', verdict: NOT_REPORTED }
  const { phase, reason, findings = [], restarts, picture } = status
  if (picture?.verdict === 'visible' && phase === 'running') return { kind: 'visible' }
  const isRefused = reason !== undefined && !isRetryable(reason.code)
  const isOver = isRefused || phase === 'failed' || phase === 'expired' || phase === 'stopped'
  if (!isOver && restarts === 0 && findings.length === 0) {
    return { kind: 'undecided', verdict: picture?.verdict ?? NOT_REPORTED }
  }
  const best = findings[0] ?? reason ?? { code: 'HUB_VERIFICATION_LOST' }
  return { kind: 'failed', reason: best, ...(findings.length > 0 && { findings }) }
}
