// What a launch's containers are made from, as a short value that a label can carry.
// Only what the hub wishes goes in: never the display, devices or this agent's version, or an upgrade of the agent
// would restart every launch.
import { createHash } from 'node:crypto'
import type { DesiredLaunch } from '@bongsu/protocol'

export function specHashOf({ image, profile, group, run, secrets, cameras }: DesiredLaunch): string {
  // Which values, not the values: a label can be read by anybody on the device.
  const revisions = secrets?.map(({ name, revision }) => `${name} ${revision}`)
  const content = canonical({ imageId: image.imageId, profile, group, run, secrets: revisions, cameras })
  return createHash('sha256').update(content).digest('hex').slice(0, 32)
}

/** JSON with sorted keys: equal values give equal text, however they were put together. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
