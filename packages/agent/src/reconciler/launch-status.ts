// What is reported of one launch: phase, reason and progress, derived from what was observed. Pure.
import type { ContainerStatus, LaunchPhase, LaunchStatus, Picture, Reason } from '@bongsu/protocol'
import type { RuntimeContainer } from '../runtime/container-runtime.ts'
import { FRESH_RECORD, type ObservedState, type WantedLaunch } from './observed-state.ts'
import { imageKeyOf, type Step } from './steps.ts'
import type { Wait } from './wait.ts'

export interface LaunchView {
  readonly launchId: string
  /** Undefined for a launch that should be gone. */
  readonly wanted: WantedLaunch | undefined
  readonly containers: readonly RuntimeContainer[]
  readonly observed: ObservedState
  /** What the plan says of it. */
  readonly wait: Wait | undefined
  /** The step of it that is being done. */
  readonly busyWith: Step['kind'] | undefined
  readonly picture: Picture | undefined
  /** Of the checks before the launch. */
  readonly warnings: readonly Reason[]
}

/** `changedAt` belongs to whoever remembers the status before. */
export type DerivedStatus = Omit<LaunchStatus, 'changedAt'>

/** A program may take this long to show its window before we say that it shows none. */
export const WINDOW_GRACE_MS = 30_000

export function launchStatusOf(view: LaunchView): DerivedStatus {
  const { launchId, containers, observed, wanted, warnings } = view
  const lead = leadOf(view)
  const { nextRestarts, findings } = observed.records.get(launchId) ?? FRESH_RECORD
  const situation = wanted ? wantedSituation(view, lead) : unwantedSituation(view)
  const isOnGlass = situation.phase === 'running' && view.picture !== undefined
  return {
    launchId,
    ...situation,
    containers: containers.map(containerStatusOf),
    ...(findings.length > 0 && { findings: [...findings] }),
    ...(wanted && warnings.length > 0 && { warnings: [...warnings] }),
    ...(lead?.rendering && { rendering: lead.rendering }),
    ...(isOnGlass && { picture: view.picture }),
    restarts: lead ? lead.restarts : nextRestarts,
  }
}

interface Situation {
  readonly phase: LaunchPhase
  readonly reason?: Reason
  readonly progress?: number
  readonly nextAttemptAt?: string
}

function leadOf({ wanted, containers }: LaunchView): RuntimeContainer | undefined {
  const leadName = wanted?.launch.profile.containers[0]?.name
  return containers.find(({ name, leadContainerId }) =>
    leadName === undefined ? leadContainerId === undefined : name === leadName,
  )
}

function wantedSituation(view: LaunchView, lead: RuntimeContainer | undefined): Situation {
  const { observed, wait, busyWith } = view
  if (observed.engine.kind === 'unknown') return { phase: 'queued' }
  if (lead?.state === 'running') return runningSituation(view, lead)
  if (wait?.reason && busyWith === undefined) return heldSituation(wait, wait.reason, observed)
  if (busyWith === 'stopContainers') return { phase: 'stopping' }
  const rebind = observed.records.get(view.launchId)?.rebind
  const phase = busyWith === undefined && !lead ? 'queued' : 'starting'
  return imageSituation(view) ?? { phase, ...(rebind && { reason: rebind }) }
}

function runningSituation(view: LaunchView, lead: RuntimeContainer): Situation {
  const { observed, wanted, wait, containers } = view
  const isWhole = wanted?.launch.profile.containers.every(({ name }) =>
    containers.some((container) => container.name === name && container.state === 'running'),
  )
  if (!isWhole && wait?.reason && isLasting(wait, observed)) return { phase: 'failed', reason: wait.reason }
  const reason = wait?.reason ?? windowReason(view, lead)
  return { phase: isWhole ? 'running' : 'starting', ...(reason && { reason }), ...attemptOf(wait, observed) }
}

function windowReason(
  { observed, picture }: LaunchView,
  { startedAt }: RuntimeContainer,
): Reason | undefined {
  const ageMs = startedAt ? observed.now.getTime() - startedAt.getTime() : 0
  return picture?.verdict === 'no_window' && ageMs > WINDOW_GRACE_MS ? { code: 'AGENT_NO_WINDOW' } : undefined
}

function heldSituation(wait: Wait, reason: Reason, observed: ObservedState): Situation {
  if (reason.code === 'AGENT_LAUNCH_EXPIRED') return { phase: 'expired', reason }
  if (reason.code === 'AGENT_LAUNCH_REPLACED') return { phase: 'stopped', reason }
  if (isLasting(wait, observed)) return { phase: 'failed', reason }
  return { phase: 'waiting', reason, ...attemptOf(wait, observed) }
}

/** Only somebody's doing will change it. While the engine is away nothing of the launch itself has failed. */
const isLasting = ({ untilMs }: Wait, { engine }: ObservedState): boolean =>
  untilMs === undefined && engine.kind === 'ready'

function attemptOf(wait: Wait | undefined, { now, nowMs }: ObservedState): { nextAttemptAt?: string } {
  if (wait?.untilMs === undefined) return {}
  return { nextAttemptAt: new Date(now.getTime() + (wait.untilMs - nowMs)).toISOString() }
}

function imageSituation({ wanted, observed }: LaunchView): Situation | undefined {
  const state = wanted && observed.images.get(imageKeyOf(wanted.launch))
  if (state?.kind !== 'obtaining' || state.phase === 'checking') return undefined
  return { phase: state.phase, progress: Math.round(state.progress * 1000) / 1000 }
}

function unwantedSituation({ launchId, containers, observed, wait, busyWith }: LaunchView): Situation {
  if (containers.length === 0) return { phase: 'stopped' }
  // A stray is left alone for a while, and as long as no desired state is known: it runs, whoever wished it.
  const isLeftAlone = busyWith === undefined && !observed.knownLaunches.has(launchId)
  if (isLeftAlone && containers.some(({ state }) => state === 'running')) return { phase: 'running' }
  return { phase: 'stopping', ...(wait?.reason && { reason: wait.reason }) }
}

function containerStatusOf({
  name,
  containerId,
  state,
  startedAt,
  exitCode,
}: RuntimeContainer): ContainerStatus {
  return {
    name,
    containerId,
    state,
    ...(startedAt && { startedAt: startedAt.toISOString() }),
    ...(exitCode !== undefined && { exitCode }),
  }
}
