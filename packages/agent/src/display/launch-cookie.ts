// The cookie of each launch, in a directory of its own that its container mounts read-only.
// A directory, not a file: when X restarts the file is replaced within it and the running container sees the new one.
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { chmod, chown, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
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
      await mkdir(baseDir, { recursive: true, mode: 0o711 })
      await makeDirectory(directory, launch)
      const entries = launch.cookie ? [wildEntry(launch.displayNumber, launch.cookie)] : []
      await replaceFile(directory, encodeAuthFile(entries), launch)
      return directory
    },
    async remove(launchId) {
      await rm(join(baseDir, safeName(launchId)), { recursive: true, force: true })
    },
    async list() {
      return (await readdir(baseDir).catch(() => [])).toSorted()
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

async function makeDirectory(directory: string, owner: Owner): Promise<void> {
  await mkdir(directory, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const stats = await lstat(directory)
  if (!stats.isDirectory()) throw new Error(`${directory} is not a directory`)
  await chmod(directory, 0o700)
  if (stats.uid !== owner.uid || stats.gid !== owner.gid) await chown(directory, owner.uid, owner.gid)
}

/** The owner may write into this directory too, so the temporary file is always a new one under a random name. */
async function replaceFile(directory: string, content: Buffer, owner: Owner): Promise<void> {
  const temporary = join(directory, `.${FILE_NAME}.${randomBytes(8).toString('hex')}`)
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  const file = await open(temporary, flags, 0o400)
  try {
    await file.writeFile(content)
    await file.chmod(0o400)
    const stats = await file.stat()
    if (stats.uid !== owner.uid || stats.gid !== owner.gid) await file.chown(owner.uid, owner.gid)
    await rename(temporary, join(directory, FILE_NAME))
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  } finally {
    await file.close()
  }
}
