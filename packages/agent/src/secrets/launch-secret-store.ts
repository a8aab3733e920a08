// The secrets of each launch as files in memory, in a folder per container that its user alone can read and the container
// mounts read-only. What the hub sent is encrypted on disk by `desired-state/`; here it is plain, for the program.
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { CodedError, messageOf, systemErrorCode } from '@bongsu/foundation'
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
        for (const { file, value } of secrets.files) replaceFile(folder, file, value, secrets)
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

/** Becomes part of a path: anything else is a fault of the caller. */
function plainName(name: string): string {
  if (!/^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$/.test(name)) throw new RangeError('Not a plain name')
  return name
}

interface Owner {
  readonly uid: number
  readonly gid: number
}

/** `/dev/shm` is everybody's: what somebody else put in our place is not used. */
function makeFolder(path: string, mode: number, owner?: Owner): void {
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error
  }
  const { uid, gid } = owner ?? { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 }
  const stats = lstatSync(path)
  if (!stats.isDirectory()) throw new Error(`${path} is not a folder`)
  if (!owner && stats.uid !== uid) throw new Error(`${path} belongs to somebody else`)
  chmodSync(path, mode)
  if (owner && (stats.uid !== uid || stats.gid !== gid)) chownSync(path, uid, gid)
}

/** The owner may write into the folder too, so the temporary file is always a new one under a random name. */
function replaceFile(folder: string, name: string, value: string, { uid, gid }: Owner): void {
  const temporary = join(folder, `.${randomBytes(8).toString('hex')}`)
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  const file = openSync(temporary, flags, 0o400)
  try {
    writeFileSync(file, Buffer.from(value, 'base64'))
    fchownSync(file, uid, gid)
    fchmodSync(file, 0o400)
    renameSync(temporary, join(folder, name))
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
}
