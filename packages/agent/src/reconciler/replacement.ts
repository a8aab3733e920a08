// A launch that replaces another one: the old one runs until the new one can start, and comes back if the new one is given
// up. Pure; what it decides holds without a hub.
//
//   image fetched and loaded, container created (old runs) -> old stopped -> new started -> ... the hub drops the old one
//                                                                        -> given up: new removed, old made again
import type { RuntimeContainer } from '../runtime/container-runtime.ts'
import { FRESH_RECORD, type ObservedState, type Wanted, type WantedLaunch } from './observed-state.ts'
import { imageKeyOf, type Step } from './steps.ts'
import { takeDown } from './take-down.ts'
import type { Wait } from './wait.ts'

/** Ends by itself, or starts that the engine failed at, after which a launch has shown that it cannot replace another. */
const TRIES_UNTIL_GIVEN_UP = 2

/** `preparing`: nothing of it is there yet. `taking_over`: it can start, or has. `given_up`: the old one is to run. */
export type Stance = 'preparing' | 'taking_over' | 'given_up'

type Next = Step | Wait | undefined

export interface Pair {
  readonly successor: WantedLaunch
  readonly predecessor: WantedLaunch
}

/** The replacements within a desired state, by the id of either launch. */
export function pairsOf({ launches }: Wanted): ReadonlyMap<string, Pair> {
  const byId = new Map(launches.map((wanted) => [wanted.launch.launchId, wanted]))
  const pairs = launches.flatMap((successor): [string, Pair][] => {
    const predecessor = byId.get(successor.launch.replaces ?? '')
    if (!predecessor || predecessor === successor) return []
    const pair = { successor, predecessor }
    return [
      [successor.launch.launchId, pair],
      [predecessor.launch.launchId, pair],
    ]
  })
  return new Map(pairs)
}

/** @param containers those of the successor */
export function stanceOf(
  { launch, specHash }: WantedLaunch,
  containers: readonly RuntimeContainer[],
  observed: ObservedState,
): Stance {
  const { pause, setback, endsMs, failedStarts, hasStarted } =
    observed.records.get(launch.launchId) ?? FRESH_RECORD
  const image = observed.images.get(imageKeyOf(launch))
  const isLasting = [pause, setback, image?.kind === 'failed' ? image.setback : undefined].some(
    (held) => held !== undefined && held.retryAtMs === undefined,
  )
  const isLate =
    launch.notAfter !== undefined && !hasStarted && observed.now.getTime() > Date.parse(launch.notAfter)
  const tries = Math.max(endsMs.length, failedStarts)
  if (isLasting || isLate || tries >= TRIES_UNTIL_GIVEN_UP) return 'given_up'
  return containers.some((container) => container.specHash === specHash) ? 'taking_over' : 'preparing'
}

/**
 * What a replacement makes of the step that the launch would take by itself.
 * @param own what is next for it alone
 * @param containersOf of any launch
 */
export function planPaired(
  launchId: string,
  { successor, predecessor }: Pair,
  own: Next,
  {
    containersOf,
    observed,
  }: { containersOf: (launchId: string) => readonly RuntimeContainer[]; observed: ObservedState },
): Next {
  const mine = containersOf(launchId)
  const stance = stanceOf(successor, containersOf(successor.launch.launchId), observed)
  if (launchId === predecessor.launch.launchId) {
    if (stance !== 'taking_over') return own
    if (mine.length > 0) return own && 'untilMs' in own && own.reason ? own : takeDown(launchId, mine)
    const parameters = { launchId: successor.launch.launchId }
    return { launchId, reason: { code: 'AGENT_LAUNCH_REPLACED', parameters } }
  }
  if (own && 'kind' in own && own.kind === 'recordEnd') return own
  if (stance === 'given_up') {
    if (mine.length > 0 && !isHeld(own)) return takeDown(launchId, mine)
    return isLastingWait(own) ? own : { launchId, reason: { code: 'AGENT_LAUNCH_ROLLED_BACK' } }
  }
  const isInTheWay = containersOf(predecessor.launch.launchId).some(({ state }) => state === 'running')
  return own && 'kind' in own && own.kind === 'startContainer' && isInTheWay ? { launchId } : own
}

/** A step that failed lately is not tried again at once. */
const isHeld = (next: Next): boolean => next !== undefined && !('kind' in next) && next.untilMs !== undefined

const isLastingWait = (next: Next): boolean =>
  next !== undefined && !('kind' in next) && next.reason !== undefined && next.untilMs === undefined
