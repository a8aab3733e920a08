// From a request to create options that this device's policy allows: the only way to a specification, for every runtime.
import { join } from 'node:path'
import { CodedError } from '@bongsu/foundation'
import type { ContainerProfile } from '@bongsu/protocol'
import { checkContainerSpec, checkNetworkJoin, type GroupContext } from '../../policy/check-container-spec.ts'
import { isAllowedDevice } from '../../policy/check-paths.ts'
import { checkSealed } from '../../policy/check-sealed.ts'
import type { ContainerPolicy } from '../../policy/policy.ts'
import { secretsDirOf } from '../../secrets/secrets-folder.ts'
import type { ContainerRequest } from '../container-runtime.ts'
import { containerSpec } from './container-spec.ts'
import type { CreateOptions } from './create-options.ts'
import type { EngineConfiguration } from './engine-configuration.ts'
import { type HostDevices, readHostDevices, type WantedDevices } from './host-devices.ts'
import { wantedDevices } from './spec/device-nodes.ts'
import { CONTAINER_GROUP_DIR, groupFolder, groupNetworkName, outboundNetwork } from './spec/group.ts'
import { secretMounts } from './spec/secrets.ts'
import type { SpecInput } from './spec/spec-input.ts'
import { type SessionUser, sessionUser } from './spec/user.ts'
import { userMounts } from './spec/user-files.ts'

export interface SpecRules {
  /** Which agent this is, stable over its lives (its key's fingerprint): containers of another one are not seen. */
  readonly owner: string
  /** Checked against the final specification of every container. */
  readonly policy: ContainerPolicy
  /** The agent's durable folder: volumes lie in `volumes/` below it. */
  readonly stateDir: string
  /** The agent's run-time folder: folders of groups lie in `groups/` below it. */
  readonly runDir: string
  /** Devices of this machine; injected for tests without hardware. */
  readonly readDevices?: ((wanted: WantedDevices) => Promise<HostDevices>) | undefined
}

/** What else a specification depends on. */
export interface SpecSurroundings {
  readonly engine: EngineConfiguration
  /** The image's own entrypoint, command and working directory. */
  readonly imageWords: readonly string[]
  /** The folder with a user database that knows the user, unless the image's own does. */
  readonly userFolder?: ((imageId: string, user: SessionUser) => Promise<string | undefined>) | undefined
}

export interface CheckedSpec {
  readonly input: SpecInput
  readonly spec: CreateOptions
  /** To be joined before the container starts. */
  readonly outboundNetwork: 'bridge' | undefined
}

/** @throws CodedError AGENT_PROFILE_INVALID, AGENT_DEVICE_NODE_MISSING, AGENT_POLICY_FORBIDS */
export async function checkedSpec(
  request: ContainerRequest,
  rules: SpecRules,
  { engine, imageWords, userFolder }: SpecSurroundings,
): Promise<CheckedSpec> {
  const { owner, policy, stateDir, readDevices = readHostDevices } = rules
  const groupsDir = groupsDirOf(rules)
  const { launch, name, leadContainerId } = request
  const profile = launch.profile.containers.find((container) => container.name === name)
  if (!profile)
    throw new CodedError('AGENT_PROFILE_INVALID', { parameters: { problem: `no container ${name}` } })
  const isSealed = launch.purpose === 'verification'
  const found = await readDevices(wantedDevices(profile))
  const host = isSealed ? withoutGpu(found) : withoutUnaskedForbidden(found, profile, policy)
  const user = sessionUser({ request, profile })
  const users = user && (await userFolder?.(launch.image.imageId, user))
  const volumesDir = join(stateDir, 'volumes')
  const places = { owner, volumesDir, groupsDir, secretsDir: secretsDirOf(rules), userFolder: users }
  const input: SpecInput = { request, profile, host, engine, imageWords, ...places }
  const spec = containerSpec(input)
  checkContainerSpec(spec, policy, {
    leadContainerId,
    ownFolders: ownFoldersOf(rules, launch),
    ownMounts: [...(users === undefined ? [] : userMounts(users)), ...secretMounts(input)],
    ...(engine.users === 'remapped' && user && { userNamespace: 'host' }),
    ...(launch.group !== undefined && { group: groupContext(owner, groupsDir, launch.group) }),
  })
  if (isSealed) checkSealed(spec, policy)
  const outbound = outboundNetwork(input)
  if (outbound) checkNetworkJoin(outbound, policy)
  return { input, spec, outboundNetwork: outbound }
}

/** A package that nobody vouches for is drawn by the processor. */
const withoutGpu = ({ nvidia: _, ...others }: HostDevices): HostDevices => ({ ...others, gpu: [] })

/** A GPU that nobody asked for is not worth a refusal: where the policy forbids it, the processor draws. */
function withoutUnaskedForbidden(
  host: HostDevices,
  { devices = [] }: ContainerProfile,
  policy: ContainerPolicy,
): HostDevices {
  if (devices.some(({ kind }) => kind === 'gpu')) return host
  const { nvidia, ...others } = host
  return {
    ...others,
    gpu: host.gpu.filter(({ path }) => isAllowedDevice(path, policy)),
    ...(nvidia && policy.gpu && { nvidia }),
  }
}

export const groupsDirOf = ({ runDir }: Pick<SpecRules, 'runDir'>): string => join(runDir, 'groups')

export const usersDirOf = ({ runDir }: Pick<SpecRules, 'runDir'>): string => join(runDir, 'users')

/** Of the folders that hold one per launch or deployment, those of this one. */
export const ownFoldersOf = (
  { runDir, stateDir }: Pick<SpecRules, 'runDir' | 'stateDir'>,
  { launchId, deploymentId }: { readonly launchId: string; readonly deploymentId: string },
): string[] => [join(runDir, 'x', launchId), join(stateDir, 'volumes', deploymentId)]

export const groupContext = (owner: string, groupsDir: string, group: string): GroupContext => ({
  network: groupNetworkName(owner, group),
  folder: groupFolder(groupsDir, group),
  target: CONTAINER_GROUP_DIR,
})
