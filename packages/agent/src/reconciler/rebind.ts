// Launches whose display is gone or another one: which they are, and that they are made anew one after another. Pure.
import type { Reason } from '@bongsu/protocol'
import type { RuntimeContainer } from '../runtime/container-runtime.ts'
import type { DisplayAccess, LaunchRecord } from './observed-state.ts'
import type { Plan } from './plan-result.ts'
import type { Step } from './steps.ts'

/** Whether the values a container was made with still hold. A container of an earlier agent may not say its incarnation. */
export function isMadeFor(container: RuntimeContainer, access: DisplayAccess | undefined): boolean {
  const binding = access?.kind === 'bound' ? access.binding : undefined
  if (container.displayName !== binding?.displayName) return false
  return container.displayIncarnation === undefined || container.displayIncarnation === binding?.incarnation
}

/** A program that runs on although its X server has gone. One that was made without a display needs none. */
export const isCutOff = (lead: RuntimeContainer, { access }: LaunchRecord): boolean =>
  lead.displayName !== undefined && access?.kind === 'bound' && !isMadeFor(lead, access)

const LOST: Reason = { code: 'AGENT_DISPLAY_LOST' }

/** Why a launch is being made anew, if its display is the cause. */
export function rebindReason(
  containers: readonly RuntimeContainer[],
  record: LaunchRecord | undefined,
): Reason | undefined {
  if (!record) return undefined
  const isAnyCutOff = containers.some(
    (container) => container.state === 'running' && isCutOff(container, record),
  )
  return record.rebind ?? (isAnyCutOff ? LOST : undefined)
}

const RELAUNCHING: ReadonlySet<Step['kind']> = new Set([
  'stopContainers',
  'createContainer',
  'startContainer',
])

/**
 * Lets only the first of the launches that are being rebound take a step that costs the machine something: a dozen
 * programs that start at the same moment, on a device that has just restarted its screen, all start slowly.
 * Cookies are renewed for all at once, and one that waits for something keeps nobody back.
 * @param rebinding launches that are being made anew, with the reason
 * @param begun of them those that are half made; whoever has begun goes on
 */
export function oneAtATime(
  { steps, waits }: Plan,
  rebinding: ReadonlyMap<string, Reason>,
  begun: ReadonlySet<string>,
): Plan {
  const costly = (step: Step): string | undefined => {
    const launchId = launchOf(step)
    return launchId !== undefined && rebinding.has(launchId) && RELAUNCHING.has(step.kind)
      ? launchId
      : undefined
  }
  const turn = [...begun].find((launchId) => rebinding.has(launchId)) ?? steps.map(costly).find(Boolean)
  const held = steps.flatMap((step) => {
    const launchId = costly(step)
    return launchId === undefined || launchId === turn ? [] : [launchId]
  })
  if (held.length === 0) return { steps, waits }
  const isHeld = new Set(held)
  return {
    steps: steps.filter((step) => !isHeld.has(costly(step) ?? '')),
    waits: [...waits, ...held.map((launchId) => ({ launchId, reason: rebinding.get(launchId) }))],
  }
}

function launchOf(step: Step): string | undefined {
  if (step.kind === 'obtainImage' || step.kind === 'removeGroup') return undefined
  return 'launch' in step ? step.launch.launchId : step.launchId
}
