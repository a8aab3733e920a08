// Makes a folder for a container's user below a folder that the agent may write: whoever rules the agent must not be able
// to point root elsewhere. Each step holds the folder it came from open and follows no symbolic link.
import { closeSync, constants, fchownSync, fstatSync, mkdirSync, openSync } from 'node:fs'
import { isAbsolute, join, relative, sep } from 'node:path'
import { systemErrorCode } from '@bongsu/foundation'
import type { Identity } from './privileges.ts'

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW

/** The names from `base` down to `path`; undefined when it does not lie below. Pure. */
export function namesBelow(base: string, path: string): string[] | undefined {
  if (!isAbsolute(path) || path.includes('\0')) return undefined
  const names = relative(base, path).split(sep)
  const isPlain = names.every((name) => name !== '' && name !== '.' && name !== '..')
  return isPlain && join(base, ...names) === path.replace(/\/+$/, '') ? names : undefined
}

/**
 * @param base exists, in a folder that only root can write; the names below it are made as needed
 * @throws the system's error; `ELOOP` or `ENOTDIR` where a link is in the way
 */
export function prepareFolderBelow(base: string, names: readonly string[], owner: Identity): void {
  let folder = openSync(base, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    for (const name of names) {
      // The kernel resolves this to the very folder that is open, wherever its name leads by now.
      const path = `/proc/self/fd/${folder}/${name}`
      makeIfAbsent(path)
      const next = openSync(path, FOLDER)
      closeSync(folder)
      folder = next
    }
    const { uid, gid } = fstatSync(folder)
    if (uid !== owner.uid || gid !== owner.gid) fchownSync(folder, owner.uid, owner.gid)
  } finally {
    closeSync(folder)
  }
}

function makeIfAbsent(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error
  }
}
