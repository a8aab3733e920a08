// The agent's display engine as the rest of the agent uses it: state, cookies for launches, proof of picture, screenshots.
// It never starts or stops an X server, and holds no connection between two calls.
import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '@bongsu/foundation'
import type { DisplayReport, LaunchProfile, Picture, Reason } from '@bongsu/protocol'
import { plainPrivileges } from '../privileged/plain-privileges.ts'
import type { Privileges } from '../privileged/privileges.ts'
import { type BindRequest, type BindResult, bindLaunch, entitlementOf } from './bind-launch.ts'
import { createDiscovery, type DiscoveryOptions } from './discovery.ts'
import { toDisplayReport, toPicture, toWaitingReason } from './display-report.ts'
import { X11_SOCKET_DIR } from './display-sockets.ts'
import { afterLook, type DisplayState, isSameState, type ReadyDisplay } from './display-state.ts'
import { watchDisplay } from './display-watch.ts'
import { examineLaunch } from './examine-launch.ts'
import { createMaskBook, type MaskedLaunch } from './masks.ts'
import type { CheckedLaunch, PictureCheck } from './picture-check.ts'
import { createPlacer, type PlacedLaunch, type Placer } from './placer.ts'
import type { MaxSize } from './rgb-image.ts'
import { createXScreen, type Screen, type ScreenAccess } from './screen.ts'
import { describeScreen, type ScreenDescription } from './screen-description.ts'
import { type Screenshot, type Still, type StillOptions, takeScreenshot, takeStill } from './screenshot.ts'
import { createTileBook } from './tile-book.ts'
import { X11Error } from './x11/x11-error.ts'

export { CONTAINER_COOKIE_DIR, CONTAINER_SOCKET_DIR, type DisplayBinding } from './display-binding.ts'

/** The display at one moment. */
export type DisplaySight =
  | { readonly kind: 'ready'; readonly incarnation: string }
  /** `refusal`: the X server's own words, where it answered and said no. */
  | { readonly kind: 'not_ready'; readonly refusal?: string | undefined }

export interface ScreenshotRequest {
  /** Only the largest window of the launch with this hostname; absent: the whole screen. */
  readonly hostname?: string | undefined
  /** Of that launch; see `CheckedLaunch`. */
  readonly containerIds?: readonly string[] | undefined
  /** Shrinks to fit, for thumbnails. */
  readonly maxSize?: MaxSize | undefined
}

export type ScreenshotResult =
  | ({ readonly kind: 'taken' } & Screenshot)
  | { readonly kind: 'failed'; readonly reason: Reason }

export type StillResult =
  | ({ readonly kind: 'taken' } & Still)
  | { readonly kind: 'failed'; readonly reason: Reason }

export interface Display {
  /** Looks anew, in milliseconds, or up to the probe's time limit when a server hangs. Rejects only when aborted. */
  state(signal?: AbortSignal): Promise<DisplayState>
  /** Looks anew, for telling why a program ended. Rejects only when aborted. */
  look(signal?: AbortSignal): Promise<DisplaySight>
  /** The display as last looked at; `unknown` before the first look. */
  lastReport(): DisplayReport
  /** Looks at once and then keeps looking; calls back when the display came, went or is another one. */
  watch(onChange: () => void): { stop(): void }
  /**
   * Gives a launch its cookie; call again after the X server restarted. Idempotent.
   * @throws CodedError AGENT_STATE_NOT_WRITABLE, or the signal's reason
   */
  bind(request: BindRequest, signal?: AbortSignal): Promise<BindResult>
  /** Removes the launch's cookie. Idempotent. */
  release(launchId: string): Promise<void>
  /** Launches that hold a cookie, those of an earlier life of the agent included. */
  boundLaunches(): Promise<string[]>
  /** One verdict; up to a few seconds for a package that animates. Rejects only when aborted. */
  check(launch: CheckedLaunch, signal?: AbortSignal): Promise<Picture>
  /** As `check`, with all the evidence, for the log and for diagnosis. */
  examine(launch: CheckedLaunch, signal?: AbortSignal): Promise<PictureCheck>
  /** Rejects only when aborted. */
  screenshot(request: ScreenshotRequest, signal?: AbortSignal): Promise<ScreenshotResult>
  /** As `screenshot`, before a file is made of it. */
  still(request: ScreenshotRequest, signal?: AbortSignal): Promise<StillResult>
}

/** A launch as the display has to do with it. */
export interface DisplayLaunch {
  readonly launchId: string
  readonly containerIds: readonly string[]
  /** Its profile; undefined for one that still runs, but is no longer wished. */
  readonly profile: Pick<LaunchProfile, 'display'> | undefined
}

