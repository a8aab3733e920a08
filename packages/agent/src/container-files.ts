// Folders and files of the device for one user of a container: with all capabilities dropped even uid 0 reads only its own.
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
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { systemErrorCode } from '@bongsu/foundation'

export interface Owner {
  readonly uid: number
  readonly gid: number
}

/**
 * Becomes part of a path: anything else is a fault of the caller.
 * @throws RangeError
 */
export function plainName(name: string): string {
  if (!/^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$/.test(name)) throw new RangeError('Not a plain name')
  return name
}

/**
 * Makes the folder or puts its mode and owner right. Idempotent.
 * @param owner whose it becomes; without one it is the agent's, and refused where somebody else put it in our place
 */
export function makeFolder(path: string, mode: number, owner?: Owner): void {
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error
  }
  const stats = lstatSync(path)
  if (!stats.isDirectory()) throw new Error(`${path} is not a folder`)
  if (!owner && stats.uid !== (process.geteuid?.() ?? 0)) throw new Error(`${path} belongs to somebody else`)
  chmodSync(path, mode)
  if (owner) giveAway(stats, owner, () => chownSync(path, owner.uid, owner.gid))
}

/**
 * Writes or replaces a file that its owner can only read, at once: whoever has the folder sees the old one or the new.
 * The owner may write into the folder too, so the temporary file is always a new one under a random name.
 */
export function replaceFile(folder: string, name: string, content: Uint8Array, owner: Owner): void {
  const temporary = join(folder, `.${randomBytes(8).toString('hex')}`)
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  const file = openSync(temporary, flags, 0o400)
  try {
    writeFileSync(file, content)
    fchmodSync(file, 0o400)
    giveAway(fstatSync(file), owner, () => fchownSync(file, owner.uid, owner.gid))
    renameSync(temporary, join(folder, name))
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
}

/** An agent without root may keep what is its own, and not even say so again. */
function giveAway(present: Owner, owner: Owner, give: () => void): void {
  if (present.uid !== owner.uid || present.gid !== owner.gid) give()
}
