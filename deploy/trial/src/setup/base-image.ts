// Set-up step: base images, made from the machine's own distribution and mirror since no registry can be assumed.
// What is in them: base-image-recipe.ts. Input and output of files, commands and the engine: here.
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { findProgram, pipeCommand, runCommand } from '../command.ts'
import { isAlive, readProcess } from '../process-table.ts'
import type { Report } from '../report.ts'
import type { Text } from '../text.ts'
import { TrialError } from '../trial-error.ts'
import type { ProgramNeed } from './apt-packages.ts'
import {
  aptProxyFor,
  chooseDistribution,
  codenameOf,
  type Distribution,
  distributionIdOf,
  parseDeb822Sources,
  parseOneLineSources,
} from './apt-sources.ts'
import {
  type BaseImageKind,
  baseImageChanges,
  baseImageName,
  baseImageRecipes,
  type ImageName,
  progressOf,
  type RootfsBuilder,
  rootfsCommand,
} from './base-image-recipe.ts'
import type { EngineApi } from './engine-api.ts'
import type { Step } from './step.ts'

/** What making base images needs, by who makes them. */
export const baseImageNeeds = ({ isRoot }: { readonly isRoot: boolean }): readonly ProgramNeed[] =>
  isRoot
    ? [
        { package: 'debootstrap', anyOf: ['debootstrap'] },
        // debootstrap checks the archive's signature with it; apt of newer releases brings another.
        { package: 'gpgv', anyOf: ['gpgv'] },
      ]
    : [
        { package: 'mmdebstrap', anyOf: ['mmdebstrap'] },
        { package: 'uidmap', anyOf: ['newuidmap'] },
      ]

export interface BaseImageOptions {
  readonly kind: BaseImageKind
  readonly engine: EngineApi
  readonly isRoot: boolean
  readonly logPath: string
  /** Keeps the tar beside, so that an engine with a data root of its own gets it in seconds. */
  readonly tarCache?: string
}

/** The name this machine's image of `kind` has. Throws TRIAL_NO_APT_SOURCE. */
export async function localBaseImageName(kind: BaseImageKind): Promise<ImageName> {
  const architecture = (await runCommand(['dpkg', '--print-architecture'])).trim()
  return baseImageName(baseImageRecipes[kind], readDistribution(), architecture)
}

export function baseImageStep(options: BaseImageOptions): Step {
  const { kind, engine } = options
  return {
    name: { ko: `기본 이미지 (${kind})`, en: `Base image (${kind})` },
    async check() {
      const { reference } = await localBaseImageName(kind)
      return (await hasImage(engine, reference))
        ? { state: 'done', detail: { ko: `${reference} 이미 있음`, en: `${reference} is there` } }
        : { state: 'missing', detail: { ko: `${reference} 만드는 중`, en: `making ${reference}` } }
    },
    async run(report) {
      const { reference } = await makeBaseImage(options, report)
      return { ko: `${reference} 만듦`, en: `made ${reference}` }
    },
    manualCommands: () => [],
  }
}

/** An engine that does not answer yet has no image; starting it is another step. */
export async function hasImage(engine: EngineApi, reference: string): Promise<boolean> {
  return (await engine.ping()) === 'ready' && (await engine.imageId(reference)) !== undefined
}

/** Makes the image and gives it to the engine, by way of the tar cache if there is one. Throws TRIAL_BASE_IMAGE_FAILED. */
export async function makeBaseImage(options: BaseImageOptions, report: Report): Promise<ImageName> {
  const { kind, engine, tarCache } = options
  const name = await localBaseImageName(kind)
  const load = (tar: Readable) => {
    report.progress({ ko: '도커 엔진에 넣는 중', en: 'importing into the engine' })
    return engine.importImage(tar, { ...name, changes: baseImageChanges(baseImageRecipes[kind]) })
  }
  const cached = tarCache === undefined ? undefined : join(tarCache, `base-${kind}-${name.tag}.tar`)
  try {
    if (cached === undefined) await withRootfs(options, report, (argv) => pipeCommand(argv, load))
    else {
      if (!existsSync(cached)) await withRootfs(options, report, (argv) => saveTar(argv, cached))
      await load(createReadStream(cached))
    }
  } catch (error) {
    throw error instanceof TrialError ? error : baseImageFailed(kind, options.logPath, error)
  }
  return name
}

/** Written aside and renamed, so that a tar in the cache is always whole. */
async function saveTar(argv: readonly string[], path: string): Promise<void> {
  const partial = `${path}.${process.pid}`
  mkdirSync(join(path, '..'), { recursive: true })
  try {
    await runCommand(['sh', '-c', 'exec "$@" > "$0"', partial, ...argv])
    renameSync(partial, path)
  } finally {
    rmSync(partial, { force: true })
  }
}

