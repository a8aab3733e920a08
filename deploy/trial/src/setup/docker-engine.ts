// Set-up step: a Docker Engine that answers. Installing it is the apt step's part; this one starts it.
import { existsSync, readFileSync } from 'node:fs'
import { findProgram, runCommand } from '../command.ts'
import type { Processes } from '../processes.ts'
import type { Report } from '../report.ts'
import type { Text } from '../text.ts'
import { TrialError } from '../trial-error.ts'
import { WaitTimedOut, waitUntil } from '../wait-until.ts'
import type { ProgramNeed } from './apt-packages.ts'
import { type EngineAnswer, EngineApi, MACHINE_ENGINE_SOCKET } from './engine-api.ts'
import { ENGINE_PID_FILES, removeStalePidFiles } from './stale-pid-files.ts'
import type { Step } from './step.ts'

/** A `docker` client alone is no engine, so the daemon is what is looked for. dockerd calls iptables by itself. */
export const engineNeeds: readonly ProgramNeed[] = [
  { package: 'docker.io', anyOf: ['dockerd'] },
  { package: 'iptables', anyOf: ['iptables'] },
]

/** What keeps services running here. `none`: a container or a bare init, where a daemon is started by hand. */
export type InitSystem = 'systemd' | 'sysv' | 'none'

export interface EngineSituation {
  readonly answer: EngineAnswer
  readonly isRoot: boolean
  readonly init: InitSystem
}

export type EnginePlan =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'service'; readonly argv: readonly string[] }
  | { readonly kind: 'by-hand' }
  | { readonly kind: 'ask-person'; readonly commands: readonly string[] }

/** What to do so that the engine answers. */
export function planEngine({ answer, isRoot, init }: EngineSituation): EnginePlan {
  if (answer === 'ready') return { kind: 'nothing' }
  const start: Record<InitSystem, readonly string[]> = {
    systemd: ['systemctl', 'enable', '--now', 'docker'],
    sysv: ['service', 'docker', 'start'],
    none: [],
  }
  if (isRoot) return init === 'none' ? { kind: 'by-hand' } : { kind: 'service', argv: start[init] }
  // The group is read at sign-in; `newgrp` saves signing out.
  const join = ['sudo usermod -aG docker "$USER"', 'newgrp docker']
  if (answer === 'denied') return { kind: 'ask-person', commands: join }
  const begin =
    init === 'none'
      ? "sudo sh -c 'setsid dockerd >/var/log/dockerd.log 2>&1 &'"
      : `sudo ${start[init].join(' ')}`
  return { kind: 'ask-person', commands: [begin, ...join] }
}

/** systemd says so by a folder (sd_booted(3)); a SysV init by its name. */
export function initSystem(): InitSystem {
  if (existsSync('/run/systemd/system')) return 'systemd'
  const isSysv = readFileSync('/proc/1/comm', 'utf8').trim() === 'init' && existsSync('/etc/init.d/docker')
  return isSysv && existsSync('/sbin/runlevel') && existsSync('/run/initctl') ? 'sysv' : 'none'
}

export interface DockerEngineOptions {
  readonly isRoot: boolean
  /** Gets the daemon where it is started by hand. */
  readonly processes: Processes
  readonly logPath: string
}

export function dockerEngineStep({ isRoot, processes, logPath }: DockerEngineOptions): Step {
  const engine = new EngineApi()
  let answer: EngineAnswer = 'absent'
  const plan = () => planEngine({ answer, isRoot, init: initSystem() })
  return {
    name: { ko: '도커 엔진', en: 'Docker Engine' },
    async check() {
      answer = await engine.ping()
      return answer === 'ready'
        ? { state: 'done', detail: { ko: '이미 실행 중', en: 'running already' } }
        : { state: 'missing', detail: { ko: '시작하는 중', en: 'starting' } }
    },
    async run(report) {
      const { kind, ...rest } = plan()
      if (kind === 'service' && 'argv' in rest) {
        await runCommand(rest.argv, { logPath })
        await untilEngineAnswers(engine, report)
        return { ko: '서비스로 시작함', en: 'started as a service' }
      }
      await startByHand(processes, engine)
      return {
        ko: '직접 시작함 (이 컴퓨터에는 init 시스템이 없음)',
        en: 'started by hand: this machine has no init system',
      }
    },
    manualCommands() {
      const planned = plan()
      return planned.kind === 'ask-person' ? planned.commands : []
    },
  }
}

const ENGINE_STARTS_WITHIN_MS = 60_000

async function untilEngineAnswers(engine: EngineApi, report: Report): Promise<void> {
  report.progress({ ko: '응답을 기다리는 중', en: 'waiting for its answer' })
  const ready = async () => (await engine.ping()) === 'ready'
  try {
    await waitUntil(ready, {
      what: 'the Docker Engine answers',
      timeoutMs: ENGINE_STARTS_WITHIN_MS,
      intervalMs: 200,
    })
  } catch (error) {
    if (!(error instanceof WaitTimedOut)) throw error
    throw engineNotStarted({ ko: '응답이 없습니다', en: 'it does not answer' }, 'journalctl -u docker')
  }
}

async function startByHand(processes: Processes, engine: EngineApi): Promise<void> {
  const dockerd = findProgram('dockerd')
  if (dockerd === undefined) {
    throw engineNotStarted(
      { ko: 'dockerd 가 없습니다', en: 'there is no dockerd' },
      'apt-get install docker.io',
    )
  }
  removeStalePidFiles(ENGINE_PID_FILES)
  await processes.start({
    name: 'dockerd',
    argv: [dockerd, '--host', `unix://${MACHINE_ENGINE_SOCKET}`],
    ready: async () => (await engine.ping()) === 'ready',
    readyTimeoutMs: ENGINE_STARTS_WITHIN_MS,
    // It ends its containers first, each with its own grace.
    stopGraceMs: 30_000,
  })
}

function engineNotStarted(why: Text, command: string): TrialError {
  return new TrialError(
    'TRIAL_ENGINE_NOT_STARTED',
    { ko: `도커 엔진을 시작하지 못했습니다: ${why.ko}`, en: `The Docker Engine did not start: ${why.en}` },
    { ko: `확인: ${command}`, en: `Look at: ${command}` },
  )
}
