// A smoke run's container: packages that nobody has vouched for get a display without a monitor, and nothing else. Pure.
import { CodedError } from '@bongsu/foundation'
import type { CreateOptions } from '../runtime/docker/create-options.ts'
import type { ContainerPolicy } from './policy.ts'

/**
 * Beyond what the policy forbids anyway.
 * @throws CodedError AGENT_VERIFICATION_NOT_OFFERED, AGENT_VERIFICATION_NOT_SEALED naming what it asks for
 */
export function checkSealed(
  { HostConfig, NetworkingConfig }: CreateOptions,
  { verifier }: Pick<ContainerPolicy, 'verifier'>,
): void {
  if (!verifier) throw new CodedError('AGENT_VERIFICATION_NOT_OFFERED')
  const { NetworkMode = '', Devices = [], DeviceRequests = [], PortBindings = {} } = HostConfig
  const isApart = NetworkMode === 'none' || NetworkMode.startsWith('container:')
  const asked = [
    isApart ? undefined : `the network ${NetworkMode}`,
    Devices[0] && `the device ${Devices[0].PathOnHost}`,
    DeviceRequests.length > 0 ? 'a GPU' : undefined,
    Object.keys(PortBindings)[0] && 'a port of the device',
    NetworkingConfig && Object.keys(NetworkingConfig.EndpointsConfig)[0] && 'a group',
  ].find((what) => what !== undefined)
  if (asked === undefined) return
  throw new CodedError('AGENT_VERIFICATION_NOT_SEALED', { parameters: { what: asked } })
}
