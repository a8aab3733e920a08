// Which X sockets exist on this machine, and whom they belong to. Says nothing about whether anyone answers.
import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export const X11_SOCKET_DIR = '/tmp/.X11-unix'

export interface DisplaySocket {
  readonly number: number
  readonly socketPath: string
  /** The uid that the X server runs as: root for a classic Xorg, the session's for a rootless one. */
  readonly ownerUid: number
  /** Another one each time a server makes its socket, in whatever life. */
  readonly incarnation: string
}

/** All sockets `X<n>`, lowest number first; a missing directory is simply no display. */
export async function listDisplaySockets(socketDir: string): Promise<DisplaySocket[]> {
  const names = await readdir(socketDir).catch(() => [])
  const sockets: DisplaySocket[] = []
  for (const name of names) {
    const number = socketNumber(name)
    if (number === undefined) continue
    const socketPath = join(socketDir, name)
    const stats = await lstat(socketPath).catch(() => undefined)
    if (!stats?.isSocket()) continue
    const incarnation = `${stats.ino}-${stats.ctimeMs}`
    sockets.push({ number, socketPath, ownerUid: stats.uid, incarnation })
  }
  return sockets.toSorted((a, b) => a.number - b.number)
}

/** The n of `X<n>`; undefined for any other name, such as `X1_` of a lock in the making. */
export function socketNumber(name: string): number | undefined {
  const match = /^X(0|[1-9]\d{0,4})$/.exec(name)
  const number = match ? Number(match[1]) : undefined
  return number !== undefined && number <= 65_535 ? number : undefined
}

/**
 * The server's pid by its lock file `.X<n>-lock`; undefined when there is none to read.
 * The file outlives a killed server, so the pid must still be compared with the processes that run.
 */
export async function readLockPid(lockDir: string, displayNumber: number): Promise<number | undefined> {
  const text = await readFile(join(lockDir, `.X${displayNumber}-lock`), 'latin1').catch(() => '')
  const pid = Number.parseInt(text.trim(), 10)
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined
}
