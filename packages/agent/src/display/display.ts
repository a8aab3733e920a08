// The agent's display engine as the rest of the agent uses it: state, cookies for launches, proof of picture, screenshots.
// It never starts or stops an X server, and owns no connection between two calls.
import type { Clock } from '@bongsu/foundation'
import { type DiscoveryOptions, discoverDisplay } from './discovery.ts'
import type { DisplayState, ReadyDisplay } from './display-state.ts'
import { createLaunchCookieStore, type LaunchCookieStore } from './launch-cookie.ts'
import { type CheckedLaunch, checkPicture, type PictureCheck } from './picture-check.ts'
import type { MaxSize } from './rgb-image.ts'
import { createXScreen, type Screen } from './screen.ts'
import { type Screenshot, takeScreenshot } from './screenshot.ts'
import { X11Error } from './x11/x11-error.ts'

/** Where a container finds what a binding mounts. */
export const CONTAINER_SOCKET_DIR = '/tmp/.X11-unix'
export const CONTAINER_COOKIE_DIR = '/run/xauth'
export const CONTAINER_XAUTHORITY = `${CONTAINER_COOKIE_DIR}/Xauthority`

/** What the container specification of a launch needs to know of the display. */
export interface DisplayBinding {
  readonly launchId: string
  readonly displayNumber: number
  /** Value of `DISPLAY`. */
  readonly displayName: string
  /** On the device; mount read-only at `CONTAINER_SOCKET_DIR`. */
  readonly socketDir: string
  /** On the device; mount read-only at `CONTAINER_COOKIE_DIR`. */
  readonly cookieDir: string
  /** Value of `XAUTHORITY`, in the container. */
  readonly xauthorityPath: string
  /** Whom the cookie belongs to: the container must run as this user. */
  readonly uid: number
  readonly gid: number
  readonly widthPixels: number
  readonly heightPixels: number
}

export type BindResult =
  | { readonly kind: 'bound'; readonly binding: DisplayBinding }
  | { readonly kind: 'not_ready'; readonly state: DisplayState }

export interface BindRequest {
  readonly launchId: string
  readonly uid: number
  readonly gid: number
}

export interface ScreenshotRequest {
  /** Only the largest window of this launch; absent: the whole screen. */
  readonly hostname?: string
  /** Shrinks to fit, for thumbnails. */
  readonly maxSize?: MaxSize
}

export type ScreenshotResult =
  | ({ readonly kind: 'taken' } & Screenshot)
  /** The launch has no window of which anything is shown. */
  | { readonly kind: 'no_window' }
  | { readonly kind: 'not_ready'; readonly state: DisplayState }

export interface Display {
  /** Looks anew, in milliseconds, or up to the probe's time limit when a server hangs. */
  state(signal?: AbortSignal): Promise<DisplayState>
  /**
   * Gives a launch its cookie; call again after the X server restarted. Idempotent.
   * Rejects when the cookie cannot be written.
   */
  bind(request: BindRequest, signal?: AbortSignal): Promise<BindResult>
  /** Takes the cookie away from the directory. Idempotent. */
  release(launchId: string): Promise<void>
  /** Launches that hold a cookie, those of an earlier life of the agent included. */
  boundLaunches(): Promise<string[]>
  /** One verdict; up to a few seconds for a package that animates. Rejects only when aborted. */
  check(launch: CheckedLaunch, signal?: AbortSignal): Promise<PictureCheck>
  /** @throws X11Error `unsupported` for a screen whose pixels we do not read */
  screenshot(request: ScreenshotRequest, signal?: AbortSignal): Promise<ScreenshotResult>
}

export interface DisplayOptions extends Omit<DiscoveryOptions, 'clock'> {
  readonly clock: Pick<Clock, 'now' | 'monotonicMs' | 'sleep'>
  /** The agent's directory for run-time state. */
  readonly runDir: string
  /** Longest silence of the X server within a check or screenshot. Default 5000. */
  readonly requestTimeoutMs?: number | undefined
  /** See `PictureCheckOptions`. */
  readonly frozenAfterMs?: number | undefined
}

