// Reads what of this machine the checks before a launch depend on: kernel files and folders, no child process.
import { readdir, readFile, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { readCameraNodes } from '../telemetry/camera-nodes.ts'
import { readGpuNodes } from '../telemetry/gpu-nodes.ts'
import { parseKilobytes } from '../telemetry/proc-files.ts'
import type { DeviceTraits, NvidiaTraits } from './device-traits.ts'

export interface DeviceTraitsOptions {
  /** Where the engine keeps its data. */
  readonly storageRoot?: string | undefined
  /** Prefix of `/proc`, `/sys`, `/dev`, `/etc` and `/usr`, for tests. */
  readonly root?: string | undefined
}

/** A millisecond or two; what cannot be read is absent. */
export async function readDeviceTraits({
  storageRoot,
  root = '',
}: DeviceTraitsOptions): Promise<DeviceTraits> {
  const read = (path: string) => readFile(join(root, path), 'utf8').catch(() => '')
  const [disk, memory, processor, gpus, cameras, nvidia] = await Promise.all([
    storageRoot === undefined ? undefined : statfs(storageRoot).catch(() => undefined),
    read('/proc/meminfo'),
    read('/proc/cpuinfo'),
    readGpuNodes(root),
    readCameraNodes(root),
    readNvidia(root, read),
  ])
  return {
    ...(disk && { freeDiskBytes: disk.bavail * disk.bsize }),
    // Some file systems count none.
    ...(disk && disk.files > 0 && { freeInodes: disk.ffree }),
    availableMemoryBytes: parseKilobytes(memory, 'MemAvailable'),
    hasAvx: hasAvx(processor),
    gpus,
    cameras,
    ...(nvidia && { nvidia }),
  }
}

/** Undefined for processors that are no x86. @param cpuinfo `/proc/cpuinfo` */
export function hasAvx(cpuinfo: string): boolean | undefined {
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1]
  return flags === undefined ? undefined : / avx( |$)/.test(flags)
}

const LIBRARY_FOLDERS = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib']
const CDI_FOLDERS = ['/etc/cdi', '/var/run/cdi']

async function readNvidia(
  root: string,
  read: (path: string) => Promise<string>,
): Promise<NvidiaTraits | undefined> {
  const kernelVersion = /Kernel Module(?: for \w+)?\s+(\d+(?:\.\d+)+)/.exec(
    await read('/proc/driver/nvidia/version'),
  )?.[1]
  if (kernelVersion === undefined) return undefined
  const names = (folders: readonly string[]) =>
    Promise.all(folders.map((folder) => readdir(join(root, folder)).catch((): string[] => [])))
  const [libraries, specifications] = await Promise.all([names(LIBRARY_FOLDERS), names(CDI_FOLDERS)])
  const versions = libraries
    .flat()
    .flatMap((name) => /^libnvidia-ml\.so\.(\d+(?:\.\d+)+)$/.exec(name)?.[1] ?? [])
  return {
    kernelVersion,
    libraryVersions: [...new Set(versions)],
    hasCdi: specifications.flat().some((name) => /nvidia.*\.(?:ya?ml|json)$/.test(name)),
  }
}
