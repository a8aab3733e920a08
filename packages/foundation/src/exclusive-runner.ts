// Runs one job at a time; asking again while it runs means "once more afterwards", however often it was asked.
// Invariants: never two runs at once; a request made during a run is always followed by a run that starts later;
// after `stop` no run starts and the running one has been aborted and awaited.

export interface ExclusiveRunner {
  /** Asks for a run; resolves when a run that started after this call has ended. */
  request(): Promise<void>
  /** Aborts the running job and waits for it; later requests reject. */
  stop(): Promise<void>
}

/**
 * @param job must end soon after its signal aborts; its failure is given to those who asked for that run
 */
export function createExclusiveRunner(job: (signal: AbortSignal) => Promise<void>): ExclusiveRunner {
  const abort = new AbortController()
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined

  const start = (): Promise<void> => {
    const run = job(abort.signal).finally(() => {
      if (running === run) running = undefined
    })
    running = run
    return run
  }

  return {
    request() {
      if (abort.signal.aborted) return Promise.reject(abort.signal.reason)
      if (!running) return start()
      next ??= running
        .catch(() => undefined)
        .then(() => {
          next = undefined
          if (abort.signal.aborted) throw abort.signal.reason
          return start()
        })
      return next
    },
    async stop() {
      abort.abort(new Error('stopped'))
      await Promise.allSettled([running, next])
    },
  }
}
