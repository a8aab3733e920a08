// Pid files that a killed engine left behind. dockerd takes any living process with that number for another dockerd, or
// for its containerd, and then refuses to start or waits for ever.
import { readFileSync, rmSync } from 'node:fs'

export interface PidFile {
  readonly path: string
  /** Name of the program, as `/proc/<pid>/comm` says it. */
  readonly program: string
}

/** Of an engine with the default folders. */
export const ENGINE_PID_FILES: readonly PidFile[] = [
  { path: '/var/run/docker.pid', program: 'dockerd' },
  { path: '/var/run/docker/containerd/containerd.pid', program: 'containerd' },
]

/** Removes those whose process is gone, a zombie, or another program. Gives back the paths removed. */
export function removeStalePidFiles(files: readonly PidFile[], proc = '/proc'): string[] {
  const stale = files.filter(({ path, program }) => {
    const pid = readText(path)?.trim()
    return pid !== undefined && !isAlive(pid, program, proc)
  })
  for (const { path } of stale) rmSync(path, { force: true })
  return stale.map(({ path }) => path)
}

function isAlive(pid: string, program: string, proc: string): boolean {
  if (!/^\d+$/.test(pid)) return false
  const isProgram = readText(`${proc}/${pid}/comm`)?.trim() === program
  // proc(5): the state follows the name in parentheses; Z is a zombie.
  return isProgram && !/\) Z /.test(readText(`${proc}/${pid}/stat`) ?? ') Z ')
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
