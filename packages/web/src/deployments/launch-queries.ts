// Launches as the hub knows them, newest first.
import type { Launch } from '@bongsu/protocol'
import { queryKeys } from '../api/affected-queries.ts'
import { usePages } from '../api/use-pages.ts'

export const useLaunches = (filter: { deviceId?: string; deploymentId?: string }) =>
  usePages<Launch>(queryKeys.launchList(filter), '/launches', filter)