/** Makes the root file system in a folder that is gone afterwards; `use` gets the command that writes its tar. */
async function withRootfs<T>(
  { kind, isRoot, logPath }: BaseImageOptions,
  report: Report,
  use: (argv: readonly string[]) => Promise<T>,
): Promise<T> {
  await removeAbandonedFolders()
  const folder = mkdtempSync(`${WORK_PREFIX}${process.pid}-`)
  const builder: RootfsBuilder = isRoot ? 'debootstrap' : 'mmdebstrap'
  const target = join(folder, builder === 'debootstrap' ? 'rootfs' : 'rootfs.tar')
  const recipe = baseImageRecipes[kind]
  const distribution = readDistribution()
  const [program, ...args] = rootfsCommand(builder, { recipe, distribution, target })
  const onLine = (line: string) => {
    const doing = progressOf(line)
    if (doing !== undefined) report.progress({ ko: doing, en: doing })
  }
  try {
    const environment = await proxyEnvironment(distribution.mirror)
    await runCommand([findProgram(program) ?? program, ...args], { environment, logPath, onLine })
    if (builder === 'mmdebstrap') return await use(['cat', target])
    report.progress({ ko: '필요 없는 파일 지우는 중', en: 'removing what is not needed' })
    await prune(target, recipe.prune)
    // The engine makes /dev, /proc and /sys itself; device nodes would need privileges to unpack.
    return await use([
      'tar',
      '-C',
      target,
      '--numeric-owner',
      '--exclude=./dev/*',
      '--exclude=./proc/*',
      '--exclude=./sys/*',
      '-c',
      '.',
    ])
  } finally {
    await removeFolder(folder)
  }
}

const WORK_PREFIX = '/var/tmp/bongsu-base-'

/** Never crosses into a mounted file system: a killed debootstrap may have left /proc mounted in there. */
const removeFolder = (folder: string) => runCommand(['rm', '-rf', '--one-file-system', folder])

async function removeAbandonedFolders(): Promise<void> {
  for (const name of readdirSync('/var/tmp')) {
    const pid = Number(/^bongsu-base-(\d+)-/.exec(name)?.[1] ?? Number.NaN)
    const owner = Number.isNaN(pid) ? undefined : readProcess(pid)
    if (Number.isNaN(pid) || (owner && isAlive(owner))) continue
    // Another user's leftover is that user's.
    await removeFolder(join('/var/tmp', name)).catch(() => undefined)
  }
}

async function prune(root: string, patterns: readonly string[]): Promise<void> {
  const docs = 'find usr/share/doc ! -type d ! -name copyright -delete'
  // The folders themselves stay where programs write below them.
  const again = 'mkdir -p var/cache/apt/archives/partial var/lib/apt/lists/partial var/log'
  await runCommand([
    'sh',
    '-c',
    `set -e; cd "$0"; ${docs}; rm -rf ${patterns.join(' ')}; ${again}; : > etc/machine-id`,
    root,
  ])
}

/** debootstrap's wget and mmdebstrap's apt both read it; apt's own settings hold for this machine's mirror. */
async function proxyEnvironment(mirror: string): Promise<Record<string, string>> {
  const proxy = aptProxyFor(mirror, await runCommand(['apt-config', 'dump']))
  return proxy === undefined ? {} : { http_proxy: proxy, https_proxy: proxy }
}

/** This machine's release and mirror. Throws TRIAL_NO_APT_SOURCE. */
export function readDistribution(): Distribution {
  const osRelease = readFileSync('/etc/os-release', 'utf8')
  const folder = '/etc/apt/sources.list.d'
  const parts = existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .map((name) => join(folder, name))
    : []
  const sources = ['/etc/apt/sources.list', ...parts].filter(existsSync).flatMap((path) => {
    if (path.endsWith('.sources')) return parseDeb822Sources(readFileSync(path, 'utf8'))
    return path.endsWith('.list') ? parseOneLineSources(readFileSync(path, 'utf8')) : []
  })
  const codename = codenameOf(osRelease)
  const found = codename && chooseDistribution(sources, codename, distributionIdOf(osRelease))
  if (found) return found
  throw new TrialError(
    'TRIAL_NO_APT_SOURCE',
    {
      ko: `/etc/apt 에 ${codename ?? '이 배포판'} 의 http 저장소가 없습니다`,
      en: `/etc/apt names no http mirror of ${codename ?? 'this release'}`,
    },
    {
      ko: '/etc/apt/sources.list 에 main 저장소를 넣으세요. Debian 과 Ubuntu 만 지원합니다.',
      en: 'Add the main archive to /etc/apt/sources.list. Only Debian and Ubuntu are supported.',
    },
  )
}

function baseImageFailed(kind: BaseImageKind, logPath: string, cause: unknown): TrialError {
  const last = (cause instanceof Error ? cause.message : String(cause)).split('\n').at(-1) ?? ''
  const what: Text = {
    ko: `기본 이미지 base-${kind} 를 만들지 못했습니다: ${last}`,
    en: `The base image base-${kind} could not be made: ${last}`,
  }
  return new TrialError(
    'TRIAL_BASE_IMAGE_FAILED',
    what,
    {
      ko: `디스크 여유 공간(3 GB)과 apt 저장소 연결을 확인하세요. 기록: ${logPath}`,
      en: `Check free disk space (3 GB) and that the apt mirror is reachable. Log: ${logPath}`,
    },
    { cause },
  )
}
