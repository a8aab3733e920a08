// Where secrets of launches lie on the device: always in memory, never on a disk.
import { createHash } from 'node:crypto'
import { statfsSync } from 'node:fs'
import { join } from 'node:path'
import { orUndefined } from '../display/or-undefined.ts'

/** Of tmpfs and ramfs. Source: linux/magic.h. */
const MEMORY_FILE_SYSTEMS: readonly number[] = [0x01021994, 0x858458f6]

export const isInMemory = (path: string): boolean =>
  MEMORY_FILE_SYSTEMS.includes(orUndefined(() => statfsSync(path).type) ?? 0)

/**
 * Below the agent's run-time folder where that is in memory, as `/run` is; else below `/dev/shm`, one folder per agent.
 * The agent, its helper and the check of containers all find the same one.
 */
export function secretsDirOf({ runDir }: { readonly runDir: string }): string {
  if (isInMemory(runDir)) return join(runDir, 'secrets')
  return join('/dev/shm', `bongsu-${createHash('sha256').update(runDir).digest('hex').slice(0, 16)}`)
}

/** The folder that one container mounts. */
export const containerSecretsFolder = (
  secretsDir: string,
  { launchId, name }: { readonly launchId: string; readonly name: string },
): string => join(secretsDir, launchId, name)
