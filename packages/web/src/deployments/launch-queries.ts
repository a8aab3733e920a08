// Launches as the hub knows them, newest first.
import type { Deployment, Launch } from '@bongsu/protocol'
import { queryKeys } from '../api/affected-queries.ts'
import { usePages } from '../api/use-pages.ts'

export const useLaunches = (filter: { deviceId?: string; deploymentId?: string }) =>
  usePages<Launch>(queryKeys.launchList(filter), '/launches', filter)

/** Newest first. A change of any deployment makes the answer out of date, as it does for launches. */
export const useDeployments = () => usePages<Deployment>(queryKeys.deploymentList, '/deployments', {})
