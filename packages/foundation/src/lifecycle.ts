// Parts that start in order and stop in reverse. Constructors do nothing; `start` and `stop` may be called twice.

export interface Part {
  readonly name: string
  start(): Promise<void>
  stop(): Promise<void>
}

export interface Lifecycle {
  start(): Promise<void>
  /** Stops every started part, last first, even when one fails; then throws the first failure. */
  stop(): Promise<void>
}

export function createLifecycle(parts: readonly Part[]): Lifecycle {
  const started: Part[] = []
  let starting: Promise<void> | undefined
  let stopping: Promise<void> | undefined

  const stopAll = async () => {
    const failures: unknown[] = []
    for (let part = started.pop(); part; part = started.pop()) {
      try {
        await part.stop()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }

  const startAll = async () => {
    for (const part of parts) {
      if (stopping) return
      started.push(part)
      try {
        await part.start()
      } catch (error) {
        await stopAll().catch(() => undefined)
        throw error
      }
    }
  }

  return {
    start: () => (starting ??= startAll()),
    stop: () => (stopping ??= stopAll()),
  }
}
