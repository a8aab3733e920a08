// Whether a desired state from the hub takes the place of the one we hold. Pure; generations order, clocks do not.
import { isDeepStrictEqual } from 'node:util'
import type { DesiredState, Reason } from '@bongsu/protocol'
import { lacksValues } from './value-seal.ts'

export type AcceptDecision =
  | { readonly outcome: 'accepted'; readonly change: 'new' | 'none' }
  | { readonly outcome: 'stale'; readonly reason: Reason }
  | { readonly outcome: 'refused'; readonly reason: Reason }

/** @param current what was accepted last; undefined before the first */
export function decideAcceptance(current: DesiredState | undefined, incoming: DesiredState): AcceptDecision {
  const contradiction = contradictionIn(incoming)
  if (contradiction !== undefined) {
    return refused({ code: 'AGENT_DESIRED_STATE_INVALID', parameters: { problem: contradiction } })
  }
  if (!current || incoming.generation > current.generation) return { outcome: 'accepted', change: 'new' }
  const { generation } = incoming
  if (generation < current.generation) {
    const parameters = { generation, accepted: current.generation }
    return { outcome: 'stale', reason: { code: 'AGENT_STALE_GENERATION', parameters } }
  }
  // A repeated delivery is answered like the first; two different wishes under one number are a fault of the hub.
  if (!isDeepStrictEqual(byId(current), byId(incoming))) {
    return refused({ code: 'AGENT_GENERATION_CONFLICT', parameters: { generation } })
  }
  const areMissing = lacksValues(current) && !lacksValues(incoming)
  return { outcome: 'accepted', change: areMissing ? 'new' : 'none' }
}

const refused = (reason: Reason): AcceptDecision => ({ outcome: 'refused', reason })

/** Cameras and values of secrets are put in when a state is sent, so one number may meet an older and a newer one. */
const byId = ({ launches }: DesiredState) =>
  new Map(launches.map(({ secrets: _s, cameras: _c, ...launch }) => [launch.launchId, launch]))

function contradictionIn({ launches }: DesiredState): string | undefined {
  const seen = new Set<string>()
  for (const { launchId, profile } of launches) {
    if (seen.has(launchId)) return `launch ${launchId} is there twice`
    seen.add(launchId)
    const names = profile.containers.map(({ name }) => name)
    if (new Set(names).size !== names.length) return `launch ${launchId} names two containers alike`
  }
  return undefined
}
