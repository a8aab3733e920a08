// From a plan to an image in the caller's engine: system packages, wheels, program, one after the other.
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { arch, tmpdir } from 'node:os'
import { join } from 'node:path'
import { CodedError } from '@bongsu/foundation'
import { provideBase } from './base-image.ts'
import { copyProgram, stampAll, writeContextFile } from './build-context.ts'
import { askImage, buildImage, findImage, forgetImage, type ImageFacts, type OnLine } from './docker.ts'
import { writeDockerfile } from './dockerfile.ts'
import type { ProjectPlan } from './project-plan.ts'
import { fetchWheels, type PythonTarget, type Wheels } from './wheels.ts'

export interface BuildWish {
  readonly plan: ProjectPlan
  readonly tag: string
  readonly base?: string | undefined
  /** Gets a copy of what was built from: Dockerfile, program, wheels. */
  readonly keep?: string | undefined
  readonly onStep: (step: BuildStep) => void
  readonly onLine: OnLine
}

export type BuildStep = 'base' | 'system' | 'wheels' | 'image'

export interface BuiltImage extends ImageFacts {
  readonly tag: string
  readonly base: string
  readonly wheels: readonly string[]
}

const MACHINES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' }

/** @throws CodedError CLI_BUILD_…, CLI_TOOL_… */
export async function buildPackage({
  plan,
  tag,
  base: wanted,
  keep,
  onStep,
  onLine,
}: BuildWish): Promise<BuiltImage> {
  onStep('base')
  const base = await provideBase(wanted, onLine)
  const context = await mkdtemp(join(tmpdir(), 'bongsu-build-'))
  try {
    const dockerfile = (wheels?: Wheels) =>
      writeDockerfile({ ...plan, base, pipWheel: wheels?.pip, labels: {} })
    const build = (network: 'host' | 'none', target?: string) =>
      buildImage({
        context,
        tag: target === undefined ? tag : `${tag}-${target}`,
        target,
        network,
        arguments: {},
        onLine,
      }).catch(explainBuild)
    onStep('system')
    await writeContextFile(context, 'Dockerfile', dockerfile())
    await build('host', 'system')
    const wheels = await providePython(plan, { context, system: `${tag}-system`, onStep, onLine })
    onStep('image')
    await copyProgram(plan.root, plan.files, context)
    await writeContextFile(context, 'Dockerfile', dockerfile(wheels))
    await stampAll(context)
    await build('none')
    if (keep !== undefined) await cp(context, keep, { recursive: true, preserveTimestamps: true })
    const facts = await findImage(tag)
    if (!facts) throw new CodedError('CLI_INTERNAL', { parameters: { message: `${tag} was not built` } })
    return { ...facts, tag, base, wheels: wheels?.versions ?? [] }
  } finally {
    await forgetImage(`${tag}-system`)
    await rm(context, { recursive: true, force: true })
  }
}

interface PythonWish extends Pick<BuildWish, 'onStep' | 'onLine'> {
  readonly context: string
  /** The image with Debian's packages. */
  readonly system: string
}

async function providePython(
  plan: ProjectPlan,
  { context, system, onStep, onLine }: PythonWish,
): Promise<Wheels | undefined> {
  const { python } = plan
  if (!python) return undefined
  if (python.lines.every(({ kind }) => kind === 'option')) return undefined
  onStep('wheels')
  const folder = join(context, 'wheels')
  await mkdir(folder)
  const target = await pythonOf(system)
  const caller = { version: python.callerVersion, machine: MACHINES[arch()] ?? arch() }
  const wheels = await fetchWheels({
    project: plan.root,
    folder,
    lines: python.lines,
    target,
    caller,
    onLine,
  })
  await rm(join(context, 'requirements.in'), { force: true })
  return wheels
}

const ASK = 'import platform,sys; print("%d.%d %s" % (*sys.version_info[:2], platform.machine()))'

async function pythonOf(image: string): Promise<PythonTarget> {
  const [version = '', machine = ''] = (await askImage(image, ['python3', '-c', ASK])).trim().split(' ')
  return { version, machine }
}

/** Debian's own words for a package that is not there. */
function explainBuild(error: unknown): never {
  const message = error instanceof CodedError ? String(error.toReason().parameters?.message ?? '') : ''
  const absent = /Unable to locate package (\S+)|Package '?([\w.+-]+)'? has no installation candidate/.exec(
    message,
  )
  const name = absent?.[1] ?? absent?.[2]
  if (name !== undefined) throw new CodedError('CLI_BUILD_NO_DEBIAN_PACKAGE', { parameters: { name } })
  throw error
}
