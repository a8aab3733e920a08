// What can go wrong between us and an X server, as one coded error.
// The words shown to people are chosen elsewhere, by code.

export type X11ErrorCode =
  /** No file at the socket's path: no server. */
  | 'no_socket'
  /** The socket file is there, nobody listens: the server died. */
  | 'stale_socket'
  /** The socket's mode keeps our uid out. */
  | 'denied'
  /** The server answered and said no; `message` is its own text. */
  | 'refused'
  /** No answer in time: hung or stopped server. */
  | 'timeout'
  /** The connection ended while a reply was due. */
  | 'lost'
  /** Bytes that no X server sends. */
  | 'malformed'
  /** The server answered a request with an X error; see `xErrorName`. */
  | 'request_failed'
  /** A valid picture format that we do not decode. */
  | 'unsupported'

const X_ERROR_NAMES: Readonly<Record<number, string>> = {
  1: 'BadRequest',
  2: 'BadValue',
  3: 'BadWindow',
  4: 'BadPixmap',
  5: 'BadAtom',
  6: 'BadCursor',
  7: 'BadFont',
  8: 'BadMatch',
  9: 'BadDrawable',
  10: 'BadAccess',
  11: 'BadAlloc',
  12: 'BadColormap',
  13: 'BadGContext',
  14: 'BadIDChoice',
  15: 'BadName',
  16: 'BadLength',
  17: 'BadImplementation',
}

export class X11Error extends Error {
  override readonly name = 'X11Error'
  readonly code: X11ErrorCode
  /** `BadWindow` and the like, where `code` is `request_failed`. */
  readonly xErrorName: string | undefined
  /** How long we waited, where `code` is `timeout`. */
  readonly afterMs: number | undefined

  constructor(
    code: X11ErrorCode,
    message: string,
    details: { readonly xErrorName?: string; readonly afterMs?: number; readonly cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? {} : { cause: details.cause })
    this.code = code
    this.xErrorName = details.xErrorName
    this.afterMs = details.afterMs
  }
}

/** A decoder's complaint: the peer broke the protocol. */
export function malformed(what: string): X11Error {
  return new X11Error('malformed', `Malformed X11 data: ${what}`)
}

/** The error of an error frame (X11 protocol, section "Errors"). */
export function requestFailed(xErrorCode: number, majorOpcode: number, badValue: number): X11Error {
  const xErrorName = X_ERROR_NAMES[xErrorCode] ?? `error ${xErrorCode}`
  const message = `X server answered ${xErrorName} (request ${majorOpcode}, value 0x${badValue.toString(16)})`
  return new X11Error('request_failed', message, { xErrorName })
}

/**
 * True when the window or drawable of a request is gone or no longer viewable.
 * Windows come and go while we look, so callers treat this as "not there".
 */
export function isGone(error: unknown): boolean {
  return (
    error instanceof X11Error &&
    error.code === 'request_failed' &&
    ['BadWindow', 'BadDrawable', 'BadMatch'].includes(error.xErrorName ?? '')
  )
}
