// Child processes of one test: the trial's own supervisor, with logs in the test's folder and everything ended after it.
import { join } from 'node:path'
import { Processes } from '@bongsu/trial'
import { type Cleanup, tempDir } from './temp-dir.ts'

/** Children that end with the test. `name` shows up in the log folder's name. */
export function testProcesses(cleanup: Cleanup, name = 'children'): Processes {
  const processes = new Processes({ logFolder: join(tempDir(cleanup, name), 'logs') })
  cleanup.after(() => processes.stopAll())
  return processes
}
