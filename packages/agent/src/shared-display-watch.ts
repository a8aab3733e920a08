// One watch of the display for all who want to know: each look reads the process table, which is dear every few seconds.
import type { Display } from './display/display.ts'

export interface SharedDisplayWatch {
  /** The display is not looked at before. */
  start(): void
  stop(): void
  /** Calls back at each change from now on, and once soon if the display was looked at already. */
  watch(onChange: () => void): { stop(): void }
}

export function shareDisplayWatch(display: Pick<Display, 'watch'>): SharedDisplayWatch {
  const listeners = new Set<() => void>()
  let watching: { stop(): void } | undefined
  let hasLooked = false
  return {
    start() {
      watching ??= display.watch(() => {
        hasLooked = true
        for (const listener of listeners) listener()
      })
    },
    stop: () => watching?.stop(),
    watch(onChange) {
      listeners.add(onChange)
      if (hasLooked) queueMicrotask(() => listeners.has(onChange) && onChange())
      return { stop: () => void listeners.delete(onChange) }
    },
  }
}
