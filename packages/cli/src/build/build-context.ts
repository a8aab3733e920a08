// The folder that the builder gets: Dockerfile, the program's files, wheels. All with one time stamp, so that the same files
// are the same layers.
import { chmod, copyFile, lutimes, mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { APP_FOLDER } from './dockerfile.ts'
import type { ProjectFile } from './project-files.ts'

/** Within the context. */
const PROGRAM_FOLDER = join('root', APP_FOLDER)

/** Copies the files below `root/app/`, links resolved. */
export async function copyProgram(
  root: string,
  files: readonly ProjectFile[],
  context: string,
): Promise<void> {
  await mkdir(join(context, PROGRAM_FOLDER), { recursive: true })
  for (const { path, isExecutable } of files) {
    const target = join(context, PROGRAM_FOLDER, path)
    await mkdir(dirname(target), { recursive: true })
    await copyFile(join(root, path), target)
    // Whoever it belongs to here: the container's user must be able to read it.
    await chmod(target, isExecutable ? 0o755 : 0o644)
  }
}

export const writeContextFile = (context: string, name: string, text: string): Promise<void> =>
  writeFile(join(context, name), text)

export async function stampAll(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      await stampAll(path)
      await chmod(path, 0o755)
    }
    await lutimes(path, 0, 0)
  }
}
