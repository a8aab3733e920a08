// Devices as the hub knows them: the searched list, one device, and the still of a screen.
import type { Device, DeviceSelector, Site } from '@bongsu/protocol'
import { useQuery } from '@tanstack/react-query'
import { queryKeys } from '../api/affected-queries.ts'
import { path, withQuery } from '../api/path.ts'
import { isBusy } from '../api/problem.ts'
import { usePages } from '../api/use-pages.ts'
import { useConsole } from '../session/console-context.ts'

export const useDevices = (search: string, selector?: DeviceSelector) =>
  usePages<Device>(queryKeys.deviceList(search, selector), '/devices', {
    q: search,
    site: selector?.site,
    label: Object.entries(selector?.labels ?? {}).map(([key, value]) => `${key}=${value}`),
  })

/** Every site that any device names. */
export function useSites() {
  const { client } = useConsole()
  return useQuery({
    queryKey: queryKeys.sites,
    queryFn: async ({ signal }) => (await client.get<{ items: Site[] }>('/sites', signal)).items,
  })
}

export function useDevice(id: string | undefined) {
  const { client } = useConsole()
  return useQuery({
    queryKey: queryKeys.device(id ?? ''),
    queryFn: ({ signal }) => client.get<Device>(path('devices', id ?? ''), signal),
    enabled: id !== undefined,
  })
}

export interface StillWish {
  readonly deviceId: string
  readonly launchId?: string | undefined
  readonly maxWidthPixels: number
  /** A still the hub holds that is not older is good enough; else the device takes a new one. */
  readonly maxAgeSeconds: number
  /** Asks again at this interval while it is shown. */
  readonly refreshMs?: number
  readonly enabled: boolean
}

/** Any still the hub has kept, however old: for a device that cannot take a new one now. Its age is shown. */
export const LAST_KEPT_SECONDS = 31_536_000

const STILL_AGAIN_MS = 2000

export function useStill(wish: StillWish) {
  const { client } = useConsole()
  const { deviceId, launchId, maxWidthPixels, maxAgeSeconds } = wish
  const screenshot = withQuery(path('devices', deviceId, 'screenshot'), {
    launchId,
    maxWidthPixels,
    maxAgeSeconds,
  })
  return useQuery({
    queryKey: [...queryKeys.still(deviceId, launchId), maxWidthPixels, maxAgeSeconds],
    queryFn: ({ signal }) => client.still(screenshot, signal),
    enabled: wish.enabled,
    // The last picture stays while a fresher one is asked for, or an older one is accepted.
    placeholderData: (previous) => previous,
    refetchInterval: wish.refreshMs ?? false,
    // A device that was busy is asked again; what it refused it would refuse again.
    retry: (failures, error) => failures < 3 && isBusy(error),
    retryDelay: STILL_AGAIN_MS,
  })
}
