// From what the hub keeps to the resources of the API: a launch with the age of what is known of it. Pure.
import type { Deployment, Launch } from '@bongsu/protocol'
import type { DeploymentRecord, LaunchRecord } from './repository.ts'

export const toDeployment = (record: DeploymentRecord): Deployment => {
  const { notAfter, group, createdAt, deviceIds, launchIds, ...rest } = record
  return {
    ...rest,
    deviceIds: [...deviceIds],
    launchIds: [...launchIds],
    ...(notAfter !== undefined && { notAfter }),
    ...(group !== undefined && { group }),
    createdAt: createdAt.toISOString(),
  }
}

/**
 * @param liveEpoch epoch of the session the device has now, if any: only what that session reported is live;
 *   everything else is what was true at `reportedAt`
 */
export function toLaunch(
  record: LaunchRecord,
  { reportedGeneration, liveEpoch }: { reportedGeneration: number; liveEpoch: number | undefined },
): Launch {
  const { status, reportedAt, reportEpoch, createdAt, ...rest } = record
  const isLive = liveEpoch !== undefined && reportEpoch === liveEpoch
  return {
    ...rest,
    ...(status && { status }),
    ...(reportedAt && { reportedAt: reportedAt.toISOString() }),
    reportedGeneration,
    freshness: status === undefined ? 'none' : isLive ? 'live' : 'stale',
    createdAt: createdAt.toISOString(),
  }
}
