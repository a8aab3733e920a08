// Set-up step: programs of the distribution. One apt-get call, only for what the machine does not have.
import { existsSync } from 'node:fs'
import { CommandFailed, findProgram, runCommand } from '../command.ts'
import type { Report } from '../report.ts'
import type { Text } from '../text.ts'
import { TrialError } from '../trial-error.ts'
import type { Step } from './step.ts'

/** One thing the machine must have, and the Debian or Ubuntu package that brings it. */
export interface ProgramNeed {
  readonly package: string
  /** Any of these files satisfies the need; a name without a slash is looked up where programs lie. */
  readonly anyOf: readonly string[]
}

/** The packages to install, each once, in the order of the needs. */
export function missingPackages(needs: readonly ProgramNeed[], has: (file: string) => boolean): string[] {
  const missing = needs.filter((need) => !need.anyOf.some(has)).map((need) => need.package)
  return [...new Set(missing)]
}

const onThisMachine = (file: string): boolean =>
  file.includes('/') ? existsSync(file) : findProgram(file) !== undefined

export interface AptPackagesOptions {
  readonly needs: readonly ProgramNeed[]
  readonly isRoot: boolean
  readonly logPath: string
}

export function aptPackagesStep({ needs, isRoot, logPath }: AptPackagesOptions): Step {
  const missing = () => missingPackages(needs, onThisMachine)
  return {
    name: { ko: '시스템 패키지', en: 'System packages' },
    async check() {
      const packages = missing()
      return packages.length === 0
        ? { state: 'done', detail: { ko: '이미 모두 설치되어 있음', en: 'all installed already' } }
        : { state: 'missing', detail: installing(packages) }
    },
    async run(report) {
      const packages = missing()
      await install(packages, logPath, report)
      return { ko: `${packages.join(', ')} 설치함`, en: `installed ${packages.join(', ')}` }
    },
    manualCommands: () =>
      isRoot
        ? []
        : ['sudo apt-get update', `sudo apt-get install -y --no-install-recommends ${missing().join(' ')}`],
  }
}

const installing = (packages: readonly string[]): Text => ({
  ko: `apt 로 ${packages.length}개 설치: ${packages.join(' ')}`,
  en: `installing ${packages.length} by apt: ${packages.join(' ')}`,
})

async function install(packages: readonly string[], logPath: string, report: Report): Promise<void> {
  // Waiting for another apt (unattended upgrades after boot) beats failing at once on its lock.
  const apt = ['apt-get', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3', '-y']
  const environment = { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_MODE: 'a' }
  const onLine = (line: string) => {
    const step = /^(Get:\d+ \S+ \S+ \S+ \S+ (?<got>\S+)|Setting up (?<set>\S+))/.exec(line)?.groups
    const name = step?.got ?? step?.set
    if (name !== undefined) report.progress({ ko: `apt: ${name}`, en: `apt: ${name}` })
  }
  try {
    await runCommand([...apt, 'update'], { environment, logPath, onLine })
    await runCommand([...apt, 'install', '--no-install-recommends', ...packages], {
      environment,
      logPath,
      onLine,
    })
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error
    throw notInstalled(packages, logPath, error)
  }
}

function notInstalled(packages: readonly string[], logPath: string, error: CommandFailed): TrialError {
  const last = error.tail.split('\n').at(-1) ?? ''
  return new TrialError(
    'TRIAL_PACKAGES_NOT_INSTALLED',
    { ko: `apt 설치 실패: ${last}`, en: `apt could not install: ${last}` },
    {
      ko: `네트워크와 /etc/apt 설정을 확인하고 apt-get install ${packages.join(' ')} 를 직접 실행해 보세요. 기록: ${logPath}`,
      en: `Check the network and /etc/apt, and try apt-get install ${packages.join(' ')} by hand. Log: ${logPath}`,
    },
    { cause: error },
  )
}
