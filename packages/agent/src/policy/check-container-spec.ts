// The one function between a container's final specification and the engine: whatever made the specification, nothing
// the device's policy does not allow gets through. An option without a rule here is refused, not passed over.
import { CodedError } from '@bongsu/foundation'
import type { BindMount, CreateOptions, HostConfig } from '../runtime/docker/create-options.ts'
import { forbiddenGpu } from './check-gpu.ts'
import { forbiddenDevice, forbiddenMount, forbiddenTmpfs } from './check-paths.ts'
import type { ContainerPolicy } from './policy.ts'

export interface CheckContext {
  /** The launch's own lead container, the only one whose network may be joined. */
  readonly leadContainerId?: string | undefined
  /** The launch's own group, the only one whose network and folder it may have. */
  readonly group?: GroupContext | undefined
  /** Folders of this launch among those that are divided; see `ContainerPolicy.dividedFolders`. */
  readonly ownFolders?: readonly string[] | undefined
  /** Mounts that the agent itself has made up, allowed exactly as they are. */
  readonly ownMounts?: readonly BindMount[] | undefined
  /** The engine shifts users, and this container's user is one of the device's: it must not be shifted. */
  readonly userNamespace?: 'host' | undefined
}

export interface GroupContext {
  readonly network: string
  /** On the device. */
  readonly folder: string
  /** In the container. */
  readonly target: string
}

/** What is forbidden, in words; undefined when nothing is. */
type Rule<T> = (value: T, policy: ContainerPolicy, context: CheckContext) => string | undefined

/** A rule per option: a new option without a rule does not compile. */
type Rules<T> = { readonly [K in keyof T]-?: Rule<NonNullable<T[K]>> }

const free = () => undefined

const CONTAINER_RULES: Rules<CreateOptions> = {
  // A name could mean another image tomorrow.
  Image: (image) => (/^sha256:[0-9a-f]{64}$/.test(image) ? undefined : `the image name ${image}`),
  Hostname: (name) => (/^[a-z0-9-]{1,63}$/.test(name) ? undefined : `the hostname ${name}`),
  User: (user) => (/^\d+:\d+$/.test(user) ? undefined : `the user ${user}`),
  Env: free,
  Entrypoint: free,
  Cmd: free,
  WorkingDir: free,
  Labels: free,
  StopTimeout: (seconds) => (seconds >= 0 && seconds <= 600 ? undefined : `a stop grace of ${seconds} s`),
  ExposedPorts: free,
  NetworkingConfig: ({ EndpointsConfig, ...others }, _policy, { group }) => {
    const extra = Object.keys(others)[0]
    if (extra !== undefined) return `the networking option ${extra}`
    return firstOf(Object.entries(EndpointsConfig), ([name, { Aliases, ...more }]) => {
      if (name !== group?.network) return `the network ${name}`
      const named = (Aliases ?? []).find((alias) => !/^[a-z0-9-]{1,63}$/.test(alias)) ?? Object.keys(more)[0]
      return named === undefined ? undefined : `${named} on the network ${name}`
    })
  },
  HostConfig: (config, policy, context) => firstFault(config, HOST_RULES, policy, context),
}

const HOST_RULES: Rules<HostConfig> = {
  NetworkMode: (mode, policy, { leadContainerId, group }) =>
    policy.network.some((allowed) => allowed === mode) ||
    (group !== undefined && mode === group.network) ||
    (leadContainerId !== undefined && mode === `container:${leadContainerId}`)
      ? undefined
      : `the network ${mode}`,
  PortBindings: (bindings, policy) => {
    const ports = Object.values(bindings).flat()
    const low = ports.find(({ HostPort }) => !(Number(HostPort) >= policy.lowestHostPort))
    if (low) return `publishing port ${low.HostPort}`
    return ports.some((binding) => Object.keys(binding).length !== 1)
      ? 'a host address to publish on'
      : undefined
  },
  RestartPolicy: ({ Name }) => (Name === 'no' ? undefined : `the restart policy ${Name}`),
  Init: free,
  UsernsMode: (mode, _policy, { userNamespace }) =>
    mode === userNamespace ? undefined : `the user namespace ${mode}`,
  IpcMode: (mode) => (mode === 'private' || mode === 'none' ? undefined : `the IPC namespace ${mode}`),
  CapDrop: (dropped) => (dropped.includes('ALL') ? undefined : 'keeping default capabilities'),
  CapAdd: (added, policy) => {
    const extra = added.find((name) => !policy.capabilities.includes(name.replace(/^CAP_/, '')))
    return extra === undefined ? undefined : `the capability ${extra}`
  },
  SecurityOpt: checkSecurityOptions,
  GroupAdd: (groups) => {
    const named = groups.find((group) => !/^[1-9]\d*$/.test(group))
    return named === undefined ? undefined : `the additional group ${named}`
  },
  Devices: (devices, policy) => firstOf(devices, (device) => forbiddenDevice(device, policy)),
  DeviceRequests: (requests, policy) => firstOf(requests, (request) => forbiddenGpu(request, policy)),
  Mounts: (mounts, policy, { group, ownMounts = [], ownFolders = [] }) =>
    firstOf(mounts, (mount) =>
      isGroupFolder(mount, group) || ownMounts.some((own) => isSameMount(mount, own))
        ? undefined
        : forbiddenMount(mount, policy, ownFolders),
    ),
  Tmpfs: (mounts) => firstOf(Object.entries(mounts), ([path, options]) => forbiddenTmpfs(path, options)),
  Memory: (bytes, policy) =>
    bytes > 0 && bytes <= policy.maximumMemoryBytes ? undefined : `a memory limit of ${bytes} bytes`,
  NanoCpus: (nanoCpus) => (nanoCpus > 0 ? undefined : `a processor limit of ${nanoCpus}`),
  PidsLimit: (pids, policy) =>
    pids > 0 && pids <= policy.maximumPids ? undefined : `a limit of ${pids} processes`,
  OomScoreAdj: (score) => (score >= 0 ? undefined : `the out-of-memory score ${score}`),
  ShmSize: (bytes) => (bytes > 0 ? undefined : `a shared memory of ${bytes} bytes`),
  LogConfig: ({ Type, Config }) => {
    if (Type !== 'json-file' && Type !== 'local') return `the log driver ${Type}`
    return Config['max-size'] ? undefined : 'a log without a size limit'
  },
}

