// What a container that exists was made with, as if it were asked for now: so that the one check of the policy sees a
// container that somebody else may have made or changed. Pure. Leaves out what the engine fills in by itself.
import { isDeepStrictEqual } from 'node:util'
import type Docker from 'dockerode'
import type { CreateOptions } from './create-options.ts'
import type { EngineConfiguration } from './engine-configuration.ts'
import { field } from './json-lines.ts'

export interface ActualContainer {
  /** Answer of `GET /containers/{id}/json`. */
  readonly inspected: Docker.ContainerInspectInfo
  /** `Config` of `GET /images/{name}/json`: what the engine took from the image. */
  readonly imageConfig: unknown
  readonly engine: EngineConfiguration
}

/** What a program may not see or write of the kernel in every engine since 20.10; newer ones hide more. */
const MASKED = [
  ...['/proc/asound', '/proc/acpi', '/proc/kcore', '/proc/keys', '/proc/latency_stats', '/proc/timer_list'],
  ...['/proc/timer_stats', '/proc/sched_debug', '/proc/scsi', '/sys/firmware'],
]
const READ_ONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger']

/** Whatever it has beyond the recipe stays in it under its own name, for the check to refuse. */
export function actualSpec({ inspected, imageConfig, engine }: ActualContainer): CreateOptions {
  const config = withoutNothing(inspected.Config)
  const spec = {
    ...Object.fromEntries(
      Object.entries(config).filter(([key, value]) => !isOfImage(key, value, imageConfig)),
    ),
    Image: inspected.Image,
    HostConfig: hostConfig(inspected.HostConfig, engine),
  }
  // Not what we would ask for but what is: the check goes by the keys that are there, whatever the type says.
  return spec as unknown as CreateOptions
}

/** Names of all networks it is joined to, the first one included. */
export const joinedNetworks = ({ NetworkSettings }: Docker.ContainerInspectInfo): string[] =>
  Object.keys(NetworkSettings?.Networks ?? {})

/** Streams are nothing that a container may do; the rest is what the image says and nobody has changed. */
function isOfImage(key: string, value: unknown, imageConfig: unknown): boolean {
  if (key === 'AttachStdout' || key === 'AttachStderr') return true
  return isDeepStrictEqual(value, field(imageConfig, key))
}

function hostConfig(given: object, engine: EngineConfiguration): Record<string, unknown> {
  const config = Object.entries(given).filter(([key, value]) => !isFilledIn(key, value, given, engine))
  const { PortBindings, ...others } = withoutNothing(Object.fromEntries(config))
  return { ...others, ...(PortBindings !== undefined && { PortBindings: withoutAddresses(PortBindings) }) }
}

/** Values that the engine sets where nothing is said. */
function isFilledIn(key: string, value: unknown, given: object, engine: EngineConfiguration): boolean {
  switch (key) {
    case 'MaskedPaths':
      return MASKED.every((path) => Array.isArray(value) && value.includes(path))
    case 'ReadonlyPaths':
      return READ_ONLY.every((path) => Array.isArray(value) && value.includes(path))
    case 'Runtime':
      return value === engine.defaultRuntime
    case 'CgroupnsMode':
      return value === 'private' || (value === 'host' && engine.cgroupVersion === '1')
    case 'MemorySwap': {
      const memoryBytes = Number(field(given, 'Memory'))
      if (value === -1) return !engine.hasSwapLimit
      return value === memoryBytes || value === 2 * memoryBytes
    }
    case 'MemorySwappiness':
      return value === -1
    // A terminal's, of Windows.
    case 'ConsoleSize':
      return true
    default:
      return false
  }
}

/** The engine adds an empty address to each port. */
function withoutAddresses(bindings: unknown): unknown {
  if (typeof bindings !== 'object' || bindings === null) return bindings
  return Object.fromEntries(
    Object.entries(bindings).map(([port, published]) => [
      port,
      Array.isArray(published) ? published.map((binding: object) => withoutNothing(binding)) : [],
    ]),
  )
}

/** Keys by which the engine's default holds. Empty paths to hide are no default, so they stay. */
function withoutNothing(given: object): Record<string, unknown> {
  const says = ([key, value]: [string, unknown]) => {
    if (key === 'MaskedPaths' || key === 'ReadonlyPaths') return true
    if (value === undefined || value === null || value === '' || value === 0 || value === false) return false
    return typeof value !== 'object' || Object.keys(value).length > 0
  }
  return Object.fromEntries(Object.entries(given).filter(says))
}
