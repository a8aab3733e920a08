// Loads what talks to the engine, with the policy every container is checked against: heavy, so not before registering.
import { createHash } from 'node:crypto'
import type { AgentConfig } from './config.ts'
import type { DeviceIdentity } from './identity/device-identity.ts'
import type { Privileges } from './privileged/privileges.ts'
import type { ContainerRuntime } from './runtime/container-runtime.ts'
import type { ImageInspector } from './runtime/image-inspector.ts'

/** @throws CodedError AGENT_POLICY_INVALID: without a policy nothing may run */
export async function loadRuntime(
  config: AgentConfig,
  identity: DeviceIdentity,
  { prepareFolder }: Pick<Privileges, 'prepareFolder'>,
): Promise<ContainerRuntime> {
  const [{ createDockerRuntime }, { loadPolicy }] = await Promise.all([
    import('./runtime/docker/docker-runtime.ts'),
    import('./policy/load-policy.ts'),
  ])
  const { stateDir, runDir, policyFile, dockerSocket } = config
  const policy = await loadPolicy({ stateDir, runDir }, policyFile)
  return createDockerRuntime({
    socketPath: dockerSocket,
    owner: ownerOf(identity),
    policy,
    stateDir,
    runDir,
    prepareFolder,
  })
}

/** @throws CodedError AGENT_POLICY_INVALID */
export async function loadImageInspector(
  config: AgentConfig,
  identity: DeviceIdentity,
): Promise<ImageInspector> {
  const [{ createDockerImageInspector }, { loadPolicy }] = await Promise.all([
    import('./runtime/docker/image-inspector.ts'),
    import('./policy/load-policy.ts'),
  ])
  const { stateDir, runDir, policyFile, dockerSocket } = config
  const policy = await loadPolicy({ stateDir, runDir }, policyFile)
  return createDockerImageInspector({ socketPath: dockerSocket, owner: ownerOf(identity), policy })
}

/** Whether the device's policy lets it take smoke runs. @throws CodedError AGENT_POLICY_INVALID */
export const isVerifier = async (config: AgentConfig): Promise<boolean> => (await policyNow(config)).verifier

/** What the device's policy says of versions that nobody vouches for. @throws CodedError AGENT_POLICY_INVALID */
export const unsignedRule = async (config: AgentConfig): Promise<'allowed' | 'refused'> =>
  (await policyNow(config)).allow_unsigned ? 'allowed' : 'refused'

async function policyNow({ stateDir, runDir, policyFile }: AgentConfig) {
  const { loadPolicy } = await import('./policy/load-policy.ts')
  return loadPolicy({ stateDir, runDir }, policyFile)
}

/** Tells this agent's containers from another's on the same engine. */
const ownerOf = ({ publicKey }: DeviceIdentity): string =>
  createHash('sha256').update(publicKey).digest('hex').slice(0, 32)
