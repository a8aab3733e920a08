// The proof of picture: a container that runs is not a window that shows. Judges one launch by what the screen holds.
import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '@bongsu/foundation'
import type { Reason } from '@bongsu/protocol'
import { type Colours, coloursOf } from './flat-colour.ts'
import { changedShare } from './frame-difference.ts'
import { totalArea } from './rectangles.ts'
import type { Screen, WindowPicture } from './screen.ts'
import { type ScreenWindow, windowsOf } from './windows.ts'
import type { PixelRectangle } from './x11/requests.ts'

export type PictureVerdict = 'unknown' | 'no_window' | 'unmapped' | 'black' | 'frozen' | 'visible'

export interface PictureCheck {
  /** `black` means one flat colour, whichever; `unknown` comes with a `note`. */
  readonly verdict: PictureVerdict
  /**
   * Why we cannot tell: nothing of the window is shown, it went or moved while we looked, the monitor sleeps or is
   * covered by its saver, or there is no display.
   */
  readonly note?: 'hidden' | 'window_changed' | 'screen_dark' | 'display_not_ready'
  /** What of its placement could not be had. */
  readonly placementNotes?: readonly Reason[]
  readonly checkedAt: Date
  /** The window judged; absent for `no_window`. */
  readonly window?: {
    readonly windowId: number
    readonly title: string | undefined
    readonly geometry: PixelRectangle
    /** Share of its area that the glass shows, 0 to 1. */
    readonly shownShare: number
  }
  readonly colours?: Colours
  /** Share of the pixels that differed between two frames, 0 to 1; for packages that animate. */
  readonly changedShare?: number
}

export interface CheckedLaunch {
  /** Hostname of the launch's lead container. */
  readonly hostname: string
  /** Its containers: windows are known by them where the server tells the process behind a window. */
  readonly containerIds?: readonly string[] | undefined
  /** Whether the package says that its picture moves. */
  readonly motion: 'still' | 'animates'
}

export interface PictureCheckOptions {
  readonly screen: Screen
  readonly clock: Pick<Clock, 'now' | 'monotonicMs' | 'sleep'>
  /** A picture that animates must change within this time, or it is frozen. Default 5000. */
  readonly frozenAfterMs?: number
  /** Between two frames. Default 250. */
  readonly frameIntervalMs?: number
}

/**
 * One verdict on one launch. For a package that animates it takes up to `frozenAfterMs`.
 * @throws X11Error when the display does not answer; the signal's reason when aborted
 */
export async function checkPicture(
  launch: CheckedLaunch,
  options: PictureCheckOptions,
  signal?: AbortSignal,
): Promise<PictureCheck> {
  const { screen, clock } = options
  const own = windowsOf(await screen.listWindows(signal), launch)
  const viewable = own.filter((window) => window.state === 'viewable').toSorted(byShownArea)
  const [largest] = viewable
  if (!largest) return withoutPicture(own, clock.now())
  let best: PictureCheck = { verdict: 'unknown', note: 'hidden', checkedAt: clock.now(), ...about(largest) }
  for (const window of viewable) {
    if (window.shownParts.length === 0) break
    const check = await judgeWindow(window, launch, options, signal)
    if (check.verdict === 'visible') return check
    if (best.verdict === 'unknown') best = check
  }
  return best
}

function byShownArea(a: ScreenWindow, b: ScreenWindow): number {
  return totalArea(b.shownParts) - totalArea(a.shownParts)
}

function withoutPicture(own: readonly ScreenWindow[], checkedAt: Date): PictureCheck {
  // Toolkits keep small windows unmapped for ever; only one large enough to be looked at counts as hidden.
  const [window] = own.filter(({ geometry }) => geometry.widthPixels >= 32 && geometry.heightPixels >= 32)
  return window ? { verdict: 'unmapped', checkedAt, ...about(window) } : { verdict: 'no_window', checkedAt }
}

function about({
  windowId,
  title,
  geometry,
  shownParts,
}: ScreenWindow): Required<Pick<PictureCheck, 'window'>> {
  const shownShare = totalArea(shownParts) / totalArea([geometry])
  return { window: { windowId, title, geometry, shownShare } }
}

async function judgeWindow(
  window: ScreenWindow,
  launch: CheckedLaunch,
  options: PictureCheckOptions,
  signal: AbortSignal | undefined,
): Promise<PictureCheck> {
  const { screen, clock } = options
  const first = await screen.captureWindow(window, signal)
  const facts = { checkedAt: clock.now(), ...about(window) }
  if (!first) return { verdict: 'unknown', note: 'window_changed', ...facts }
  const colours = coloursOf(first.image, first.parts)
  if (colours.isFlat) return { verdict: 'black', colours, ...facts }
  if (launch.motion === 'still') return { verdict: 'visible', colours, ...facts }
  const changed = await watchForChange(window, first, options, signal)
  if (changed === undefined) return { verdict: 'unknown', note: 'window_changed', colours, ...facts }
  const verdict = changed > 0 ? 'visible' : 'frozen'
  return { verdict, colours, changedShare: changed, ...facts, checkedAt: clock.now() }
}

/**
 * Compares frames of one window until two differ. A window that was moved or covered meanwhile shows other pixels
 * without any motion of its own, so a difference counts only if the window still lies as it lay.
 * @returns the share that changed, 0 when time runs out, undefined when the window went away or moved
 */
async function watchForChange(
  window: ScreenWindow,
  first: WindowPicture,
  options: PictureCheckOptions,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const { screen, clock, frozenAfterMs = 5000, frameIntervalMs = 250 } = options
  const startMs = clock.monotonicMs()
  do {
    await clock.sleep(frameIntervalMs, signal)
    const next = await screen.captureWindow(window, signal)
    if (!next) return undefined
    const changed = changedShare(first.image, next.image, first.parts)
    if (changed === 0) continue
    const now = (await screen.listWindows(signal)).find(({ windowId }) => windowId === window.windowId)
    return isDeepStrictEqual(now?.shownParts, window.shownParts) ? changed : undefined
  } while (clock.monotonicMs() - startMs < frozenAfterMs)
  return 0
}
