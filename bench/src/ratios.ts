// Ratios of interleaved rounds: the median of the per-round ratios and their range. Pure.

export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

export interface RatioSummary {
  /** Of ours over the floor, round by round. */
  readonly ratio: Spread
  readonly ours: Spread
  readonly floor: Spread
  /** `unstable`: the floor itself varied by more than 30 %, so the ratio proves nothing either way. */
  readonly verdict: 'met' | 'missed' | 'unstable'
}

const STABLE_FLOOR = 0.3

/** The middle value; between two middle ones, their mean. @throws RangeError of an empty list */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.floor((sorted.length - 1) / 2)]
  if (upper === undefined || lower === undefined) throw new RangeError('no values')
  return (upper + lower) / 2
}

export const spreadOf = (values: readonly number[]): Spread => ({
  median: median(values),
  least: Math.min(...values),
  most: Math.max(...values),
})

/**
 * Compares the two sides of the same rounds.
 * The floor's variation is that of its middle half, so that one slow start among twelve does not void the rest.
 * @param target largest ratio that meets the goal
 */
export function compare(ours: readonly number[], floor: readonly number[], target: number): RatioSummary {
  if (ours.length !== floor.length) throw new RangeError('rounds differ')
  const ratio = spreadOf(ours.map((value, index) => value / (floor[index] ?? Number.NaN)))
  return {
    ratio,
    ours: spreadOf(ours),
    floor: spreadOf(floor),
    verdict: variation(floor) > STABLE_FLOOR ? 'unstable' : ratio.median <= target ? 'met' : 'missed',
  }
}

/** Width of the middle half over the median. */
export function variation(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const quarter = Math.floor(sorted.length / 4)
  const middle = sorted.slice(quarter, sorted.length - quarter)
  return ((middle.at(-1) ?? 0) - (middle[0] ?? 0)) / median(values)
}
