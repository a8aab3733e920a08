// From a request to create options that this device's policy allows: the only way to a specification, for every runtime.
import { join } from 'node:path'
import { CodedError } from '@bongsu/foundation'
import { checkContainerSpec, checkNetworkJoin } from '../../policy/check-container-spec.ts'
import type { ContainerPolicy } from '../../policy/policy.ts'
import type { ContainerRequest } from '../container-runtime.ts'
import { containerSpec } from './container-spec.ts'
import type { CreateOptions } from './create-options.ts'
import { type HostDevices, readHostDevices } from './host-devices.ts'
import { namedDevicePaths } from './spec/device-nodes.ts'
import { CONTAINER_GROUP_DIR, groupFolder, groupNetworkName, outboundNetwork } from './spec/group.ts'
import type { SpecInput } from './spec/spec-input.ts'

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
  readonly readDevices?: ((namedPaths: readonly string[]) => Promise<HostDevices>) | undefined
}

export interface CheckedSpec {
  readonly input: SpecInput
  readonly spec: CreateOptions
  /** To be joined before the container starts. */
  readonly outboundNetwork: 'bridge' | undefined
}

/** @throws CodedError AGENT_PROFILE_INVALID, AGENT_DEVICE_NODE_MISSING, AGENT_POLICY_FORBIDS */
export async function checkedSpec(request: ContainerRequest, rules: SpecRules): Promise<CheckedSpec> {
  const { owner, policy, stateDir, readDevices = readHostDevices } = rules
  const groupsDir = groupsDirOf(rules)
  const { launch, name, leadContainerId } = request
  const profile = launch.profile.containers.find((container) => container.name === name)
  if (!profile)
    throw new CodedError('AGENT_PROFILE_INVALID', { parameters: { problem: `no container ${name}` } })
  const host = await readDevices(namedDevicePaths(profile))
  const volumesDir = join(stateDir, 'volumes')
  const input: SpecInput = { request, profile, host, owner, volumesDir, groupsDir }
  const spec = containerSpec(input)
  const { group } = launch
  checkContainerSpec(spec, policy, {
    leadContainerId,
    ...(group !== undefined && {
      group: {
        network: groupNetworkName(owner, group),
        folder: groupFolder(groupsDir, group),
        target: CONTAINER_GROUP_DIR,
      },
    }),
  })
  const outbound = outboundNetwork(input)
  if (outbound) checkNetworkJoin(outbound, policy)
  return { input, spec, outboundNetwork: outbound }
}

export const groupsDirOf = ({ runDir }: Pick<SpecRules, 'runDir'>): string => join(runDir, 'groups')
