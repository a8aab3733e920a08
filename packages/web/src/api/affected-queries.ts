// The names under which answers are kept, and which of them a change makes out of date.
import type { Change, DeviceSelector, LaunchOverride } from '@bongsu/protocol'

export const queryKeys = {
  me: ['me'],
  deviceList: (search: string, selector?: DeviceSelector) => ['device', 'list', search, selector],
  secrets: ['secret', 'list'],
  sites: ['device', 'list', 'sites'],
  device: (id: string) => ['device', 'item', id],
  packageList: (search: string) => ['package', 'list', search],
  package: (id: string) => ['package', 'item', id],
  verification: (packageId: string, version: string) => ['package', 'verification', packageId, version],
  launchList: (filter: { deviceId?: string; deploymentId?: string }) => ['launch', 'list', filter],
  launchTimeline: (id: string) => ['launch', 'timeline', id],
  deploymentList: ['launch', 'deployments'],
  forecast: (wish: {
    packageId?: string | undefined
    version?: string | undefined
    deviceIds: readonly string[]
    overrides?: readonly LaunchOverride[] | undefined
  }) => ['forecast', wish.packageId, wish.version, ...wish.deviceIds, wish.overrides ?? []],
  still: (deviceId: string, launchId: string | undefined) => ['still', deviceId, launchId ?? ''],
} as const

/** Whether an answer kept under this key may have changed. */
export function isAffected(queryKey: readonly unknown[], change: Pick<Change, 'resource' | 'id'>): boolean {
  const [resource, form, id] = queryKey
  switch (change.resource) {
    case 'device':
      if (resource === 'forecast') return queryKey.includes(change.id)
      return resource === change.resource && (form === 'list' || id === change.id)
    case 'package':
      return resource === change.resource && (form === 'list' || id === change.id)
    case 'deployment':
    case 'launch':
      return resource === 'launch'
    case 'still':
      return resource === 'still' && (form === change.id || id === change.id)
  }
}
