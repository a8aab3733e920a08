// The secrets of each launch as files in memory, in a folder per container that its user alone can read and the container
// mounts read-only. What the hub sent is encrypted on disk by `desired-state/`; here it is plain, for the program.
import { readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CodedError, messageOf } from '@bongsu/foundation'
import { makeFolder, plainName, replaceFile } from '../container-files.ts'
import { orUndefined } from '../display/or-undefined.ts'
import { containerSecretsFolder, isInMemory } from './secrets-folder.ts'

export interface SecretFile {
  /** Of the file: no path. */
  readonly file: string
  /** Base64. */
  readonly value: string
}

export interface ContainerSecrets {
  readonly launchId: string
  /** The container's name in its launch. */
  readonly name: string
  /** Whom the container runs as: with all capabilities dropped even uid 0 reads only its own files. */
  readonly uid: number
  readonly gid: number
  readonly files: readonly SecretFile[]
}

export interface LaunchSecretStore {
  /**
   * Lays the files out, these and no others, replacing each at once: a container that runs keeps its folder.
   * @throws CodedError AGENT_SECRET_NO_MEMORY_FOLDER, AGENT_SECRET_NOT_DELIVERED
   */
  write(secrets: ContainerSecrets): Promise<void>
  /** Idempotent. */
  remove(launchId: string): Promise<void>
  /** Launches that have a folder, those of an earlier life of the agent included. */
  list(): Promise<string[]>
}

/** @param secretsDir see `secretsDirOf` */
export function createLaunchSecretStore(secretsDir: string): LaunchSecretStore {
  return {
    async write(secrets) {
      const folder = containerSecretsFolder(secretsDir, {
        launchId: plainName(secrets.launchId),
        name: plainName(secrets.name),
      })
      if (!isInMemory(dirname(secretsDir))) {
        throw new CodedError('AGENT_SECRET_NO_MEMORY_FOLDER', { parameters: { path: dirname(secretsDir) } })
      }
      try {
        for (const parent of [secretsDir, dirname(folder)]) makeFolder(parent, 0o711)
        makeFolder(folder, 0o700, secrets)
        const kept = new Set(secrets.files.map(({ file }) => plainName(file)))
        for (const { file, value } of secrets.files)
          replaceFile(folder, file, Buffer.from(value, 'base64'), secrets)
        for (const name of readdirSync(folder)) if (!kept.has(name)) rmSync(join(folder, name))
      } catch (cause) {
        const message = messageOf(cause).slice(0, 300)
        throw new CodedError('AGENT_SECRET_NOT_DELIVERED', { parameters: { message }, cause })
      }
    },
    async remove(launchId) {
      rmSync(join(secretsDir, plainName(launchId)), { recursive: true, force: true })
    },
    async list() {
      return (orUndefined(() => readdirSync(secretsDir)) ?? []).toSorted()
    },
  }
}
