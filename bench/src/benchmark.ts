// What a benchmark is, and the one way of running it: all sides once per round, in turn, so that whatever else the
// machine does meets all of them alike.
import { compare, type RatioSummary } from './ratios.ts'

/** One goal of the table: what is ours, what it is held against, and the largest ratio that meets it. */
export interface Comparison {
  readonly ours: string
  readonly floor: string
  readonly target: number
}

export interface Benchmark {
  readonly name: string
  /** As numbered in the list of goals, such as `P14`. */
  readonly goal: string
  /** One sentence: from where to where is measured, and what the floor does not do. */
  readonly what: string
  readonly unit: 'ms' | 'MB'
  readonly rounds: number
  readonly comparisons: readonly Comparison[]
  /** Makes everything that is not measured. */
  open(): Promise<Stage>
}

export interface Stage {
  /** Each measures itself once, by name. */
  readonly sides: Readonly<Record<string, () => Promise<number>>>
  close(): Promise<void>
}

export interface Judgement extends RatioSummary {
  readonly comparison: Comparison
}

export interface Outcome {
  readonly benchmark: Benchmark
  /** By side, one value per round. */
  readonly values: Readonly<Record<string, readonly number[]>>
  readonly judgements: readonly Judgement[]
}

export interface RunOptions {
  readonly rounds: number
  readonly onRound: (round: number, values: Readonly<Record<string, number>>) => void
}

/** Nothing that is measured takes longer; only a side that hangs does. */
const SIDE_WITHIN_MS = 300_000

/** Runs the rounds after one that does not count, which fills the file caches. */
export async function runBenchmark(benchmark: Benchmark, { rounds, onRound }: RunOptions): Promise<Outcome> {
  const stage = await benchmark.open()
  const values: Record<string, number[]> = {}
  try {
    for (let round = 0; round <= rounds; round += 1) {
      const ofRound = await runRound(stage)
      onRound(round, ofRound)
      if (round === 0) continue
      for (const [side, value] of Object.entries(ofRound)) values[side] = [...(values[side] ?? []), value]
    }
  } finally {
    await stage.close()
  }
  const judgements = benchmark.comparisons.map((comparison) => {
    const { ours, floor, target } = comparison
    return { comparison, ...compare(values[ours] ?? [], values[floor] ?? [], target) }
  })
  return { benchmark, values, judgements }
}

async function runRound({ sides }: Stage): Promise<Record<string, number>> {
  const values: Record<string, number> = {}
  for (const [side, measure] of Object.entries(sides)) values[side] = await within(side, measure())
  return values
}

async function within<T>(what: string, outcome: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`${what} did not end`)), SIDE_WITHIN_MS)
  try {
    return await Promise.race([outcome, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