export interface DisplayOptions extends Omit<DiscoveryOptions, 'privileges' | 'socketDir'> {
  /** In place of plain discovery. */
  readonly find?: ((signal?: AbortSignal) => Promise<DisplayState>) | undefined
  /** Default: what this process may do itself. */
  readonly privileges?: Privileges | undefined
  /** Default `/tmp/.X11-unix`. */
  readonly socketDir?: string | undefined
  /** Use this X authority file and no other; counts only without `privileges`, as the next. */
  readonly authFile?: string | undefined
  /** Stands before `/proc`, `/run`, `/home`, …; for a tree of files made for a test. Default: none. */
  readonly rootDir?: string | undefined
  readonly clock: Clock
  /** The agent's directory for run-time state. */
  readonly runDir: string
  /** What runs or should run here and what of it no picture may show. Default: nothing is masked. */
  readonly launches?: (() => readonly DisplayLaunch[]) | undefined
  /** Where tiles are remembered. Default: only in this life. */
  readonly tilesFile?: string | undefined
  /** Longest silence of the X server within a check or screenshot. Default 5000. */
  readonly requestTimeoutMs?: number | undefined
  /** See `PictureCheckOptions`. */
  readonly frozenAfterMs?: number | undefined
  /** Between two looks of a watch, if nothing else announces a change. Default 5000. */
  readonly watchIntervalMs?: number | undefined
}

export function createDisplay(options: DisplayOptions): Display {
  return new DiscoveredDisplay(options)
}

type OnScreen<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'waiting'; readonly reason: Reason }

class DiscoveredDisplay implements Display {
  readonly #options: DisplayOptions
  readonly #privileges: Privileges
  readonly #find: (signal?: AbortSignal) => Promise<DisplayState>
  readonly #createdAt: Date
  readonly #masks = createMaskBook()
  readonly #placer: Placer
  #last: DisplayState | undefined
  #description: { readonly incarnation: string; readonly screen: ScreenDescription } | undefined

