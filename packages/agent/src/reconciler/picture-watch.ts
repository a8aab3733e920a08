// Looks again and again whether running launches show something: often until they do, then now and then.
// Runs beside the reconciler, which only reads the last verdicts.
import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '@bongsu/foundation'
import type { Picture } from '@bongsu/protocol'
import type { PictureCheckPort, PictureRequest } from './ports.ts'

/** A run of a launch: another lead container is another program, whose picture is yet to be proved. */
export interface WatchedRun extends PictureRequest {
  readonly containerId: string
}

export interface PictureWatchOptions {
  readonly pictures: PictureCheckPort
  readonly clock: Clock
  /** A verdict is there or is another one. */
  readonly onChange: () => void
}

const EAGER_MS = 250
/** Eager for so long; a program that shows nothing by then is looked at less often. */
const EAGER_FOR_MS = 60_000
const PATIENT_MS = 2000
const SETTLED_MS = 10_000
/** The same sight is told again this often, so that its age stays known. */
const RETELL_MS = 60_000

interface Watch {
  readonly abort: AbortController
  run: WatchedRun
  picture: Picture | undefined
}

export class PictureWatch {
  readonly #options: PictureWatchOptions
  readonly #watches = new Map<string, Watch>()

  constructor(options: PictureWatchOptions) {
    this.#options = options
  }

  /** Watches exactly these from now on. Idempotent. */
  follow(runs: readonly WatchedRun[]): void {
    const wanted = new Set(runs.map(({ containerId }) => containerId))
    for (const [containerId, { abort }] of this.#watches) {
      if (wanted.has(containerId)) continue
      abort.abort()
      this.#watches.delete(containerId)
    }
    for (const run of runs) {
      const watch = this.#watches.get(run.containerId)
      // Members come and go while the lead runs.
      if (watch) watch.run = run
      else this.#start(run)
    }
  }

  /** The last verdict on the run of this lead container. */
  pictureOf(containerId: string): Picture | undefined {
    return this.#watches.get(containerId)?.picture
  }

  #start(run: WatchedRun): void {
    const watch: Watch = { abort: new AbortController(), run, picture: undefined }
    this.#watches.set(run.containerId, watch)
    // Ends by its abort alone; a check that failed otherwise would be a fault of the port.
    void this.#watch(watch).catch(() => undefined)
  }

  async #watch(watch: Watch): Promise<void> {
    const { pictures, clock, onChange } = this.#options
    const { signal } = watch.abort
    const startMs = clock.monotonicMs()
    let toldMs = startMs
    while (!signal.aborted) {
      const picture = await pictures.check(requestOf(watch.run), signal)
      if (signal.aborted) return
      const nowMs = clock.monotonicMs()
      const isNews = !isSameSight(watch.picture, picture) || nowMs - toldMs >= RETELL_MS
      watch.picture = picture
      if (isNews) {
        toldMs = nowMs
        onChange()
      }
      const isEager = nowMs - startMs < EAGER_FOR_MS
      const pauseMs = picture.verdict === 'visible' ? SETTLED_MS : isEager ? EAGER_MS : PATIENT_MS
      await clock.sleep(pauseMs, signal)
    }
  }
}

const requestOf = ({ containerId: _, ...request }: WatchedRun): PictureRequest => request

/** A later look at the same thing is no news by itself. */
function isSameSight(a: Picture | undefined, b: Picture): boolean {
  return (
    a?.verdict === b.verdict &&
    a.windowTitle === b.windowTitle &&
    a.widthPixels === b.widthPixels &&
    a.heightPixels === b.heightPixels &&
    isDeepStrictEqual(a.notes, b.notes)
  )
}
