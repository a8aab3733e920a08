// Child processes of one test: the trial's own supervisor on a folder that is gone, after them, when the test ends.
import { join } from 'node:path'
import { Processes } from '@bongsu/trial'
import { type Cleanup, makeDir, removeDir } from './temp-dir.ts'

export interface TestChildren {
  readonly processes: Processes
  /** For whatever the children keep on disk. */
  readonly folder: string
}

export interface TestChildrenOptions {
  /** Shows up in the folder's name. */
  readonly name: string
  /** Runs when the children have ended and before the folder goes. */
  readonly afterStop?: (folder: string) => Promise<void> | void
}

/** Children that end with the test. One undo does all: node:test runs several in the order they were registered. */
export function testChildren(cleanup: Cleanup, { name, afterStop }: TestChildrenOptions): TestChildren {
  const folder = makeDir(name)
  const processes = new Processes({ logFolder: join(folder, 'logs') })
  cleanup.after(async () => {
    await processes.stopAll()
    await afterStop?.(folder)
    removeDir(folder)
  })
  return { processes, folder }
}
