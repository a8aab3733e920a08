// From a request to create options that this device's policy allows: the only way to a specification, for every runtime.
import { join } from 'node:path'
import { CodedError } from '@bongsu/foundation'
import { checkContainerSpec } from '../../policy/check-container-spec.ts'
import type { ContainerPolicy } from '../../policy/policy.ts'
import type { ContainerRequest } from '../container-runtime.ts'
import { containerSpec } from './container-spec.ts'
import type { CreateOptions } from './create-options.ts'
import { type HostDevices, readHostDevices } from './host-devices.ts'
import { namedDevicePaths } from './spec/device-nodes.ts'
import type { SpecInput } from './spec/spec-input.ts'

export interface SpecRules {
  /** Which agent this is, stable over its lives (its key's fingerprint): containers of another one are not seen. */
  readonly owner: string
  /** Checked against the final specification of every container. */
  readonly policy: ContainerPolicy
  /** The agent's durable folder: volumes lie in `volumes/` below it. */
  readonly stateDir: string
  /** Devices of this machine; injected for tests without hardware. */
  readonly readDevices?: ((namedPaths: readonly string[]) => Promise<HostDevices>) | undefined
}

export interface CheckedSpec {
  readonly input: SpecInput
  readonly spec: CreateOptions
}

/** @throws CodedError AGENT_PROFILE_INVALID, AGENT_DEVICE_NODE_MISSING, AGENT_POLICY_FORBIDS */
export async function checkedSpec(request: ContainerRequest, rules: SpecRules): Promise<CheckedSpec> {
  const { owner, policy, stateDir, readDevices = readHostDevices } = rules
  const { launch, name, leadContainerId } = request
  const profile = launch.profile.containers.find((container) => container.name === name)
  if (!profile)
    throw new CodedError('AGENT_PROFILE_INVALID', { parameters: { problem: `no container ${name}` } })
  const host = await readDevices(namedDevicePaths(profile))
  const input: SpecInput = { request, profile, host, owner, volumesDir: join(stateDir, 'volumes') }
  const spec = containerSpec(input)
  checkContainerSpec(spec, policy, { leadContainerId })
  return { input, spec }
}
