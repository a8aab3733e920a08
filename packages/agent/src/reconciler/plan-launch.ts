// The next step for one wanted launch. Pure.
//
//   (image) -> (display) -> lead created -> lead started -> members created and started one by one -> converged
//   lead ended: record -> members taken down -> pause -> lead removed -> from the beginning, with fresh values
import type { RuntimeContainer } from '../runtime/container-runtime.ts'
import {
  FRESH_RECORD,
  type LaunchRecord,
  type ObservedState,
  type Wanted,
  type WantedLaunch,
} from './observed-state.ts'
import { asksForSecrets, secretsKey } from './provide-secrets.ts'
import { isCutOff, isMadeFor } from './rebind.ts'
import { imageKeyOf, type Step } from './steps.ts'
import { takeDown } from './take-down.ts'
import { retryLater, type Wait, waitAfter } from './wait.ts'

export interface LaunchInput {
  readonly wanted: WantedLaunch
  /** Those of this launch. */
  readonly containers: readonly RuntimeContainer[]
  readonly observed: ObservedState
  readonly durability: Wanted['durability']
}

type Next = Step | Wait | undefined

/** Undefined when the launch is as it should be. */
export function planLaunch(input: LaunchInput): Next {
  const { launchId } = input.wanted.launch
  const { fitting, misfits } = sortOut(input)
  const held = retryLater(launchId, input.observed)
  if (held) return held
  if (misfits.length > 0) return takeDown(launchId, misfits)
  const [leadProfile, ...memberProfiles] = input.wanted.launch.profile.containers
  if (!leadProfile) return undefined
  const lead = fitting.get(leadProfile.name)
  if (lead?.state === 'exited' && !isRecorded(lead, recordOf(input))) {
    return { kind: 'recordEnd', launchId, container: lead, role: 'lead' }
  }
  const orphans = [...fitting.values()].filter((member) => member !== lead && !hasJoined(member, lead))
  if (orphans.length > 0) return takeDown(launchId, orphans)
  if (lead?.state !== 'running') return planContainer(input, { name: leadProfile.name, container: lead })
  // The cookie of a running launch is renewed when the display is another one, or when we may have missed that.
  const needsAccess = planAccess(input)
  if (needsAccess) return needsAccess
  if (isCutOff(lead, recordOf(input))) return planCutOff(input, [...fitting.values()])
  for (const { name } of memberProfiles) {
    const member = fitting.get(name)
    if (member?.state === 'running') continue
    return planContainer(input, { name, container: member, leadContainerId: lead.containerId })
  }
  return undefined
}

/** A program that outlived its X server usually ends by itself within this time, and says so in its log. */
const CUT_OFF_GRACE_MS = 2000

/** It runs, but for an X server that is gone: whatever window it had, nobody sees it any more. */
function planCutOff(input: LaunchInput, containers: readonly RuntimeContainer[]): Next {
  const { launchId } = input.wanted.launch
  const untilMs = (recordOf(input).boundAtMs ?? 0) + CUT_OFF_GRACE_MS
  if (input.observed.nowMs < untilMs) return { launchId, reason: { code: 'AGENT_DISPLAY_LOST' }, untilMs }
  return takeDown(launchId, containers)
}

const recordOf = ({ wanted, observed }: LaunchInput): LaunchRecord =>
  observed.records.get(wanted.launch.launchId) ?? FRESH_RECORD

const isRecorded = ({ containerId }: RuntimeContainer, { recordedEnds }: LaunchRecord): boolean =>
  recordedEnds.includes(containerId)

/** A member lives in its lead's network: without it, or with another one, it is of no use. */
const hasJoined = (member: RuntimeContainer, lead: RuntimeContainer | undefined): boolean =>
  lead?.state === 'running' && member.leadContainerId === lead.containerId

/** By name; whatever is made from something else, has no place in the profile, or is there twice, does not fit. */
function sortOut({ wanted, containers }: LaunchInput) {
  const names = new Set(wanted.launch.profile.containers.map(({ name }) => name))
  const fitting = new Map<string, RuntimeContainer>()
  const misfits: RuntimeContainer[] = []
  const runningFirst = containers.toSorted((a, b) => rank(a) - rank(b))
  for (const container of runningFirst) {
    const fits =
      container.specHash === wanted.specHash && names.has(container.name) && !fitting.has(container.name)
    if (fits) fitting.set(container.name, container)
    else misfits.push(container)
  }
  return { fitting, misfits }
}

