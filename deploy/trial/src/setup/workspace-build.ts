// Set-up step: the shipped form of the product. Hub, agent and console are bundled when their sources have changed,
// because bundles start in a fraction of the time that reading the sources takes.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runCommand } from '../command.ts'
import { TrialError } from '../trial-error.ts'
import type { Step } from './step.ts'

interface Artefact {
  readonly name: string
  readonly argv: readonly [string, ...string[]]
  readonly cwd: string
  /** Folders whose content decides whether it is current. */
  readonly sources: readonly string[]
  /** What it leaves; missing means not built. */
  readonly output: string
}

export interface WorkspaceBuildOptions {
  readonly checkout: string
  /** Remembers what the outputs were built from. */
  readonly record: string
  readonly logPath: string
}

const artefacts = (checkout: string): readonly Artefact[] => {
  const node = process.execPath
  const shared = ['packages/protocol', 'packages/foundation']
  return [
    {
      name: 'agent',
      argv: [node, 'packages/agent/bundle.ts'],
      cwd: checkout,
      sources: ['packages/agent', ...shared],
      output: 'packages/agent/dist/main.cjs',
    },
    {
      name: 'hub',
      argv: [node, 'packages/hub/bundle.ts'],
      cwd: checkout,
      sources: ['packages/hub', ...shared],
      output: 'packages/hub/dist/main.mjs',
    },
    {
      name: 'console',
      argv: [node, 'node_modules/vite/bin/vite.js', 'build'],
      cwd: join(checkout, 'packages/web'),
      sources: ['packages/web', 'packages/protocol'],
      output: 'packages/web/dist/index.html',
    },
  ]
}

export function workspaceBuildStep(options: WorkspaceBuildOptions): Step {
  const stale = () => {
    const built = readRecord(options.record)
    return artefacts(options.checkout)
      .map((artefact) => ({ ...artefact, hash: sourceHash(options.checkout, artefact.sources) }))
      .filter(({ name, hash, output }) => built[name] !== hash || !existsSync(join(options.checkout, output)))
  }
  return {
    name: { ko: '허브·에이전트·콘솔 빌드', en: 'Build of hub, agent and console' },
    async check() {
      const names = stale().map(({ name }) => name)
      return names.length === 0
        ? { state: 'done', detail: { ko: '최신 상태', en: 'up to date' } }
        : {
            state: 'missing',
            detail: { ko: `${names.join(', ')} 빌드 중`, en: `building ${names.join(', ')}` },
          }
    },
    async run(report) {
      const work = stale()
      for (const { name, argv, cwd, hash } of work) {
        report.progress({ ko: `${name} 빌드 중`, en: `building ${name}` })
        await build(name, { argv, cwd, logPath: options.logPath })
        writeRecord(options.record, { ...readRecord(options.record), [name]: hash })
      }
      const names = work.map(({ name }) => name).join(', ')
      return { ko: `${names} 빌드함`, en: `built ${names}` }
    },
    manualCommands: () => [],
  }
}

async function build(
  name: string,
  { argv, cwd, logPath }: { argv: readonly [string, ...string[]]; cwd: string; logPath: string },
): Promise<void> {
  try {
    await runCommand(argv, { cwd, logPath })
  } catch (error) {
    throw new TrialError(
      'TRIAL_BUILD_FAILED',
      { ko: `${name} 을(를) 빌드하지 못했습니다`, en: `The ${name} could not be built` },
      { ko: `기록을 확인하세요: ${logPath}`, en: `Look at the log: ${logPath}` },
      { cause: error },
    )
  }
}

/** SHA-256 over names and contents of all source files and the lockfile. */
export function sourceHash(checkout: string, folders: readonly string[]): string {
  const hash = createHash('sha256')
  const lockfile = join(checkout, 'pnpm-lock.yaml')
  if (existsSync(lockfile)) hash.update(readFileSync(lockfile))
  for (const folder of folders) {
    for (const path of sourceFiles(join(checkout, folder))) {
      hash.update(`\0${path.slice(checkout.length)}\0`).update(readFileSync(path))
    }
  }
  return hash.digest('hex')
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && name !== 'dist')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return sourceFiles(path)
      return entry.name.endsWith('.test.ts') ? [] : [path]
    })
}

function readRecord(path: string): Record<string, string> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, string>) : {}
  } catch {
    return {}
  }
}

function writeRecord(path: string, record: Record<string, string>): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(record, null, 2)}\n`)
}
