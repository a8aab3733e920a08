// `bongsu-agent import DIR`: what a technician sees while packages come from a stick. Joins the parts that it takes; needs
// no hub and no running agent.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '@bongsu/foundation'
import { explain, type Language } from '@bongsu/protocol'
import { type AgentConfig, DEFAULT_CONFIG_PATH, readAgentConfig } from './config.ts'
import { loadDeviceIdentity } from './identity/device-identity.ts'
import { createAcceptedReleases } from './images/accepted-releases.ts'
import { type ImportEvent, importFolder } from './images/import-folder.ts'
import { readPublishers } from './images/publishers.ts'
import { loadRuntime, unsignedRule } from './load-runtime.ts'

export interface ImportCommand {
  /** What follows `import` on the command line. */
  readonly arguments: readonly string[]
  readonly language: Language
  readonly agentVersion: string
  /** Takes on the user whose the state folder is, so that the agent can read what is written. Returns their number. */
  readonly becomeAgentUser: (config: AgentConfig) => Promise<number>
  readonly print: (line: string) => void
}

const USAGE: Readonly<Record<Language, string>> = {
  en: `usage: bongsu-agent import DIR [--config FILE]
Takes packages from a folder that bongsu package export wrote, for example on a USB stick. They are verified as if they
came from the hub, which need not be there. Exit code: 0 all are there, 1 not all, 2 wrong usage.`,
  ko: `사용법: bongsu-agent import 폴더 [--config 파일]
bongsu package export가 만든 폴더(예: USB 저장 장치)에서 패키지를 가져옵니다. 허브에서 받을 때와 똑같이 검증하며
허브 연결은 필요 없습니다. 종료 코드: 0 모두 가져옴, 1 일부 실패, 2 잘못된 사용법.`,
}

/** @throws CodedError of configuration, folder, policy or engine */
export async function runImport(command: ImportCommand): Promise<0 | 1 | 2> {
  const { language, agentVersion, print, becomeAgentUser } = command
  const asked = readArguments(command.arguments)
  if (!asked) {
    print(USAGE[language])
    return 2
  }
  const config = await readAgentConfig(asked.configPath)
  const uid = await becomeAgentUser(config)
  const identity = await loadDeviceIdentity(config.stateDir, systemClock.now())
  const runtime = await loadRuntime(config, identity, {
    prepareFolder: () => Promise.reject(new Error('an import makes no container')),
  })
  const { done, failed } = await importFolder(
    {
      carried: asked.folder,
      workFolder: join(config.stateDir, 'import'),
      runtime,
      clock: systemClock,
      agentVersion,
      accepted: createAcceptedReleases(join(config.stateDir, 'releases')),
      publishers: () => readPublishers(config.publishersDir, uid),
      unsigned: () => unsignedRule(config),
      onEvent: createTeller(language, print),
    },
    new AbortController().signal,
  )
  print({ en: `${done} imported, ${failed} not.`, ko: `${done}개 가져옴, ${failed}개 실패.` }[language])
  return failed === 0 ? 0 : 1
}

function readArguments(given: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...given],
      allowPositionals: true,
      options: { config: { type: 'string' } },
    })
    const [folder, ...rest] = positionals
    if (folder === undefined || rest.length > 0) return undefined
    return { folder, configPath: values.config ?? DEFAULT_CONFIG_PATH }
  } catch {
    return undefined
  }
}

const PHASES = {
  fetching: { en: 'copying and verifying', ko: '복사 및 검증' },
  loading: { en: 'loading', ko: '설치' },
} as const

/** A line for each tenth: also readable where output goes to a file. */
export function createTeller(
  language: Language,
  print: (line: string) => void,
): (event: ImportEvent) => void {
  let last = ''
  return (event) => {
    const { subject } = event
    switch (event.kind) {
      case 'begun':
        return
      case 'progress': {
        const { phase, progress } = event.progress
        const line = `${subject}: ${PHASES[phase][language]} ${Math.floor(progress * 10) * 10} %`
        if (line !== last) print(line)
        last = line
        return
      }
      case 'done':
        return print(`${subject}: ${{ en: 'ready', ko: '준비됨' }[language]}`)
      case 'failed': {
        const { title, remedy } = explain(event.error.toReason(), language)
        return print(`${subject}: ${event.error.code}: ${title}\n${remedy}`)
      }
    }
  }
}
