// `bongsu-agent doctor --display`: examines the device and says what is wrong and what to do, with or without the agent.
import { parseArgs } from 'node:util'
import { isCodedError, silentLogger, systemClock } from '@bongsu/foundation'
import type { Language, Reason } from '@bongsu/protocol'
import { DEFAULT_CONFIG_PATH, readAgentConfig } from '../config.ts'
import { type DoctorConfig, examine } from './examine.ts'
import { judge } from './judge.ts'
import { render } from './render.ts'

export interface DoctorOptions {
  /** What follows `doctor` on the command line. */
  readonly arguments: readonly string[]
  /** Of the terminal; `--language` stands above it. */
  readonly language: Language
  readonly agentVersion: string
  readonly isRoot: boolean
}

export interface DoctorAnswer {
  /** For standard output, or for standard error when the exit code is 2. */
  readonly text: string
  /** 0: nothing keeps a program from showing. 1: something does. 2: it was asked wrongly. */
  readonly exitCode: 0 | 1 | 2
}

const USAGE: Readonly<Record<Language, string>> = {
  en: `usage: bongsu-agent doctor --display [--json] [--language en|ko] [--config FILE]
Examines Docker, screen, graphics and cameras of this device. Exit code: 0 nothing keeps a program from showing,
1 something does, 2 wrong usage.
`,
  ko: `사용법: bongsu-agent doctor --display [--json] [--language en|ko] [--config 파일]
이 단말의 Docker, 화면, 그래픽, 카메라를 점검합니다. 종료 코드: 0 표시를 막는 것이 없음, 1 있음, 2 잘못된 사용법.
`,
}

export async function runDoctor(options: DoctorOptions): Promise<DoctorAnswer> {
  const { agentVersion, isRoot } = options
  const asked = readArguments(options.arguments)
  const language = asked?.language ?? options.language
  if (!asked) return { text: USAGE[language], exitCode: 2 }
  const { config, configuration } = await configOf(asked.configPath)
  // Whatever the parts would log is in the report itself.
  const logger = silentLogger()
  const facts = await examine({ config, configuration, agentVersion, isRoot, clock: systemClock, logger })
  const findings = judge(facts)
  const exitCode = findings.some(({ severity }) => severity === 'fault') ? 1 : 0
  const text =
    asked.form === 'json'
      ? `${JSON.stringify({ ...facts, findings }, null, 2)}\n`
      : render(facts, findings, language)
  return { text, exitCode }
}

interface Asked {
  readonly form: 'json' | 'text'
  readonly language: Language | undefined
  readonly configPath: string
}

/** Undefined for anything it does not know. */
export function readArguments(given: readonly string[]): Asked | undefined {
  try {
    const { values } = parseArgs({
      args: [...given],
      options: {
        // The only examination there is; named so that others may follow.
        display: { type: 'boolean' },
        json: { type: 'boolean' },
        language: { type: 'string' },
        config: { type: 'string' },
      },
    })
    const { json, language, config = DEFAULT_CONFIG_PATH } = values
    if (language !== undefined && language !== 'ko' && language !== 'en') return undefined
    return { form: json ? 'json' : 'text', language, configPath: config }
  } catch {
    return undefined
  }
}

/** A device may be examined before anything is configured: then the defaults hold. */
async function configOf(path: string): Promise<{ config: DoctorConfig; configuration?: Reason }> {
  try {
    return { config: await readAgentConfig(path) }
  } catch (error) {
    if (!isCodedError(error)) throw error
    return { config: DEFAULTS, configuration: error.toReason() }
  }
}

const DEFAULTS: DoctorConfig = {
  stateDir: '/var/lib/bongsu',
  runDir: '/run/bongsu',
  policyFile: undefined,
  dockerSocket: '/var/run/docker.sock',
  localApi: { host: '127.0.0.1', port: 7481 },
  display: {
    number: undefined,
    authFile: undefined,
    greeter: 'left_out',
    mode: 'discover',
    xorgConfig: undefined,
    widthPixels: undefined,
    heightPixels: undefined,
  },
  helper: { socketPath: undefined, group: 'bongsu' },
}
