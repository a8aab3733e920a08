// A free display number, clearing away what dead servers left. Nothing of a live server is ever touched.
import { lstatSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readLockPid } from '../display/display-sockets.ts'
import { orUndefined } from '../display/or-undefined.ts'
import { probeDisplay } from '../display/probe.ts'
import { startTicksOf } from './server-record.ts'

/** The lowest number from `first` on that no server holds; its stale lock and socket are gone when this returns. */
export async function freeDisplayNumber(socketDir: string, first: number): Promise<number> {
  for (let number = first; number < first + 900; number += 1) {
    if (await isFree(socketDir, number)) return number
  }
  throw new Error(`no display number is free from ${first} on`)
}

async function isFree(socketDir: string, number: number): Promise<boolean> {
  const socketPath = join(socketDir, `X${number}`)
  const lockDir = dirname(socketDir)
  const lockPid = readLockPid(lockDir, number)
  if (lockPid !== undefined && startTicksOf(lockPid) !== undefined) return false
  if (exists(socketPath)) {
    const { kind } = await probeDisplay({ socketPath, timeoutMs: 1000 })
    // Whoever answers, or only takes the connection, lives.
    if (kind !== 'stale_socket' && kind !== 'no_socket') return false
    rmSync(socketPath, { force: true })
  }
  if (lockPid !== undefined) rmSync(join(lockDir, `.X${number}-lock`), { force: true })
  return true
}

const exists = (path: string): boolean => orUndefined(() => lstatSync(path)) !== undefined
