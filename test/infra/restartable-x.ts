// An Xvfb that a test ends and starts anew, as a screen does that is switched off, crashes or logs out.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { encodeAuthFile } from '@bongsu/trial'
import { requireProgram } from './programs.ts'
import { type Cleanup, tempDir } from './temp-dir.ts'
import { waitFor } from './wait-for.ts'

/** One in the file system, one abstract. */
const LISTENING_SOCKETS = 2

export interface RestartableX {
  /** Stays the same file; its cookie is another one after each start. */
  readonly authFile: string
  /** Of the server that runs, or ran last. */
  number(): number
  /** @param number another one than before; default the same */
  start(number?: number): Promise<void>
  /** Resolves when the process is gone. SIGKILL leaves socket and lock behind, as a crash does. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Connections that the server holds now. */
  clients(): number
}

/** The display's number is free when this returns; nothing runs until `start`. */
export function restartableX(cleanup: Cleanup, extraOptions: readonly string[] = []): RestartableX {
  const program = requireProgram('Xvfb', 'xvfb')
  const authFile = join(tempDir(cleanup, 'screen'), 'Xauthority')
  let number = freeNumber()
  let child: ChildProcess | undefined
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    const ending = child
    child = undefined
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    const gone = new Promise((resolve) => ending.once('exit', resolve))
    ending.kill(signal)
    await gone
  }
  cleanup.after(async () => {
    await end('SIGTERM')
    clearRemains(number)
  })
  return {
    authFile,
    number: () => number,
    end,
    async start(wanted = number) {
      number = wanted
      writeFileSync(authFile, encodeAuthFile(number, randomBytes(16)), { mode: 0o600 })
      const server = ['-screen', '0', '800x600x24', '-auth', authFile, '-nolisten', 'tcp', '-noreset']
      child = spawn(program, [`:${number}`, ...server, ...extraOptions], { stdio: 'ignore' })
      await waitFor(() => accepts(number), { what: `Xvfb :${number}`, until: Boolean, intervalMs: 10 })
    },
    clients: () => (child?.pid === undefined ? 0 : openSockets(child.pid) - LISTENING_SOCKETS),
  }
}

/** What a killed server left; a living one's is not touched. */
export function clearRemains(display: number): void {
  const lock = `/tmp/.X${display}-lock`
  const pid = existsSync(lock) ? readFileSync(lock, 'latin1').trim() : undefined
  if (pid === undefined || existsSync(`/proc/${pid}`)) return
  rmSync(`/tmp/.X11-unix/X${display}`, { force: true })
  rmSync(lock, { force: true })
}

export function freeNumber(): number {
  for (;;) {
    const number = randomInt(90, 1024)
    if (!existsSync(`/tmp/.X11-unix/X${number}`) && !existsSync(`/tmp/.X${number}-lock`)) return number
  }
}

/** Whether somebody listens on this display. */
export function accepts(number: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(`/tmp/.X11-unix/X${number}`)
    socket.once('connect', () => resolve(socket.destroy() !== undefined))
    socket.once('error', () => resolve(false))
  })
}

/** By the server's open files: a client in another network namespace is in no list of ours. */
function openSockets(pid: number): number {
  const folder = `/proc/${pid}/fd`
  return readdirSync(folder).filter((name) => linkOf(join(folder, name)).startsWith('socket:')).length
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    // Closed since the folder was read.
    return ''
  }
}
