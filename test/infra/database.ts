// A database process for one test: the embedded server on a folder of its own, which survives restarts within the test.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  checkoutFolder,
  databaseChild,
  databaseProgram,
  databaseUri,
  type RunningChild,
  trialPaths,
} from '@bongsu/trial'
import { testChildren } from './children.ts'
import { freePort } from './free-port.ts'
import type { Cleanup } from './temp-dir.ts'

export interface TestDatabase {
  /** Address of a database that nothing else uses. */
  readonly uri: string
  readonly port: number
  readonly storage: string
  stop(): Promise<void>
  /** SIGKILL: what was acknowledged must still be there after the next start. */
  kill(): Promise<void>
  /** Starts it again on the same folder and port. */
  start(): Promise<void>
}

export async function startDatabase(cleanup: Cleanup): Promise<TestDatabase> {
  const program = databaseProgram(trialPaths(checkoutFolder(), process.env).databaseVenv)
  if (!existsSync(program))
    throw new Error(`${program} is missing: npm test installs it, and so does npm start`)
  const { processes, folder } = testChildren(cleanup, { name: 'database' })
  const storage = join(folder, 'data')
  const port = await freePort()
  let child: RunningChild
  const start = async () => {
    child = await processes.start(databaseChild({ program, storage, port }))
  }
  await start()
  return { uri: databaseUri(port), port, storage, start, stop: () => child.stop(), kill: () => child.kill() }
}
