// Wheels by the caller's pip: index, proxy, certificates and passwords are what the caller has set up. What is fetched is
// locked by its hash, and nothing else is installed.
import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError } from '@bongsu/foundation'
import type { OnLine } from './docker.ts'
import type { RequirementLine } from './requirement.ts'
import { runProgram, toolFailed } from './run-program.ts'

/** The Python that will run the program. */
export interface PythonTarget {
  /** `3.11` */
  readonly version: string
  /** `x86_64`, `aarch64` */
  readonly machine: string
}

export interface WheelWish {
  readonly project: string
  /** Gets the wheels and `requirements.lock`. */
  readonly folder: string
  readonly lines: readonly RequirementLine[]
  readonly target: PythonTarget
  /** The caller's own, which can build what has no wheel when it is the same. */
  readonly caller: PythonTarget
  readonly onLine: OnLine
}

export interface Wheels {
  /** File name of pip itself, which installs the others. */
  readonly pip: string
  /** `name version`, sorted. */
  readonly versions: readonly string[]
}

/** @throws CodedError CLI_TOOL_MISSING, CLI_BUILD_NO_WHEEL, CLI_TOOL_FAILED */
export async function fetchWheels(wish: WheelWish): Promise<Wheels> {
  const { folder, lines, project, onLine } = wish
  const wanted = join(folder, '..', 'requirements.in')
  await writeFile(wanted, `${lines.map(textOf).join('\n')}\n`)
  const argv = ['python3', '-m', 'pip', ...pipCommand(wish), '-r', wanted] as [string, ...string[]]
  const { exitCode, stdout, stderr } = await runProgram({ argv, cwd: project, onLine })
  if (exitCode !== 0) throw explainPip(argv, stderr || stdout)
  const pip = [
    'python3',
    '-m',
    'pip',
    'download',
    '--quiet',
    '--no-deps',
    '--only-binary=:all:',
    '--dest',
    folder,
    'pip',
  ]
  const own = await runProgram({ argv: pip as [string, ...string[]], onLine })
  if (own.exitCode !== 0) throw explainPip(pip, own.stderr)
  return lock(folder)
}

function pipCommand({ folder, target, caller }: WheelWish): string[] {
  const common = ['--quiet', '--disable-pip-version-check', '--no-input']
  // The same Python on the same machine can build a wheel of what comes as source only.
  if (target.version === caller.version && target.machine === caller.machine) {
    return ['wheel', ...common, '--wheel-dir', folder]
  }
  const tag = `cp${target.version.replace('.', '')}`
  const platforms = ['manylinux_2_36', 'manylinux_2_31', 'manylinux_2_28', 'manylinux_2_17', 'manylinux2014']
  return [
    'download',
    ...common,
    ...[
      '--dest',
      folder,
      '--only-binary=:all:',
      '--python-version',
      target.version,
      '--implementation',
      'cp',
    ],
    ...['--abi', tag, '--abi', 'abi3', '--abi', 'none'],
    ...platforms.flatMap((name) => ['--platform', `${name}_${target.machine}`]),
  ]
}

const textOf = (line: RequirementLine): string => (line.kind === 'include' ? `-r ${line.path}` : line.text)

/** Files of wheels name themselves. Source: PEP 427. */
async function lock(folder: string): Promise<Wheels> {
  const wheels = (await readdir(folder)).filter((name) => name.endsWith('.whl')).toSorted()
  const rows: { readonly name: string; readonly version: string; readonly hash: string }[] = []
  let pip = ''
  for (const file of wheels) {
    const [name = '', version = ''] = file.split('-')
    if (name === 'pip') pip = file
    if (name === 'pip' || version === '') continue
    const hash = createHash('sha256')
      .update(await readFile(join(folder, file)))
      .digest('hex')
    rows.push({ name, version, hash })
  }
  const text = rows.map(({ name, version, hash }) => `${name}==${version} --hash=sha256:${hash}\n`).join('')
  await writeFile(join(folder, 'requirements.lock'), text)
  return { pip, versions: rows.map(({ name, version }) => `${name} ${version}`) }
}

function explainPip(argv: readonly string[], output: string): CodedError {
  const absent =
    /(?:No matching distribution found for|Could not find a version that satisfies the requirement) ([^\s(]+)/.exec(
      output,
    )?.[1]
  if (absent !== undefined)
    return new CodedError('CLI_BUILD_NO_WHEEL', { parameters: { requirement: absent } })
  if (/No module named pip/.test(output))
    return new CodedError('CLI_TOOL_MISSING', { parameters: { program: 'pip', package: 'python3-pip' } })
  return toolFailed(argv, output)
}
