// Finds the command that was called, runs it, and tells what went wrong with its remedy. Exit code: 0 done, 1 not done,
// 2 called wrongly.
import { CodedError, isCodedError, messageOf } from '@bongsu/foundation'
import { explain } from '@bongsu/protocol'
import { type Command, type Terminal, UsageError, type Words } from './command.ts'
import { HubRefusal } from './hub-client.ts'

const INTRODUCTION: Words = {
  en: 'bongsu: for those who make AI packages.\nusage: bongsu COMMAND …   (bongsu COMMAND --help says more)\n',
  ko: 'bongsu: AI 패키지를 만드는 사람을 위한 도구입니다.\n사용법: bongsu 명령 …   (자세히: bongsu 명령 --help)\n',
}

export async function runCommand(
  commands: readonly Command[],
  parameters: readonly string[],
  terminal: Terminal,
): Promise<0 | 1 | 2> {
  const { language } = terminal
  const command = commands.find(({ name }) => {
    const words = name.split(' ')
    return words.every((word, at) => parameters[at] === word)
  })
  if (!command) {
    terminal.tell(overview(commands, terminal))
    return parameters.length === 0 || ['help', '--help', '-h'].includes(parameters[0] ?? '') ? 0 : 2
  }
  const rest = parameters.slice(command.name.split(' ').length)
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.print(usageOf(command, terminal))
    return 0
  }
  try {
    await command.run(rest, terminal)
    return 0
  } catch (error) {
    const wrongUse = asUsageError(error)
    if (wrongUse) {
      terminal.tell(`${wrongUse.words[language]}\n\n${usageOf(command, terminal)}`)
      return 2
    }
    terminal.tell(told(error, terminal))
    return 1
  }
}

/** What `parseArgs` throws says itself what is wrong. */
function asUsageError(error: unknown): UsageError | undefined {
  if (error instanceof UsageError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const message = messageOf(error)
  return code.startsWith('ERR_PARSE_ARGS') ? new UsageError({ en: message, ko: message }) : undefined
}

function told(error: unknown, { language }: Terminal): string {
  if (error instanceof HubRefusal)
    return [`${error.code}: ${error.title}`, error.remedy].filter(Boolean).join('\n')
  const coded = isCodedError(error)
    ? error
    : new CodedError('CLI_INTERNAL', { parameters: { message: messageOf(error) } })
  const { title, remedy } = explain(coded.toReason(), language)
  return [`${coded.code}: ${title}`, remedy].filter(Boolean).join('\n')
}

const overview = (commands: readonly Command[], { language }: Terminal): string =>
  [
    INTRODUCTION[language],
    ...commands.map(({ name, summary }) => `  ${name.padEnd(16)} ${summary[language]}`),
  ].join('\n')

const usageOf = ({ name, usage }: Command, { language }: Terminal): string =>
  `${{ en: 'usage', ko: '사용법' }[language]}: bongsu ${name} ${usage[language]}`