export function createDisplay(options: DisplayOptions): Display {
  return new DiscoveredDisplay(options)
}

type OnScreen<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'not_ready'; readonly state: DisplayState }

class DiscoveredDisplay implements Display {
  readonly #options: DisplayOptions
  readonly #cookies: LaunchCookieStore
  /** The last display that let us in; forgotten at the first sign that it changed. */
  #known: ReadyDisplay | undefined

  constructor(options: DisplayOptions) {
    this.#options = options
    this.#cookies = createLaunchCookieStore(options.runDir)
  }

  async state(signal?: AbortSignal): Promise<DisplayState> {
    const state = await discoverDisplay(this.#options, signal)
    this.#known = state.kind === 'ready' ? state.display : undefined
    return state
  }

  async bind({ launchId, uid, gid }: BindRequest, signal?: AbortSignal): Promise<BindResult> {
    const state = await this.state(signal)
    if (state.kind !== 'ready') return { kind: 'not_ready', state }
    const { number, cookie, socketDir, widthPixels, heightPixels } = state.display
    const cookieDir = await this.#cookies.write({ launchId, displayNumber: number, cookie, uid, gid })
    const binding: DisplayBinding = {
      launchId,
      displayNumber: number,
      displayName: `:${number}`,
      socketDir,
      cookieDir,
      xauthorityPath: CONTAINER_XAUTHORITY,
      uid,
      gid,
      widthPixels,
      heightPixels,
    }
    return { kind: 'bound', binding }
  }

  release(launchId: string): Promise<void> {
    return this.#cookies.remove(launchId)
  }

  boundLaunches(): Promise<string[]> {
    return this.#cookies.list()
  }

  async check(launch: CheckedLaunch, signal?: AbortSignal): Promise<PictureCheck> {
    const { clock, frozenAfterMs } = this.#options
    const unknown = (): PictureCheck => ({
      verdict: 'unknown',
      note: 'display_not_ready',
      checkedAt: clock.now(),
    })
    try {
      const seen = await this.#onScreen(signal, (screen) =>
        checkPicture(launch, { screen, clock, ...(frozenAfterMs && { frozenAfterMs }) }, signal),
      )
      return seen.kind === 'done' ? seen.value : unknown()
    } catch (error) {
      if (error instanceof X11Error) return unknown()
      throw error
    }
  }

  async screenshot(request: ScreenshotRequest, signal?: AbortSignal): Promise<ScreenshotResult> {
    const seen = await this.#onScreen(signal, (screen) =>
      takeScreenshot(screen, { ...request, clock: this.#options.clock }, signal),
    )
    if (seen.kind === 'not_ready') return seen
    return seen.value ? { kind: 'taken', ...seen.value } : { kind: 'no_window' }
  }

  /** Uses the display we know and looks anew once when it fails: it may have been restarted with another cookie. */
  async #onScreen<T>(
    signal: AbortSignal | undefined,
    use: (screen: Screen) => Promise<T>,
  ): Promise<OnScreen<T>> {
    if (this.#known) {
      try {
        return { kind: 'done', value: await use(this.#screenOf(this.#known)) }
      } catch (error) {
        if (!(error instanceof X11Error) || error.code === 'unsupported') throw error
        this.#known = undefined
      }
    }
    const state = await this.state(signal)
    if (state.kind !== 'ready') return { kind: 'not_ready', state }
    return { kind: 'done', value: await use(this.#screenOf(state.display)) }
  }

  #screenOf({ socketPath, cookie }: ReadyDisplay): Screen {
    return createXScreen({ socketPath, cookie, timeoutMs: this.#options.requestTimeoutMs ?? 5000 })
  }
}
