// The cookie of each launch, in a directory of its own that its container mounts read-only.
// A directory, not a file: when X restarts the file is replaced within it and the running container sees the new one.
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder, plainName, replaceFile } from '../container-files.ts'
import { orUndefined } from './or-undefined.ts'
import { encodeAuthFile, wildEntry } from './x11/auth-file.ts'
import type { XCookie } from './x11/x-cookie.ts'

const FILE_NAME = 'Xauthority'

export interface LaunchCookie {
  readonly launchId: string
  readonly displayNumber: number
  /** Undefined on a display that asks for none: the file is then there and empty. */
  readonly cookie: XCookie | undefined
  /** Whom the container runs as: with all capabilities dropped even uid 0 reads only its own files. */
  readonly uid: number
  readonly gid: number
}

export interface LaunchCookieStore {
  /** Writes or replaces, atomically. @returns the directory to mount */
  write(launch: LaunchCookie): Promise<string>
  /** Idempotent. */
  remove(launchId: string): Promise<void>
  /** Launches that have a directory, for sweeping after a crash. */
  list(): Promise<string[]>
}

/** @param runDir the agent's directory for run-time state, as `/run/bongsu`; cookies lie in `x/` below it */
export function createLaunchCookieStore(runDir: string): LaunchCookieStore {
  const baseDir = join(runDir, 'x')
  return {
    async write(launch) {
      const directory = join(baseDir, plainName(launch.launchId))
      mkdirSync(baseDir, { recursive: true, mode: 0o711 })
      makeFolder(directory, 0o700, launch)
      const entries = launch.cookie ? [wildEntry(launch.displayNumber, launch.cookie)] : []
      replaceFile(directory, FILE_NAME, encodeAuthFile(entries), launch)
      return directory
    },
    async remove(launchId) {
      rmSync(join(baseDir, plainName(launchId)), { recursive: true, force: true })
    },
    async list() {
      return (orUndefined(() => readdirSync(baseDir)) ?? []).toSorted()
    },
  }
}
