// Loads what talks to the engine, with the policy every container is checked against: heavy, so not before registering.
import { createHash } from 'node:crypto'
import type { AgentConfig } from './config.ts'
import type { DeviceIdentity } from './identity/device-identity.ts'
import type { ContainerRuntime } from './runtime/container-runtime.ts'

/** @throws CodedError AGENT_POLICY_INVALID: without a policy nothing may run */
export async function loadRuntime(config: AgentConfig, identity: DeviceIdentity): Promise<ContainerRuntime> {
  const [{ createDockerRuntime }, { loadPolicy }] = await Promise.all([
    import('./runtime/docker/docker-runtime.ts'),
    import('./policy/load-policy.ts'),
  ])
  const { stateDir, runDir, policyFile, dockerSocket } = config
  const policy = await loadPolicy({ stateDir, runDir }, policyFile)
  // Tells this agent's containers from another's on the same engine.
  const owner = createHash('sha256').update(identity.publicKey).digest('hex').slice(0, 32)
  return createDockerRuntime({ socketPath: dockerSocket, owner, policy, stateDir, runDir })
}
