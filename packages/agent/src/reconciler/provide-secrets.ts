// The step that lays out the files of a launch's secrets before a container of it is made or started.
import { CodedError } from '@bongsu/foundation'
import type { DesiredLaunch } from '@bongsu/protocol'
import type { ContainerRuntime } from '../runtime/container-runtime.ts'
import type { LaunchSecretStore } from '../secrets/launch-secret-store.ts'
import { imageUser } from './bind-display.ts'
import type { LaunchRecord, WantedLaunch } from './observed-state.ts'
import type { Step } from './steps.ts'
import type { WorkingMemory } from './working-memory.ts'

export interface SecretsWorld {
  readonly runtime: ContainerRuntime
  readonly secrets?: LaunchSecretStore | undefined
  readonly memory: WorkingMemory
}

type Container = DesiredLaunch['profile']['containers'][number]

export const asksForSecrets = ({ profile }: Pick<DesiredLaunch, 'profile'>): boolean =>
  profile.containers.some(({ secrets = [] }) => secrets.length > 0)

/** For which wish and whom the files are: another value or another user needs them anew. */
export function secretsKey(
  { specHash }: Pick<WantedLaunch, 'specHash'>,
  access: LaunchRecord['access'],
): string {
  const user = access?.kind === 'bound' ? `${access.binding.uid}:${access.binding.gid}` : 'image'
  return `${specHash} ${user}`
}

/** @throws CodedError AGENT_SECRET_MISSING, AGENT_PROFILE_INVALID and what the store says */
export async function provideSecrets(
  { runtime, secrets, memory }: SecretsWorld,
  { launch, specHash }: Step<'provideSecrets'>,
  signal: AbortSignal,
): Promise<void> {
  const { launchId, profile } = launch
  const { access } = memory.record(launchId)
  if (!secrets) {
    throw new CodedError('AGENT_SECRET_NOT_DELIVERED', { parameters: { message: 'there is no store' } })
  }
  for (const container of profile.containers) {
    if (!container.secrets || container.secrets.length === 0) continue
    const files = filesOf(launch, container)
    const isSessionUsers = access?.kind === 'bound' && container.runAs !== 'image'
    const { uid, gid } = isSessionUsers
      ? access.binding
      : await imageUser(launch.image.imageId, runtime, signal)
    memory.secretLaunches.add(launchId)
    await secrets.write({ launchId, name: container.name, uid, gid, files })
  }
  memory.updateRecord(launchId, { secretsFor: secretsKey({ specHash }, access) })
}

function filesOf({ secrets: delivered = [] }: DesiredLaunch, { secrets = [] }: Container) {
  return secrets.map(({ name, file = name }) => {
    const value = delivered.find((secret) => secret.name === name)?.value ?? ''
    if (value === '') throw new CodedError('AGENT_SECRET_MISSING', { parameters: { name } })
    return { file, value }
  })
}
