// What of this machine a container's specification depends on, read anew for every container: devices come and go.
import { readdir, stat } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join } from 'node:path'

export interface DeviceNode {
  readonly path: string
  /** Group that may use it: numeric, since an image knows neither its name nor a fixed number. */
  readonly gid: number
}

export interface HostDevices {
  readonly memoryBytes: number
  /** Nodes below `/dev/dri`. */
  readonly gpu: readonly DeviceNode[]
  /** `/dev/video*`. */
  readonly cameras: readonly DeviceNode[]
  /** Those of the asked paths that exist. */
  readonly named: readonly DeviceNode[]
  readonly hasLocaltime: boolean
}

/** @param namedPaths device nodes that a profile names one by one */
export async function readHostDevices(namedPaths: readonly string[]): Promise<HostDevices> {
  const [gpu, cameras, named, localtime] = await Promise.all([
    nodesIn('/dev/dri', () => true),
    nodesIn('/dev', (name) => /^video\d+$/.test(name)),
    nodesOf(namedPaths),
    stat('/etc/localtime').catch(() => undefined),
  ])
  return { memoryBytes: totalmem(), gpu, cameras, named, hasLocaltime: localtime?.isFile() === true }
}

async function nodesIn(folder: string, wanted: (name: string) => boolean): Promise<DeviceNode[]> {
  const names = await readdir(folder).catch((): string[] => [])
  return nodesOf(
    names
      .filter(wanted)
      .toSorted()
      .map((name) => join(folder, name)),
  )
}

async function nodesOf(paths: readonly string[]): Promise<DeviceNode[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      const stats = await stat(path).catch(() => undefined)
      return stats?.isCharacterDevice() || stats?.isBlockDevice() ? [{ path, gid: stats.gid }] : []
    }),
  )
  return found.flat()
}
