// The launch profile of one device: the version's, under the overrides of the deployment that hold there. Pure: profile,
// then everywhere, then site, then labels (few before many), then device; among equals the later one counts.
import type {
  ContainerProfile,
  InputOrigin,
  LaunchInputs,
  LaunchOverride,
  LaunchProfile,
  PortMapping,
} from '@bongsu/protocol'
import { InvalidRequest } from '../plugins/invalid-request.ts'

/** What overrides are chosen by. */
export interface OverriddenDevice {
  readonly id: string
  readonly site?: string | undefined
  readonly labels?: Readonly<Record<string, string>> | undefined
}

export interface EffectiveProfile {
  readonly profile: LaunchProfile
  readonly inputs: LaunchInputs
}

type From = Exclude<InputOrigin, 'profile'>

const RANK: Readonly<Record<From, number>> = { everywhere: 0, site: 1, labels: 2, device: 3 }

/** @throws InvalidRequest for a container that the profile does not have, whichever devices are meant */
export function requireContainers(
  { containers }: Pick<LaunchProfile, 'containers'>,
  overrides: readonly LaunchOverride[],
): void {
  const names = new Set(containers.map(({ name }) => name))
  const faults = overrides.flatMap(({ container }, index) =>
    container === undefined || names.has(container)
      ? []
      : [{ pointer: `/overrides/${index}/container`, message: 'the profile has no such container' }],
  )
  if (faults.length > 0) throw new InvalidRequest(faults)
}

export function effectiveProfile(
  profile: LaunchProfile,
  overrides: readonly LaunchOverride[],
  device: OverriddenDevice,
): EffectiveProfile {
  const holding = overrides.filter((override) => holdsOn(override, device)).toSorted(bySpeciality)
  const merged = profile.containers.map((container, index) => {
    const own = holding.filter(({ container: named }) =>
      named === undefined ? index === 0 : named === container.name,
    )
    return mergeContainer(container, own)
  })
  return {
    profile: { ...profile, containers: merged.map(({ container }) => container) },
    inputs: {
      environment: merged.flatMap(({ inputs }) => inputs.environment),
      ports: merged.flatMap(({ inputs }) => inputs.ports),
      secrets: merged.flatMap(({ inputs }) => inputs.secrets),
    },
  }
}

function holdsOn({ site, labels = {}, deviceId }: LaunchOverride, device: OverriddenDevice): boolean {
  return (
    (deviceId === undefined || deviceId === device.id) &&
    (site === undefined || site === device.site) &&
    Object.entries(labels).every(([key, value]) => device.labels?.[key] === value)
  )
}

function fromOf({ site, labels, deviceId }: LaunchOverride): From {
  if (deviceId !== undefined) return 'device'
  if (labels !== undefined && Object.keys(labels).length > 0) return 'labels'
  return site === undefined ? 'everywhere' : 'site'
}

/** Sorting is stable, so that the later of two equals stays the later. */
function bySpeciality(a: LaunchOverride, b: LaunchOverride): number {
  const labels = ({ labels: named = {} }: LaunchOverride) => Object.keys(named).length
  return RANK[fromOf(a)] - RANK[fromOf(b)] || labels(a) - labels(b)
}

function mergeContainer(container: ContainerProfile, overrides: readonly LaunchOverride[]) {
  const { name } = container
  const environment = mergeEnvironment(container, overrides)
  const ports = mergePorts(container, overrides)
  const effective: ContainerProfile = {
    ...container,
    ...(environment.size > 0 || container.environment
      ? { environment: Object.fromEntries([...environment].map(([key, { value }]) => [key, value])) }
      : {}),
    ...(ports.length > 0 || container.ports
      ? { ports: ports.map(({ from: _, ...mapping }) => mapping) }
      : {}),
  }
  const inputs: LaunchInputs = {
    environment: [...environment].map(([key, { value, from }]) => ({
      container: name,
      name: key,
      value,
      from,
    })),
    ports: ports.map((mapping) => ({ container: name, ...mapping })),
    secrets: (container.secrets ?? []).map(({ name: secret, file = secret }) => ({
      container: name,
      name: secret,
      file,
    })),
  }
  return { container: effective, inputs }
}

function mergeEnvironment({ environment = {} }: ContainerProfile, overrides: readonly LaunchOverride[]) {
  const merged = new Map<string, { value: string; from: InputOrigin }>()
  for (const [key, value] of Object.entries(environment)) merged.set(key, { value, from: 'profile' })
  for (const override of overrides) {
    for (const [key, value] of Object.entries(override.environment ?? {})) {
      if (value === null) merged.delete(key)
      else merged.set(key, { value, from: fromOf(override) })
    }
  }
  return merged
}

const portKey = ({ containerPort, protocol = 'tcp' }: Pick<PortMapping, 'containerPort' | 'protocol'>) =>
  `${containerPort}/${protocol}`

function mergePorts({ ports = [] }: ContainerProfile, overrides: readonly LaunchOverride[]) {
  const merged: (PortMapping & { from: InputOrigin })[] = ports.map((port) => ({ ...port, from: 'profile' }))
  for (const override of overrides) {
    for (const { hostPort, ...port } of override.ports ?? []) {
      const at = merged.findIndex((one) => portKey(one) === portKey(port))
      const mapping = { ...port, ...(hostPort !== null && { hostPort }), from: fromOf(override) }
      if (at >= 0) merged[at] = mapping
      else if (hostPort !== null) merged.push(mapping)
    }
  }
  return merged
}
