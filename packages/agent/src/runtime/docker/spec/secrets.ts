// The folder with a container's secrets: mounted where programs look for them, read-only.
import { CONTAINER_SECRETS_DIR } from '@bongsu/protocol'
import { containerSecretsFolder } from '../../../secrets/secrets-folder.ts'
import type { BindMount } from '../create-options.ts'
import type { SpecInput } from './spec-input.ts'

/** The one mount of this kind that a container of that launch and name may have. */
export const secretMount = (
  secretsDir: string,
  container: { readonly launchId: string; readonly name: string },
): BindMount => ({
  Type: 'bind',
  Source: containerSecretsFolder(secretsDir, container),
  Target: CONTAINER_SECRETS_DIR,
  ReadOnly: true,
})

export function secretMounts({ request, profile, secretsDir }: SpecInput): BindMount[] {
  if (!profile.secrets || profile.secrets.length === 0) return []
  return [secretMount(secretsDir, { launchId: request.launch.launchId, name: profile.name })]
}
