// Waves of a roll-out: which device is in which, and what comes next by what is known of those that have begun. Pure.
import type { Rollout, RolloutCounts, RolloutRequest } from '@bongsu/protocol'

export const DEFAULT_WAVES = ['1', '10%', '100%']

/** Devices that have it after each wave, rising; the last is all of them. */
export function waveSizes(waves: readonly string[], devices: number): number[] {
  const sizes = waves.map((wave) => {
    const share = wave.endsWith('%') ? (Number(wave.slice(0, -1)) * devices) / 100 : Number(wave)
    return Math.min(devices, Math.max(1, Math.ceil(share)))
  })
  const rising: number[] = []
  for (const size of [...sizes, devices]) if (size > (rising.at(-1) ?? 0)) rising.push(size)
  return rising
}

/** The wave of the device at that place, from 0. */
export const waveOf = (sizes: readonly number[], place: number): number =>
  sizes.findIndex((size) => place < size)

export function newRollout(
  { waves = DEFAULT_WAVES, maxFailures = 0, observeSeconds = 60, patienceSeconds = 900 }: RolloutRequest,
  devices: number,
  now: Date,
): Rollout {
  const sizes = waveSizes(waves, devices)
  const first = sizes[0] ?? devices
  return {
    state: 'running',
    waves: sizes,
    started: 1,
    waveStartedAt: now.toISOString(),
    maxFailures,
    forgivenFailures: 0,
    observeSeconds,
    patienceSeconds,
    counts: { planned: devices - first, open: first, away: 0, proven: 0, failed: 0 },
  }
}

/** How a launch stands whose wave has begun. */
export type Standing = 'open' | 'away' | 'proven' | 'failed'

export const countStandings = (standings: readonly Standing[], planned: number): RolloutCounts => {
  const count = (wanted: Standing) => standings.filter((standing) => standing === wanted).length
  return {
    planned,
    open: count('open'),
    away: count('away'),
    proven: count('proven'),
    failed: count('failed'),
  }
}

export type Decision =
  | { readonly kind: 'wait' }
  | { readonly kind: 'advance' }
  | { readonly kind: 'done' }
  | { readonly kind: 'halt'; readonly failed: number }

/**
 * Devices that are away hold nobody up and count for nothing: what they get, they get on their return. One that is here and
 * shows nothing within the patience has failed.
 */
export function decide(rollout: Rollout, counts: RolloutCounts, now: Date): Decision {
  if (rollout.state !== 'running') return { kind: 'wait' }
  const { waves, started, waveStartedAt, maxFailures, forgivenFailures } = rollout
  const elapsedMs = now.getTime() - Date.parse(waveStartedAt)
  const isOverdue = elapsedMs >= rollout.patienceSeconds * 1000
  const failed = counts.failed + (isOverdue ? counts.open : 0)
  if (failed > maxFailures + forgivenFailures) return { kind: 'halt', failed }
  if (counts.open > 0 && !isOverdue) return { kind: 'wait' }
  if (started >= waves.length) return { kind: 'done' }
  return elapsedMs >= rollout.observeSeconds * 1000 ? { kind: 'advance' } : { kind: 'wait' }
}
