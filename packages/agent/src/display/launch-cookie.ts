// The cookie of each launch, in a directory of its own that its container mounts read-only.
// A directory, not a file: when X restarts the file is replaced within it and the running container sees the new one.
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { systemErrorCode } from '@bongsu/foundation'
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
      const directory = join(baseDir, safeName(launch.launchId))
      mkdirSync(baseDir, { recursive: true, mode: 0o711 })
      makeDirectory(directory, launch)
      const entries = launch.cookie ? [wildEntry(launch.displayNumber, launch.cookie)] : []
      replaceFile(directory, encodeAuthFile(entries), launch)
      return directory
    },
    async remove(launchId) {
      rmSync(join(baseDir, safeName(launchId)), { recursive: true, force: true })
    },
    async list() {
      return (orUndefined(() => readdirSync(baseDir)) ?? []).toSorted()
    },
  }
}

/** A launch id becomes a path: anything but a DNS label is a fault of the caller. */
function safeName(launchId: string): string {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(launchId)) throw new RangeError('Not a launch id')
  return launchId
}

interface Owner {
  readonly uid: number
  readonly gid: number
}

function makeDirectory(directory: string, owner: Owner): void {
  try {
    mkdirSync(directory, { mode: 0o700 })
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error
  }
  const stats = lstatSync(directory)
  if (!stats.isDirectory()) throw new Error(`${directory} is not a directory`)
  chmodSync(directory, 0o700)
  if (stats.uid !== owner.uid || stats.gid !== owner.gid) chownSync(directory, owner.uid, owner.gid)
}

/** The owner may write into this directory too, so the temporary file is always a new one under a random name. */
function replaceFile(directory: string, content: Buffer, owner: Owner): void {
  const temporary = join(directory, `.${FILE_NAME}.${randomBytes(8).toString('hex')}`)
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  const file = openSync(temporary, flags, 0o400)
  try {
    writeFileSync(file, content)
    fchmodSync(file, 0o400)
    const stats = fstatSync(file)
    if (stats.uid !== owner.uid || stats.gid !== owner.gid) fchownSync(file, owner.uid, owner.gid)
    renameSync(temporary, join(directory, FILE_NAME))
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
}
