// What the agent observed, field by field of the form, as text. Pure.
import type { DeviceObservation } from '@bongsu/protocol'
import type { DeviceField } from './device-form-model.ts'

export function observedValues(
  observed: DeviceObservation | undefined,
): Partial<Record<DeviceField, string | undefined>> {
  if (!observed) return {}
  const { hostname, ipAddress, port, location } = observed
  return {
    name: hostname,
    ipAddress,
    port: port?.toString(),
    address: location?.address,
    latitude: location?.latitude?.toString(),
    longitude: location?.longitude?.toString(),
  }
}
