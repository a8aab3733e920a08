// Temporary folders that are gone when the test ends.
import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A thing that is undone at the end of a test or suite; `t.after` of node:test is one way to run it. */
export interface Cleanup {
  after(undo: () => Promise<void> | void): void
}

/** A new folder below the system's temporary folder, removed by `cleanup`. */
export function tempDir(cleanup: Cleanup, name = 'test'): string {
  const folder = makeDir(name)
  cleanup.after(() => removeDir(folder))
  return folder
}

/** A new folder that its maker removes. */
export const makeDir = (name: string): string => mkdtempSync(join(tmpdir(), `bongsu-${name}-`))

/** Removes a folder and stays out of other file systems mounted below it. */
export function removeDir(folder: string): void {
  execFileSync('rm', ['-rf', '--one-file-system', folder])
}
