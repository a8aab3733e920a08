// What a process sees of the device's files, read from its mountinfo (proc(5)): everything that is neither the image nor
// made by the kernel must be one of the recipe's.

interface MountLine {
  /** Path within the file system that is mounted: the device's own path where that is mounted at `/`. */
  readonly root: string
  readonly target: string
  readonly options: readonly string[]
  readonly type: string
}

/** Made by the kernel or empty at first. One of them from elsewhere than its root is the device's. */
const KERNEL_TYPES = new Set(['proc', 'sysfs', 'tmpfs', 'devpts', 'mqueue', 'cgroup', 'cgroup2'])

export interface ContainerIds {
  readonly launchId: string
  readonly containerId: string
}

/** Target to the end of its source. */
const allowed = ({ launchId, containerId }: ContainerIds): Readonly<Record<string, RegExp>> => ({
  '/tmp/.X11-unix': /\/\.X11-unix$/,
  '/run/xauth': new RegExp(`/x/${launchId}$`),
  '/etc/passwd': /\/users\/[0-9a-f]{64}-\d+-\d+\/passwd$/,
  '/etc/group': /\/users\/[0-9a-f]{64}-\d+-\d+\/group$/,
  '/etc/resolv.conf': new RegExp(`/containers/${containerId}/resolv\\.conf$`),
  '/etc/hostname': new RegExp(`/containers/${containerId}/hostname$`),
  '/etc/hosts': new RegExp(`/containers/${containerId}/hosts$`),
})
/** Where these lie depends on the image and on the machine's time zone. */
const ALLOWED_PATTERNS = [
  { target: /^\/(?:usr\/)?sbin\/docker-init$/, root: /^\/usr\/(?:bin|sbin|libexec)\/[\w/-]+$/ },
  { target: /^\/usr\/share\/zoneinfo\/[\w/+-]+$/, root: /^\/usr\/share\/zoneinfo\/[\w/+-]+$/ },
]
/** The engine writes them when the network changes; the program's user cannot. */
const WRITABLE_BY_ENGINE = new Set(['/etc/resolv.conf', '/etc/hostname', '/etc/hosts'])

/** Targets that should not be there, or not so. */
export function unexpectedMounts(mountinfo: string, ids: ContainerIds): string[] {
  const list = allowed(ids)
  return mountinfo
    .trim()
    .split('\n')
    .map(parse)
    .filter((mount) => !isOfContainer(mount))
    .filter(({ target, root, options }) => {
      const isKnown =
        (Object.hasOwn(list, target) && list[target]?.test(root)) ||
        ALLOWED_PATTERNS.some((pattern) => pattern.target.test(target) && pattern.root.test(root))
      return !isKnown || !(options.includes('ro') || WRITABLE_BY_ENGINE.has(target))
    })
    .map(({ root, target }) => `${root} at ${target}`)
}

function isOfContainer({ type, root, target }: MountLine): boolean {
  if (type === 'overlay') return target === '/'
  // Hidden files of the kernel are covered by a null device of the container's own.
  const isHidden = type === 'tmpfs' && root === '/null' && target.startsWith('/proc/')
  const isPartOfProc = type === 'proc' && target === `/proc${root}`
  const isControl = type.startsWith('cgroup')
  return KERNEL_TYPES.has(type) && (root === '/' || isHidden || isPartOfProc || isControl)
}

function parse(line: string): MountLine {
  const fields = line.split(' ')
  const separator = fields.indexOf('-')
  const [root = '', target = '', options = ''] = fields.slice(3, 6)
  return { root, target, options: options.split(','), type: fields[separator + 1] ?? '' }
}
