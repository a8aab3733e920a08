// What the base images consist of and what they are called. Pure; making them is base-image.ts.
import { createHash } from 'node:crypto'
import type { Distribution } from './apt-sources.ts'

/** `gui`: PyQt, OpenCV and a Korean font for the sample. `x11`: a few X clients, for tests. */
export type BaseImageKind = 'gui' | 'x11'

export interface BaseImageRecipe {
  readonly kind: BaseImageKind
  readonly packages: readonly string[]
  /** Paths below the root, shell patterns allowed, removed after installing. */
  readonly prune: readonly string[]
}

/** Locale data, manuals and caches. Licence texts (`copyright`) stay: the images are passed on. */
const NEVER_NEEDED = [
  'usr/share/man',
  'usr/share/info',
  'usr/share/locale',
  'usr/share/lintian',
  'var/cache/apt',
  'var/lib/apt/lists',
  'var/log',
]

export const baseImageRecipes: Readonly<Record<BaseImageKind, BaseImageRecipe>> = {
  gui: {
    kind: 'gui',
    packages: ['python3-minimal', 'python3-pyqt5', 'python3-opencv', 'opencv-data', 'fonts-nanum'],
    prune: NEVER_NEEDED,
  },
  x11: {
    kind: 'x11',
    packages: ['python3-minimal', 'x11-apps', 'x11-utils', 'xauth'],
    // The X clients are 2D: Mesa's drivers and the compiler behind them are half of the image.
    prune: [...NEVER_NEEDED, 'usr/lib/*/dri', 'usr/lib/*/libLLVM*', 'usr/lib/*/libz3.so*'],
  },
}

export interface ImageName {
  readonly repository: string
  readonly tag: string
  /** `repository:tag`. */
  readonly reference: string
}

/** Raised when how an image is made changes without its package list changing. */
const RECIPE_REVISION = 1

/**
 * The name of a base image. The same recipe for the same suite and architecture has the same name, so an engine
 * that has the name need not be given the image again.
 * @param architecture as `dpkg --print-architecture` says it
 */
export function baseImageName(
  recipe: BaseImageRecipe,
  distribution: Pick<Distribution, 'suite' | 'components'>,
  architecture: string,
): ImageName {
  const { suite, components } = distribution
  const content = [
    RECIPE_REVISION,
    suite,
    architecture,
    components,
    [...recipe.packages].sort(),
    recipe.prune,
  ]
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12)
  const repository = `bongsu/base-${recipe.kind}`
  const tag = `${suite}-${architecture}-${hash}`
  return { repository, tag, reference: `${repository}:${tag}` }
}

/** `debootstrap` needs root; `mmdebstrap` in a user namespace does not. */
export type RootfsBuilder = 'debootstrap' | 'mmdebstrap'

/** The command that fills `target` (a folder for debootstrap, a tar file for mmdebstrap). */
export function rootfsCommand(
  builder: RootfsBuilder,
  { recipe, distribution, target }: { recipe: BaseImageRecipe; distribution: Distribution; target: string },
): readonly [string, ...string[]] {
  const { suite, mirror, components, keyring, trusted } = distribution
  const common = [
    '--variant=minbase',
    `--components=${components.join(',')}`,
    `--include=${recipe.packages.join(',')}`,
  ]
  const withKeyring = keyring === undefined ? [] : [`--keyring=${keyring}`]
  if (builder === 'debootstrap') {
    const unchecked = trusted ? ['--no-check-gpg'] : []
    return ['debootstrap', ...common, ...withKeyring, ...unchecked, suite, target, mirror]
  }
  const pruned = recipe.prune.map((path) => `--customize-hook=rm -rf "$1"/${path}`)
  const docs = `--customize-hook=find "$1"/usr/share/doc ! -type d ! -name copyright -delete`
  const source = `deb ${trusted ? '[trusted=yes] ' : ''}${mirror} ${suite} ${components.join(' ')}`
  return [
    'mmdebstrap',
    '--mode=unshare',
    '--format=tar',
    ...common,
    ...withKeyring,
    docs,
    ...pruned,
    suite,
    target,
    source,
  ]
}

/** How far debootstrap is, by one line of its output: validating and unpacking are most of the work. */
export function progressOf(line: string): string | undefined {
  const found = /^I: (?<what>Retrieving|Validating|Extracting|Unpacking|Configuring) (?<name>[^\s.]+)/.exec(
    line,
  )?.groups
  return found === undefined ? undefined : `${found.what} ${found.name}`
}

/** Dockerfile instructions for the imported image. */
export const baseImageChanges = (recipe: BaseImageRecipe): readonly string[] => [
  'ENV LANG=C.UTF-8',
  'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  `LABEL bongsu.dev/base=${recipe.kind}`,
]