const rank = ({ state }: RuntimeContainer): number => (state === 'running' ? 0 : 1)

interface Place {
  readonly name: string
  /** What is there now; never one that runs. */
  readonly container: RuntimeContainer | undefined
  /** Absent for the lead. */
  readonly leadContainerId?: string
}

function planContainer(input: LaunchInput, place: Place): Next {
  const { observed, wanted, durability } = input
  const { launchId } = wanted.launch
  const { container, leadContainerId } = place
  if (container?.state === 'exited' && !isRecorded(container, recordOf(input))) {
    return { kind: 'recordEnd', launchId, container, role: 'member' }
  }
  const paused = waitAfter(launchId, recordOf(input).pause, observed.nowMs)
  if (paused) return paused
  if (container?.state === 'exited') {
    const kept = tellsALaterLife(input, container) ? planAccess(input) : undefined
    return kept ?? takeDown(launchId, [container])
  }
  // Members belong to a launch that has started.
  if (leadContainerId === undefined && isPastDeadline(input)) {
    return container ? takeDown(launchId, [container]) : expired(input)
  }
  const needed = (container ? undefined : planImage(input)) ?? planAccess(input) ?? planSecrets(input)
  if (needed) return needed
  if (!container) return creation(input, place)
  if (!isMadeFor(container, recordOf(input).access)) return takeDown(launchId, [container])
  if (durability !== 'durable') return { launchId }
  return { kind: 'startContainer', launchId, containerId: container.containerId }
}

/** What has ended goes while its display is away, unless it alone says that the launch has started, or how it must draw. */
const tellsALaterLife = ({ wanted }: LaunchInput, { rendering }: RuntimeContainer): boolean =>
  wanted.launch.notAfter !== undefined || rendering !== undefined

function creation(input: LaunchInput, { name, leadContainerId }: Place): Step<'createContainer'> {
  const { launch, specHash } = input.wanted
  const { nextRestarts, extraEnvironment } = recordOf(input)
  return {
    kind: 'createContainer',
    launch,
    specHash,
    name,
    restarts: nextRestarts,
    ...(Object.keys(extraEnvironment).length > 0 && { extraEnvironment }),
    ...(leadContainerId !== undefined && { leadContainerId }),
  }
}

function planImage({ wanted, observed }: LaunchInput): Next {
  const { launch } = wanted
  const { launchId } = launch
  const state = observed.images.get(imageKeyOf(launch))
  if (state?.kind === 'present') return undefined
  if (state?.kind === 'obtaining') return { launchId }
  const held = state && waitAfter(launchId, state.setback, observed.nowMs)
  return held ?? { kind: 'obtainImage', launch }
}

function planAccess(input: LaunchInput): Next {
  const { launch } = input.wanted
  if (!launch.profile.display || recordOf(input).access) return undefined
  return { kind: 'bindDisplay', launch }
}

/** A container that was made in an earlier life finds its folder empty after a restart of the device. */
function planSecrets(input: LaunchInput): Next {
  const { launch, specHash } = input.wanted
  const { access, secretsFor } = recordOf(input)
  if (!asksForSecrets(launch) || secretsFor === secretsKey(input.wanted, access)) return undefined
  return { kind: 'provideSecrets', launch, specHash }
}

/** Only a launch that never ran expires; one that ran by then goes on, restarts included. */
function isPastDeadline(input: LaunchInput): boolean {
  const { notAfter } = input.wanted.launch
  if (notAfter === undefined || recordOf(input).hasStarted) return false
  return input.observed.now.getTime() > Date.parse(notAfter)
}

function expired({ wanted }: LaunchInput): Wait {
  const { launchId, notAfter = '' } = wanted.launch
  return { launchId, reason: { code: 'AGENT_LAUNCH_EXPIRED', parameters: { notAfter } } }
}
