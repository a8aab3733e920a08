// Statuses of all launches at one moment, and which of them should show a picture. Pure.
import type { Picture, Reason } from '@bongsu/protocol'
import { type DerivedStatus, launchStatusOf } from './launch-status.ts'
import type { ObservedState, Wanted } from './observed-state.ts'
import type { WatchedRun } from './picture-watch.ts'
import type { Step } from './steps.ts'
import type { Wait } from './wait.ts'

export interface StatusInput {
  readonly observed: ObservedState
  readonly wanted: Wanted | undefined
  readonly waits: readonly Wait[]
  /** The step being done in a lane. */
  readonly underWay: (lane: string) => Step['kind'] | undefined
  readonly pictureOf: (containerId: string) => Picture | undefined
  readonly warningsOf: (launchId: string) => readonly Reason[]
}

/** Wanted launches in the order of the desired state, then what should be gone but is not. */
export function deriveStatuses({
  observed,
  wanted,
  waits,
  underWay,
  pictureOf,
  warningsOf,
}: StatusInput): DerivedStatus[] {
  const containersOf = Map.groupBy(observed.containers, ({ launchId }) => launchId)
  const waitOf = new Map(waits.map((wait) => [wait.launchId, wait]))
  const wantedOf = new Map(wanted?.launches.map((launch) => [launch.launch.launchId, launch]))
  const launchIds = new Set([...wantedOf.keys(), ...containersOf.keys()])
  return [...launchIds].map((launchId) => {
    const containers = containersOf.get(launchId) ?? []
    const lead = containers.find(({ leadContainerId }) => leadContainerId === undefined)
    return launchStatusOf({
      launchId,
      wanted: wantedOf.get(launchId),
      containers,
      observed,
      wait: waitOf.get(launchId),
      busyWith: underWay(launchId),
      picture: lead && pictureOf(lead.containerId),
      warnings: warningsOf(launchId),
    })
  })
}

/** Running lead containers of launches with a display, named as their windows name them. */
export function watchedRuns({ containers }: ObservedState, wanted: Wanted | undefined): WatchedRun[] {
  return (wanted?.launches ?? []).flatMap(({ launch: { launchId, profile } }) => {
    const lead = containers.find(
      (container) =>
        container.launchId === launchId &&
        container.name === profile.containers[0]?.name &&
        container.state === 'running',
    )
    // A lead made without display shows nothing by nature.
    if (!profile.display || lead?.displayName === undefined) return []
    const motion = profile.display.animates ? 'animates' : 'still'
    const containerIds = containers.filter((one) => one.launchId === launchId).map((one) => one.containerId)
    return [{ launchId, hostname: launchId, containerIds, motion, containerId: lead.containerId }]
  })
}
