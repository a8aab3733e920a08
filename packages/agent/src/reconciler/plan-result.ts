// What a turn of planning gives: steps to begin now, and what waits for something. Types only.
import type { Step } from './steps.ts'
import type { Wait } from './wait.ts'

export interface Plan {
  /** At most one per lane. */
  readonly steps: readonly Step[]
  readonly waits: readonly Wait[]
}
