// What a container needs of a display: which paths to mount where, and as whom to run. The specification builder consumes it.

/** Where a container finds what a binding mounts. */
export const CONTAINER_SOCKET_DIR = '/tmp/.X11-unix'
export const CONTAINER_COOKIE_DIR = '/run/xauth'
export const CONTAINER_XAUTHORITY = `${CONTAINER_COOKIE_DIR}/Xauthority`

export interface DisplayBinding {
  readonly launchId: string
  readonly displayNumber: number
  /** Value of `DISPLAY`. */
  readonly displayName: string
  /** Another one when the X server is another process: connections made before are gone then. */
  readonly incarnation: string
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
