// Cleanup for a whole suite: undone in reverse, all of it, before the first failure is told.
import type { Cleanup } from './temp-dir.ts'

/** What a `describe` block registers its undos with; run by its `after` hook, last registered first. */
export interface SuiteCleanup extends Cleanup {
  run(): Promise<void>
}

export function suiteCleanup(): SuiteCleanup {
  const undos: (() => Promise<void> | void)[] = []
  return {
    after: (undo) => void undos.push(undo),
    async run() {
      const failures: unknown[] = []
      for (let undo = undos.pop(); undo; undo = undos.pop()) {
        try {
          await undo()
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures[0]
    },
  }
}
