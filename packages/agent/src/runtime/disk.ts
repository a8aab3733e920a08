// Room on a file system, and which one it is: two folders on one share what is free.
import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemErrorCode } from '@bongsu/foundation'

export interface Disk {
  readonly freeBytes: number
  /** Number of the file system, as the kernel has it. */
  readonly device: number
}

/** Of the folder, or of where it would be made. Undefined when it is hidden from us. */
export async function diskOf(folder: string): Promise<Disk | undefined> {
  try {
    const [{ bavail, bsize }, { dev }] = await Promise.all([statfs(folder), stat(folder)])
    return { freeBytes: bavail * bsize, device: dev }
  } catch (error) {
    const parent = dirname(folder)
    return systemErrorCode(error) === 'ENOENT' && parent !== folder ? diskOf(parent) : undefined
  }
}
