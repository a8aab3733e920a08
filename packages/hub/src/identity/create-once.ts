// A secret file that is made at most once, whoever starts at the same time: the first complete one wins.
import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readTextIfPresent, syncFolder, systemErrorCode } from '@bongsu/foundation'

/**
 * The file's content; where there is none yet, `make` provides it and it is on disk (0600) before this resolves.
 * A hard link puts it in place, so that no reader sees half a file and no second maker replaces the first.
 */
export async function readOrCreate(path: string, make: () => Promise<string> | string): Promise<string> {
  const present = await readTextIfPresent(path)
  if (present !== undefined) return present
  const folder = dirname(path)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const temporary = join(folder, `.${randomUUID()}.tmp`)
  const content = await make()
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await link(temporary, path)
    await syncFolder(folder)
    return content
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return await readFile(path, 'utf8')
    throw error
  } finally {
    await rm(temporary, { force: true })
  }
}
