// Which X sockets exist on this machine, and whom they belong to. Says nothing about whether anyone answers.
// It reads without waiting for others, as everything does that the root helper does too: while it connects as somebody
// else, no file may be opened (see privileged/connect-as.ts).
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { orUndefined } from './or-undefined.ts'

export const X11_SOCKET_DIR = '/tmp/.X11-unix'

export const DisplaySocket = Type.Object({
  number: Type.Integer({ minimum: 0, maximum: 65_535 }),
  socketPath: Type.String({ maxLength: 4096 }),
  /** The uid that the X server runs as: root for a classic Xorg, the session's for a rootless one. */
  ownerUid: Type.Integer({ minimum: 0 }),
  /** Permission bits: connecting takes the right to write. */
  mode: Type.Integer({ minimum: 0, maximum: 0o777 }),
  /** Another one each time a server makes its socket, in whatever life. */
  incarnation: Type.String({ maxLength: 100 }),
})
export type DisplaySocket = Static<typeof DisplaySocket>

/** All sockets `X<n>`, lowest number first; a missing directory is simply no display. */
export function listDisplaySockets(socketDir: string): DisplaySocket[] {
  const names = orUndefined(() => readdirSync(socketDir)) ?? []
  const sockets: DisplaySocket[] = []
  for (const name of names) {
    const number = socketNumber(name)
    if (number === undefined) continue
    const socketPath = join(socketDir, name)
    const stats = orUndefined(() => lstatSync(socketPath))
    if (!stats?.isSocket()) continue
    const incarnation = `${stats.ino}-${stats.ctimeMs}`
    sockets.push({ number, socketPath, ownerUid: stats.uid, mode: stats.mode & 0o777, incarnation })
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
export function readLockPid(lockDir: string, displayNumber: number): number | undefined {
  const text = orUndefined(() => readFileSync(join(lockDir, `.X${displayNumber}-lock`), 'latin1')) ?? ''
  const pid = Number.parseInt(text.trim(), 10)
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined
}
