// The launch's network: the lead container owns it and publishes the ports of all; the others join it.
import type { PortMapping } from '@bongsu/protocol'
import type { CreateOptions, HostConfig } from '../create-options.ts'
import { groupNetwork } from './group.ts'
import type { SpecInput } from './spec-input.ts'

type Network = Pick<CreateOptions, 'Hostname' | 'ExposedPorts' | 'NetworkingConfig'> &
  Pick<HostConfig, 'NetworkMode' | 'PortBindings'>

export function network(input: SpecInput): Network {
  const { launch, leadContainerId } = input.request
  // A container that joins another's network has that one's hostname too; the engine refuses a second name.
  if (leadContainerId) return { NetworkMode: `container:${leadContainerId}` }
  const published = launch.profile.containers.flatMap(({ ports }) => ports ?? []).filter(isPublished)
  const outbound = launch.profile.network ?? 'bridge'
  const base = { Hostname: launch.launchId, NetworkMode: outbound, ...groupNetwork(input) }
  if (published.length === 0 || outbound === 'none') return base
  const byContainerPort = Object.entries(Object.groupBy(published, keyOf))
  return {
    ...base,
    ExposedPorts: Object.fromEntries(byContainerPort.map(([key]) => [key, {}])),
    PortBindings: Object.fromEntries(
      byContainerPort.map(([key, ports = []]) => [
        key,
        ports.map(({ hostPort }) => ({ HostPort: String(hostPort) })),
      ]),
    ),
  }
}

const isPublished = ({ hostPort }: PortMapping): boolean => hostPort !== undefined

const keyOf = ({ containerPort, protocol = 'tcp' }: PortMapping): string => `${containerPort}/${protocol}`