const REQUIRED: readonly (keyof HostConfig)[] = [
  ...(['NetworkMode', 'RestartPolicy', 'IpcMode', 'CapDrop', 'SecurityOpt'] as const),
  ...(['Memory', 'PidsLimit', 'OomScoreAdj', 'ShmSize', 'LogConfig'] as const),
]

/**
 * Refuses a specification that goes beyond the policy.
 * @throws CodedError AGENT_POLICY_FORBIDS naming what
 */
export function checkContainerSpec(
  spec: CreateOptions,
  policy: ContainerPolicy,
  context: CheckContext = {},
): void {
  const absent = REQUIRED.find((key) => (spec.HostConfig?.[key] ?? undefined) === undefined)
  const what =
    absent === undefined
      ? firstFault(spec, CONTAINER_RULES, policy, context)
      : `a container without ${absent}`
  if (what !== undefined) throw forbidden(what)
}

export const forbidden = (what: string): CodedError =>
  new CodedError('AGENT_POLICY_FORBIDS', { parameters: { what: what.slice(0, 500) } })

/**
 * Refuses a network that a container is joined to after it was made.
 * @throws CodedError AGENT_POLICY_FORBIDS
 */
export function checkNetworkJoin(network: string, { network: allowed }: ContainerPolicy): void {
  if (!allowed.some((name) => name === network)) throw forbidden(`the network ${network}`)
}

/** Exactly the folder, in its place: neither what lies below nor the parent that holds those of other groups. */
function isGroupFolder(mount: BindMount, group: GroupContext | undefined): boolean {
  const { Type, Source, Target, ReadOnly: _either, ...others } = mount
  const isPlain = Type === 'bind' && Object.keys(others).length === 0
  return isPlain && group !== undefined && Source === group.folder && Target === group.target
}

function isSameMount(mount: BindMount, own: BindMount): boolean {
  const keys = new Set([...Object.keys(mount), ...Object.keys(own)])
  return [...keys].every((key) => Reflect.get(mount, key) === Reflect.get(own, key))
}

function firstFault<T extends object>(
  given: T,
  rules: Rules<T>,
  policy: ContainerPolicy,
  context: CheckContext,
): string | undefined {
  // Key by key and not over the rules: what matters is what the engine would be told.
  for (const key of Object.keys(given)) {
    const value: unknown = Reflect.get(given, key)
    if (value === undefined || value === null) continue
    if (!Object.hasOwn(rules, key)) {
      if (isNothing(value)) continue
      return `the container option ${key}`
    }
    const rule = rules[key as keyof T] as Rule<unknown>
    const fault = rule(value, policy, context)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** Values by which the engine's default holds. Empty lists are not: an empty `MaskedPaths` bares /proc. */
const isNothing = (value: unknown): boolean => value === false || value === '' || value === 0

function firstOf<T>(values: readonly T[], fault: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const found = fault(value)
    if (found !== undefined) return found
  }
  return undefined
}

function checkSecurityOptions(options: readonly string[]): string | undefined {
  const isHardening = (option: string) => /^no-new-privileges([:=]true)?$/.test(option)
  const other = options.find((option) => !isHardening(option))
  if (other !== undefined) return `the security option ${other}`
  return options.some(isHardening) ? undefined : 'gaining new privileges'
}
