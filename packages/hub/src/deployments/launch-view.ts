// From what the hub keeps to the resources of the API: a launch with the age of what is known of it. Pure.
import type { Deployment, Launch } from '@bongsu/protocol'
import type { DeploymentRecord, LaunchRecord } from './repository.ts'

export const toDeployment = (record: DeploymentRecord): Deployment => {
  const { notAfter, group, rollout, selector, overrides, createdAt, deviceIds, launchIds, ...rest } = record
  return {
    ...rest,
    deviceIds: [...deviceIds],
    launchIds: [...launchIds],
    ...(selector && { selector }),
    ...(notAfter !== undefined && { notAfter }),
    ...(group !== undefined && { group }),
    ...(overrides && { overrides: [...overrides] }),
    ...(rollout && { rollout }),
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
  const {
    status,
    reportedAt,
    reportEpoch,
    createdAt,
    stoppedAlone,
    replaces,
    replacedBy,
    rolledBack,
    needsPicture: _,
    ...rest
  } = record
  const isLive = liveEpoch !== undefined && reportEpoch === liveEpoch
  return {
    ...rest,
    ...(stoppedAlone && { stoppedAlone }),
    ...(replaces !== undefined && { replaces }),
    ...(replacedBy !== undefined && { replacedBy }),
    ...(rolledBack && { rolledBack }),
    ...(status && { status }),
    ...(reportedAt && { reportedAt: reportedAt.toISOString() }),
    reportedGeneration,
    freshness: status === undefined ? 'none' : isLive ? 'live' : 'stale',
    createdAt: createdAt.toISOString(),
  }
}
