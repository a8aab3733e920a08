// What a version asks of a device, read out of its launch profile, so that nobody has to enter it. Pure.
import Type, { type Static } from 'typebox'
import type { LaunchProfile } from './launch-profile.ts'

export const VersionNeeds = Type.Object({
  display: Type.Boolean(),
  gpu: Type.Boolean(),
  /** Cameras that its containers ask for; one that several name counts once. */
  cameras: Type.Integer({ minimum: 0 }),
  /** What its containers may use together; absent when one of them has no limit, for then nobody knows. */
  memoryBytes: Type.Optional(Type.Integer({ minimum: 0 })),
})
export type VersionNeeds = Static<typeof VersionNeeds>

/** Needs of a launch by its profile. */
export function versionNeeds({ containers, display }: LaunchProfile): VersionNeeds {
  const memoryBytes = totalOf(containers.map(({ resources }) => resources?.memoryBytes))
  return {
    display: display?.required === true,
    gpu: containers.some(({ devices = [] }) => devices.some(({ kind }) => kind === 'gpu')),
    cameras: countCameras(containers),
    ...(memoryBytes !== undefined && { memoryBytes }),
  }
}

/** Cameras without a name are whichever there are: at least one, unless a named one stands for it. */
function countCameras(containers: LaunchProfile['containers']): number {
  const asked = containers.flatMap(({ devices = [] }) => devices.filter((device) => device.kind === 'camera'))
  const names = new Set(asked.flatMap(({ id, path }) => id ?? path ?? []))
  const byRecord = new Set(containers.flatMap(({ cameras = [] }) => cameras.map(({ name }) => name)))
  return Math.max(names.size, asked.length > 0 ? 1 : 0) + byRecord.size
}

function totalOf(limits: readonly (number | undefined)[]): number | undefined {
  let sum = 0
  for (const limit of limits) {
    if (limit === undefined) return undefined
    sum += limit
  }
  return sum
}
