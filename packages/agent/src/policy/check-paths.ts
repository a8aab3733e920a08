// Rules of the policy about the device's files and device nodes. Textual on purpose: what a path means is checked where
// it is made; here it must be plain, on the list, and far from what would open the device.
import { posix } from 'node:path'
import type { BindMount, DeviceMapping } from '../runtime/docker/create-options.ts'
import type { ContainerPolicy } from './policy.ts'

/** Whoever reaches these commands the engine or the kernel; no list can allow them. */
const NEVER_MOUNTED = [
  '/var/run/docker.sock',
  '/run/docker.sock',
  '/run/containerd',
  '/var/lib/docker',
  '/proc',
  '/sys',
]

/** In the container: mounting over these changes who is who or what the kernel shows. */
const NEVER_COVERED = ['/proc', '/sys', '/dev', '/etc/passwd', '/etc/shadow', '/etc/group', '/etc/sudoers']

const isPlain = (path: string): boolean =>
  path.startsWith('/') &&
  !path.includes('\0') &&
  posix.normalize(path) === path &&
  (path === '/' || !path.endsWith('/'))

const isAtOrBelow = (path: string, folder: string): boolean =>
  folder === '/' || path === folder || path.startsWith(`${folder}/`)

/** Either holds the other: mounting a parent gives what lies below. */
const overlaps = (path: string, other: string): boolean =>
  isAtOrBelow(path, other) || isAtOrBelow(other, path)

/** @param own folders of this launch among those of `policy.dividedFolders` */
export function forbiddenMount(
  mount: BindMount,
  policy: ContainerPolicy,
  own: readonly string[],
): string | undefined {
  const { Type, Source, Target, ReadOnly } = mount
  const what = `mounting ${Source}`
  if (Type !== 'bind') return `a mount of type ${Type}`
  const extra = Object.keys(mount).find((key) => !['Type', 'Source', 'Target', 'ReadOnly'].includes(key))
  if (extra !== undefined) return `the mount option ${extra}`
  if (!isPlain(Source) || NEVER_MOUNTED.some((path) => overlaps(Source, path))) return what
  if (!isPlain(Target) || Target === '/' || NEVER_COVERED.some((path) => isAtOrBelow(Target, path))) {
    return `mounting over ${Target}`
  }
  const rules = policy.bindMounts.filter(({ path }) => isAtOrBelow(Source, path))
  if (rules.length === 0) return what
  const isDivided = policy.dividedFolders.some((folder) => overlaps(Source, folder))
  if (isDivided && !own.some((folder) => isAtOrBelow(Source, folder))) return `${what}, which is another’s`
  return ReadOnly || rules.some(({ mode }) => mode === 'rw') ? undefined : `${what} writable`
}

export function forbiddenDevice(device: DeviceMapping, policy: ContainerPolicy): string | undefined {
  const { PathOnHost, PathInContainer, CgroupPermissions } = device
  if (!isAllowedDevice(PathOnHost, policy)) return `the device ${PathOnHost}`
  if (PathInContainer !== PathOnHost) return `the device ${PathOnHost} as ${PathInContainer}`
  return /^rw?$/.test(CgroupPermissions) ? undefined : `making device nodes (${CgroupPermissions})`
}

export const isAllowedDevice = (path: string, { devices }: ContainerPolicy): boolean =>
  isPlain(path) && devices.some((pattern) => matches(path, pattern))

export function forbiddenTmpfs(path: string, options: string): string | undefined {
  if (!isPlain(path) || path === '/' || NEVER_COVERED.some((covered) => isAtOrBelow(path, covered))) {
    return `a temporary file system over ${path}`
  }
  const words = options.split(',')
  return words.includes('nosuid') && words.includes('nodev')
    ? undefined
    : `a temporary file system without nosuid and nodev at ${path}`
}

/** A `*` stands for any characters but a slash. */
function matches(path: string, pattern: string): boolean {
  const expression = pattern
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^/]*')
  return new RegExp(`^${expression}$`).test(path)
}
