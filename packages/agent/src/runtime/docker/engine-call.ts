// One call to the engine: a time limit, the caller's signal, and a coded error whatever goes wrong.
import { CodedError } from '@bongsu/foundation'
import { toCodedError } from './docker-errors.ts'

/** @param run must hand the signal it is given to the client */
export async function engineCall<T>(
  timeoutMs: number,
  callerSignal: AbortSignal | undefined,
  run: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  callerSignal?.throwIfAborted()
  const timeout = new AbortController()
  // Not the platform's own: that one lives to its end, a minute per call, with all that listens to it.
  const timer = setTimeout(() => timeout.abort(), timeoutMs).unref()
  const signal = callerSignal ? AbortSignal.any([callerSignal, timeout.signal]) : timeout.signal
  try {
    // The client may miss an abort between its own steps, so the wait itself ends with the signal too.
    return await Promise.race([run(signal), rejectionOf(signal)])
  } catch (error) {
    if (callerSignal?.aborted) throw callerSignal.reason
    if (timeout.signal.aborted) {
      throw new CodedError('AGENT_ENGINE_UNREACHABLE', {
        quote: `no answer within ${timeoutMs} ms`,
        cause: error,
      })
    }
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** Like `engineCall`, for calls of which no answer is a value: every failure comes coded. */
export async function codedEngineCall<T>(
  timeoutMs: number,
  callerSignal: AbortSignal | undefined,
  run: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await engineCall(timeoutMs, callerSignal, run)
  } catch (error) {
    throw codedUnlessAborted(error, callerSignal)
  }
}

/** An abort is passed on as it is: cancelling is not an error. */
export const codedUnlessAborted = (error: unknown, callerSignal: AbortSignal | undefined): unknown =>
  callerSignal?.aborted ? callerSignal.reason : toCodedError(error)

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
