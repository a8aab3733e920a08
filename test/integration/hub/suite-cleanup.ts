// Undoes at the end of a suite what its `before` began; a plain `after` inside a hook would run with the hook.
import { after } from 'node:test'
import type { Cleanup } from '../../infra/temp-dir.ts'

/** Call in the suite's body. The last thing begun is undone first. */
export function suiteCleanup(): Cleanup {
  const undos: (() => Promise<void> | void)[] = []
  after(async () => {
    for (const undo of undos.reverse()) await undo()
  })
  return { after: (undo) => void undos.push(undo) }
}