  constructor(options: DisplayOptions) {
    this.#options = options
    const { socketDir = X11_SOCKET_DIR, privileges = plainPrivileges(options) } = options
    const discovery = createDiscovery({ ...options, privileges, socketDir })
    this.#privileges = privileges
    this.#find = options.find ?? ((signal) => discovery.look({ signal }))
    this.#createdAt = options.clock.now()
    this.#placer = createPlacer({
      clock: options.clock,
      tiles: createTileBook(options.tilesFile),
      launches: () => (options.launches?.() ?? []).flatMap(toPlacedLaunch),
    })
  }

  async state(signal?: AbortSignal): Promise<DisplayState> {
    const state = afterLook(this.#last, await this.#find(signal))
    this.#last = state
    return state
  }

  async look(signal?: AbortSignal): Promise<DisplaySight> {
    const state = await this.state(signal)
    if (state.kind === 'ready') return { kind: 'ready', incarnation: state.display.incarnation }
    return { kind: 'not_ready', ...(state.kind === 'refused' && { refusal: state.reason }) }
  }

  lastReport(): DisplayReport {
    if (this.#last) return toDisplayReport(this.#last, this.#descriptionOf(this.#last))
    return { state: 'unknown', checkedAt: this.#createdAt.toISOString() }
  }

  watch(onChange: () => void): { stop(): void } {
    // Compared with what was last told, not last looked at: a bind in between must not swallow a change.
    let told: DisplayState | undefined
    let toldScreen: ScreenDescription | undefined
    return watchDisplay({
      clock: this.#options.clock,
      socketDir: this.#options.socketDir ?? X11_SOCKET_DIR,
      intervalMs: this.#options.watchIntervalMs ?? 5000,
      look: async () => {
        const state = await this.state()
        await this.#describe(state)
        const screen = this.#descriptionOf(state)
        if (told && isSameState(told, state) && isDeepStrictEqual(toldScreen, screen)) return
        told = state
        toldScreen = screen
        onChange()
      },
    })
  }

  #descriptionOf(state: DisplayState): ScreenDescription | undefined {
    if (state.kind !== 'ready' || state.display.incarnation !== this.#description?.incarnation)
      return undefined
    return this.#description.screen
  }

  async #describe(state: DisplayState): Promise<void> {
    if (state.kind !== 'ready') return
    const screen = await describeScreen(this.#accessTo(state.display))
    if (screen) this.#description = { incarnation: state.display.incarnation, screen }
  }

  get #requestTimeoutMs(): number {
    return this.#options.requestTimeoutMs ?? 5000
  }

  async bind({ launchId, user }: BindRequest, signal?: AbortSignal): Promise<BindResult> {
    const state = await this.state(signal)
    if (state.kind !== 'ready') return { kind: 'waiting', reason: toWaitingReason(state) }
    const { probeTimeoutMs } = this.#options
    const access = { privileges: this.#privileges, probeTimeoutMs, signal }
    return bindLaunch({ launchId, user }, state.display, access)
  }

  release(launchId: string): Promise<void> {
    return this.#privileges.launchCookies.remove(launchId)
  }

  boundLaunches(): Promise<string[]> {
    return this.#privileges.launchCookies.list()
  }

  async check(launch: CheckedLaunch, signal?: AbortSignal): Promise<Picture> {
    return toPicture(await this.examine(launch, signal))
  }

  async examine(launch: CheckedLaunch, signal?: AbortSignal): Promise<PictureCheck> {
    const { clock, frozenAfterMs } = this.#options
    const placer = this.#placer
    const seen = await this.#onScreen(signal, (screen) =>
      examineLaunch(launch, { screen, clock, placer, ...(frozenAfterMs && { frozenAfterMs }) }, signal),
    )
    if (seen.kind === 'done') return seen.value
    return { verdict: 'unknown', note: 'display_not_ready', checkedAt: clock.now() }
  }

  async screenshot(request: ScreenshotRequest, signal?: AbortSignal): Promise<ScreenshotResult> {
    return this.#picture(signal, (screen) => takeScreenshot(screen, this.#stillOptions(request), signal))
  }

  async still(request: ScreenshotRequest, signal?: AbortSignal): Promise<StillResult> {
    return this.#picture(signal, (screen) => takeStill(screen, this.#stillOptions(request), signal))
  }

  async #picture<T extends object>(
    signal: AbortSignal | undefined,
    take: (screen: Screen) => Promise<T | undefined>,
  ): Promise<({ readonly kind: 'taken' } & T) | { readonly kind: 'failed'; readonly reason: Reason }> {
    const seen = await this.#onScreen(signal, async (screen) => ({ picture: await take(screen) }))
    if (seen.kind === 'waiting') return { kind: 'failed', reason: seen.reason }
    const { picture } = seen.value
    return picture ? { kind: 'taken', ...picture } : { kind: 'failed', reason: { code: 'AGENT_NO_WINDOW' } }
  }

  #stillOptions({ hostname, containerIds, maxSize }: ScreenshotRequest): StillOptions {
    const { clock, launches } = this.#options
    const owner = hostname === undefined ? undefined : { hostname, containerIds }
    if (!launches) return { clock, owner, maxSize }
    this.#masks.learn(launches().map(toMaskedLaunch))
    return { clock, owner, maxSize, masks: this.#masks }
  }

  /** Uses the display we know, and looks anew once when it fails: it may have come back with another cookie. */
  async #onScreen<T>(
    signal: AbortSignal | undefined,
    use: (screen: Screen & ScreenAccess) => Promise<T>,
  ): Promise<OnScreen<T>> {
    try {
      const value = this.#last?.kind === 'ready' ? await use(this.#screenOf(this.#last.display)) : undefined
      if (value !== undefined) return { kind: 'done', value }
    } catch (error) {
      if (!(error instanceof X11Error)) throw error
    }
    const state = await this.state(signal)
    if (state.kind !== 'ready') return { kind: 'waiting', reason: toWaitingReason(state) }
    try {
      return { kind: 'done', value: await use(this.#screenOf(state.display)) }
    } catch (error) {
      if (!(error instanceof X11Error)) throw error
      const { message } = error
      return { kind: 'waiting', reason: { code: 'AGENT_SCREENSHOT_FAILED', parameters: { message } } }
    }
  }

  #screenOf(display: ReadyDisplay): Screen & ScreenAccess {
    const drawing = display.serverKind === 'xwayland' ? 'apart' : 'shared'
    return createXScreen({ ...this.#accessTo(display), drawing })
  }

  /** As the session: that is whom the probe proved it for. */
  #accessTo(display: ReadyDisplay) {
    const { number, socketPath, cookie, sessionUser } = display
    const dial = this.#privileges.dialAs(number, sessionUser, entitlementOf(display))
    return { socketPath, cookie, dial, timeoutMs: this.#requestTimeoutMs }
  }
}

const toMaskedLaunch = ({ launchId, containerIds, profile }: DisplayLaunch): MaskedLaunch => ({
  launchId,
  containerIds,
  masks: profile && (profile.display?.masks ?? []),
})

function toPlacedLaunch({ launchId, profile }: DisplayLaunch): PlacedLaunch[] {
  const { output, placement } = profile?.display ?? {}
  return placement === undefined ? [] : [{ launchId, output, placement }]
}
