// What of this machine a container's specification depends on, read anew for every container: devices come and go.
import { readdir, readFile, readlink, realpath, stat } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { basename, join } from 'node:path'
import { readGpuNodes } from '../../telemetry/gpu-nodes.ts'

export interface DeviceNode {
  readonly path: string
  /** Group that may use it: numeric, since an image knows neither its name nor a fixed number. */
  readonly gid: number
}

/** What a profile asks for one by one. */
export interface WantedDevices {
  readonly paths: readonly string[]
  /** Names below `/dev/v4l/by-id`. */
  readonly cameraIds: readonly string[]
}

export interface NvidiaGpu {
  /** `screen`: it is the one that shows the console, so X draws with it; `compute`: another one is. */
  readonly role: 'screen' | 'compute'
  /** Where a CDI specification names it. */
  readonly cdiFolders: readonly string[]
}

export interface HostDevices {
  readonly memoryBytes: number
  /** Nodes below `/dev/dri`. */
  readonly gpu: readonly DeviceNode[]
  /** Present when the kernel has NVIDIA's own driver. */
  readonly nvidia?: NvidiaGpu | undefined
  /** `/dev/video*`. */
  readonly cameras: readonly DeviceNode[]
  /** All nodes of each asked camera that is there, the one for metadata too. */
  readonly identified: ReadonlyMap<string, readonly DeviceNode[]>
  /** Those of the asked paths that exist. */
  readonly named: readonly DeviceNode[]
  readonly hasLocaltime: boolean
  /** Its name where that is known: `Asia/Seoul`. */
  readonly timeZone?: string | undefined
  /** What udev knows of devices; programs that list cameras read it. */
  readonly hasUdevData: boolean
}

const CDI_FOLDERS = ['/etc/cdi', '/var/run/cdi']

/** @param root prefix of `/dev`, `/sys`, `/proc`, `/etc`, `/run` and `/var`, for tests */
export async function readHostDevices({ paths, cameraIds }: WantedDevices, root = ''): Promise<HostDevices> {
  const exists = (path: string) => stat(join(root, path)).catch(() => undefined)
  const [gpu, nvidia, cameras, identified, named, localtime, timeZone, udev] = await Promise.all([
    nodesIn(root, '/dev/dri', () => true),
    readNvidia(root),
    nodesIn(root, '/dev', isCamera),
    Promise.all(cameraIds.map(async (id) => [id, await nodesOfCamera(root, id)] as const)),
    nodesOf(root, paths),
    exists('/etc/localtime'),
    readTimeZone(root),
    exists('/run/udev/data'),
  ])
  return {
    memoryBytes: totalmem(),
    gpu,
    ...(nvidia && { nvidia }),
    cameras,
    identified: new Map(identified),
    named,
    hasLocaltime: localtime?.isFile() === true,
    ...(timeZone !== undefined && { timeZone }),
    hasUdevData: udev?.isDirectory() === true,
  }
}

const isCamera = (name: string): boolean => /^video\d+$/.test(name)

async function nodesIn(
  root: string,
  folder: string,
  wanted: (name: string) => boolean,
): Promise<DeviceNode[]> {
  const names = await readdir(join(root, folder)).catch((): string[] => [])
  const paths = names.filter(wanted).toSorted()
  return nodesOf(
    root,
    paths.map((name) => join(folder, name)),
  )
}

async function nodesOf(root: string, paths: readonly string[]): Promise<DeviceNode[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      const stats = await stat(join(root, path)).catch(() => undefined)
      return stats?.isCharacterDevice() || stats?.isBlockDevice() ? [{ path, gid: stats.gid }] : []
    }),
  )
  return found.flat()
}

/** The one that the name means now, and its siblings: one camera has a node for pictures and one for what they tell. */
async function nodesOfCamera(root: string, id: string): Promise<DeviceNode[]> {
  const name = basename(await readlink(join(root, '/dev/v4l/by-id', id)).catch(() => ''))
  if (!isCamera(name)) return []
  const folder = join(root, '/sys/class/video4linux')
  const deviceOf = (node: string) => realpath(join(folder, node, 'device')).catch(() => undefined)
  const [own, all] = await Promise.all([deviceOf(name), readdir(folder).catch((): string[] => [])])
  const siblings = await Promise.all(
    all.filter(isCamera).map(async (node) => (own && (await deviceOf(node)) === own ? [node] : [])),
  )
  const names = [...new Set([name, ...siblings.flat()])].toSorted()
  return nodesOf(
    root,
    names.map((node) => `/dev/${node}`),
  )
}

/** The link says it, on most systems; some have a copy and a name beside it. Source: localtime(5). */
async function readTimeZone(root: string): Promise<string | undefined> {
  const [link, name] = await Promise.all([
    readlink(join(root, '/etc/localtime')).catch(() => ''),
    readFile(join(root, '/etc/timezone'), 'utf8').catch(() => ''),
  ])
  const zone = /\/zoneinfo\/(?<zone>.+)$/.exec(link)?.groups?.zone ?? name.trim()
  return /^[A-Za-z0-9_+-]+(?:\/[A-Za-z0-9_+-]+){0,2}$/.test(zone) ? zone : undefined
}

/** Undefined without NVIDIA's own driver: with the free one its GPU is like any other. */
async function readNvidia(root: string): Promise<NvidiaGpu | undefined> {
  const version = await stat(join(root, '/proc/driver/nvidia/version')).catch(() => undefined)
  if (!version) return undefined
  const [gpus, cdi] = await Promise.all([readGpuNodes(root), Promise.all(CDI_FOLDERS.map(namesNvidia(root)))])
  const isShownByAnother = await Promise.all(
    gpus.map(async ({ driver, pciPath }) => {
      if (driver === 'nvidia' || pciPath === undefined) return false
      const boot = join(root, '/sys/bus/pci/devices', pciPath, 'boot_vga')
      return (await readFile(boot, 'utf8').catch(() => '')).trim() === '1'
    }),
  )
  return { role: isShownByAnother.includes(true) ? 'compute' : 'screen', cdiFolders: cdi.flat() }
}

const namesNvidia =
  (root: string) =>
  async (folder: string): Promise<string[]> => {
    const names = await readdir(join(root, folder)).catch((): string[] => [])
    const texts = await Promise.all(
      names
        .filter((name) => /\.(?:ya?ml|json)$/.test(name))
        .map((name) => readFile(join(root, folder, name), 'utf8').catch(() => '')),
    )
    return texts.some((text) => /\bnvidia\.com\/gpu\b/.test(text)) ? [folder] : []
  }
