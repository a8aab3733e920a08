// Notices that the display came, went or changed: at once when the socket directory changes, else within seconds.
import { type FSWatcher, watch } from 'node:fs'
import type { Clock } from '@bongsu/foundation'

export interface DisplayWatchOptions {
  readonly clock: Pick<Clock, 'every'>
  readonly socketDir: string
  readonly intervalMs: number
  /** One look; never under way twice at a time. Its rejection is the callee's to report. */
  readonly look: () => Promise<void>
}

/** Looks at once and from then on, until stopped. */
export function watchDisplay({ clock, socketDir, intervalMs, look }: DisplayWatchOptions): { stop(): void } {
  let state: 'idle' | 'looking' | 'look_again' | 'stopped' = 'idle'
  let watcher: FSWatcher | undefined

  const trigger = (): void => {
    if (state === 'stopped') return
    if (state !== 'idle') {
      state = 'look_again'
      return
    }
    state = 'looking'
    void look()
      .catch(() => {})
      .finally(() => {
        const again = state === 'look_again'
        if (state !== 'stopped') state = 'idle'
        if (again) trigger()
      })
  }
  const rearm = (): void => {
    if (watcher !== undefined) return
    try {
      // The directory may not exist before the first X server starts; the interval tries again.
      watcher = watch(socketDir, { persistent: false }, trigger)
      watcher.on('error', drop)
    } catch {
      watcher = undefined
    }
  }
  const drop = (): void => {
    watcher?.close()
    watcher = undefined
  }
  const ticker = clock.every(intervalMs, () => {
    rearm()
    trigger()
  })
  rearm()
  trigger()
  return {
    stop() {
      state = 'stopped'
      ticker.stop()
      drop()
    },
  }
}
