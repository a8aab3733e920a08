// What to do next to bring the device to its desired state. Pure: same input, same plan; an empty plan means converged.
// Invariants: a launch that is wanted, matches and runs is never stopped; a container is only made where none of its
// launch and name is seen; nothing past its deadline is started for the first time.
import type { Reason } from '@bongsu/protocol'
import type { RuntimeContainer } from '../runtime/container-runtime.ts'
import type { ObservedState, Wanted } from './observed-state.ts'
import { planLaunch } from './plan-launch.ts'
import type { Plan } from './plan-result.ts'
import { oneAtATime, rebindReason } from './rebind.ts'
import { pairsOf, planPaired } from './replacement.ts'
import { laneOf, laneOfGroup, type Step } from './steps.ts'
import { takeDown } from './take-down.ts'
import { retryLater, type Wait } from './wait.ts'

export type { Plan }

export interface PlanLimits {
  /** How long containers of launches nobody told us of are left alone. */
  readonly strayGraceMs: number
  /** Launches for which a container is being made, started or stopped at this moment. */
  readonly busyLaunches: ReadonlySet<string>
}

export const isConverged = ({ steps, waits }: Plan): boolean => steps.length === 0 && waits.length === 0

/** @param wanted undefined until a desired state is known: then nothing is started and nothing swept */
export function plan(observed: ObservedState, wanted: Wanted | undefined, limits: PlanLimits): Plan {
  const steps: Step[] = []
  const waits: Wait[] = []
  const { engine } = observed
  if (engine.kind !== 'ready') {
    const reason = engine.kind === 'unreachable' ? engine.reason : undefined
    return {
      steps,
      waits: (wanted?.launches ?? []).map(({ launch }) => ({ launchId: launch.launchId, reason })),
    }
  }
  if (!wanted) return { steps, waits }
  const containersOf = Map.groupBy(observed.containers, ({ launchId }) => launchId)
  const wantedIds = new Set(wanted.launches.map(({ launch }) => launch.launchId))
  const pairs = pairsOf(wanted)
  const all = (launchId: string) => containersOf.get(launchId) ?? []
  const rebinding = new Map<string, Reason>()
  for (const launch of wanted.launches) {
    const { launchId } = launch.launch
    const containers = containersOf.get(launchId) ?? []
    const reason = rebindReason(containers, observed.records.get(launchId))
    if (reason) rebinding.set(launchId, reason)
    const own = planLaunch({ wanted: launch, containers, observed, durability: wanted.durability })
    const pair = pairs.get(launchId)
    add(pair ? planPaired(launchId, pair, own, { containersOf: all, observed }) : own)
  }
  for (const [launchId, containers] of containersOf) {
    if (!wantedIds.has(launchId)) add(planUnwanted(launchId, containers, observed, limits))
  }
  for (const launchId of observed.boundLaunches) {
    if (!wantedIds.has(launchId) && !containersOf.has(launchId)) {
      add(retryLater(launchId, observed) ?? { kind: 'releaseDisplay', launchId })
    }
  }
  for (const launchId of observed.secretLaunches) {
    const isLeft = !wantedIds.has(launchId) && !containersOf.has(launchId)
    if (isLeft && !observed.boundLaunches.has(launchId)) {
      add(retryLater(launchId, observed) ?? { kind: 'withdrawSecrets', launchId })
    }
  }
  for (const group of emptyGroups(observed, wanted)) {
    add(retryLater(laneOfGroup(group), observed) ?? { kind: 'removeGroup', group })
  }
  // One that is held up by something else keeps nobody back, half made or not.
  const heldUp = new Set(waits.map(({ launchId }) => launchId))
  const halfMade = observed.containers.filter(
    ({ state, launchId }) => state === 'created' && !heldUp.has(launchId),
  )
  const begun = new Set([...limits.busyLaunches, ...halfMade.map(({ launchId }) => launchId)])
  return oneAtATime({ steps: oncePerLane(steps), waits }, rebinding, begun)

  function add(next: Step | Wait | undefined): void {
    if (!next) return
    if ('kind' in next) steps.push(next)
    else waits.push(next)
  }
}

/** A launch that is only being made anew keeps its group, and so does a container of nobody's wish while it is there. */
function emptyGroups({ groups, containers }: ObservedState, { launches }: Wanted): string[] {
  const used = new Set([
    ...launches.map(({ launch }) => launch.group),
    ...containers.map(({ group }) => group),
  ])
  return [...groups].filter((group) => !used.has(group))
}

function planUnwanted(
  launchId: string,
  containers: readonly RuntimeContainer[],
  observed: ObservedState,
  { strayGraceMs }: PlanLimits,
): Step | Wait {
  if (!observed.knownLaunches.has(launchId)) {
    const firstSeenMs = Math.min(
      ...containers.map(({ containerId }) => observed.strayFirstSeenMs.get(containerId) ?? observed.nowMs),
    )
    const sweepAtMs = firstSeenMs + strayGraceMs
    if (observed.nowMs < sweepAtMs) return { launchId, untilMs: sweepAtMs }
  }
  return retryLater(launchId, observed) ?? takeDown(launchId, containers)
}

/** Several launches may want one image: asking once is enough. */
function oncePerLane(steps: readonly Step[]): Step[] {
  const images = new Set<string>()
  return steps.filter((step) => {
    if (step.kind !== 'obtainImage') return true
    const key = laneOf(step)
    const isFirst = !images.has(key)
    images.add(key)
    return isFirst
  })
}
