// Asks one display whether it lets us in, by the X connection setup itself: no child process, no environment.
import { type Dial, openX11 } from './x11/connection.ts'
import type { Screen, ServerSetup } from './x11/connection-setup.ts'
import type { XCookie } from './x11/x-cookie.ts'
import { X11Error } from './x11/x11-error.ts'

export const DEFAULT_PROBE_TIMEOUT_MS = 3000

export type ProbeResult =
  | {
      readonly kind: 'ready'
      /** Of the first screen, which `:n` means. */
      readonly widthPixels: number
      readonly heightPixels: number
      readonly vendor: string
      readonly screens: readonly Pick<Screen, 'widthPixels' | 'heightPixels'>[]
    }
  /** The server said no; `reason` is its own text. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'no_socket' }
  | { readonly kind: 'stale_socket' }
  | { readonly kind: 'denied' }
  /** A hung server, or one whose terminal is switched away. */
  | { readonly kind: 'timeout'; readonly afterMs: number }
  /** It answered, but not as an X server does. */
  | { readonly kind: 'not_x11'; readonly detail: string }

export interface ProbeOptions {
  readonly socketPath: string
  readonly cookie?: XCookie | undefined
  readonly timeoutMs?: number
  readonly signal?: AbortSignal | undefined
  /** Connects as somebody else. */
  readonly dial?: Dial | undefined
}

/** Never rejects but for an aborted signal: every answer of a display is a value. */
export async function probeDisplay(options: ProbeOptions): Promise<ProbeResult> {
  const timeoutMs = options.timeoutMs ?? DEFAULT_PROBE_TIMEOUT_MS
  try {
    const connection = await openX11({ ...options, timeoutMs })
    connection.close()
    return toReady(connection.setup)
  } catch (error) {
    if (error instanceof X11Error) return toFailure(error, timeoutMs)
    throw error
  }
}

function toReady(setup: ServerSetup): ProbeResult {
  const [first] = setup.screens
  return {
    kind: 'ready',
    widthPixels: first.widthPixels,
    heightPixels: first.heightPixels,
    vendor: setup.vendor,
    screens: setup.screens.map(({ widthPixels, heightPixels }) => ({ widthPixels, heightPixels })),
  }
}

function toFailure(error: X11Error, timeoutMs: number): ProbeResult {
  switch (error.code) {
    case 'refused':
      return { kind: 'refused', reason: error.message }
    case 'no_socket':
    case 'stale_socket':
    case 'denied':
      return { kind: error.code }
    case 'timeout':
      return { kind: 'timeout', afterMs: error.afterMs ?? timeoutMs }
    case 'lost':
    case 'malformed':
    case 'request_failed':
    case 'unsupported':
      return { kind: 'not_x11', detail: error.message }
  }
}
