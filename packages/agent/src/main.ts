// The service bongsu-agent: the only reader of arguments and signals. Crash-only: what nobody handled ends the process,
// and whoever runs it starts it again; launches do not notice.
import { stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { createLogger, systemClock } from '@bongsu/foundation'
import { createAgent } from './agent.ts'
import { type AgentConfig, DEFAULT_CONFIG_PATH, readAgentConfig } from './config.ts'
import { AGENT_VERSION } from './version.ts'

function argument(name: string): string | undefined {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : process.argv[at + 1]
}

async function main(): Promise<void> {
  if (process.argv.includes('--version')) return console.log(AGENT_VERSION)
  if (process.argv[2] === 'doctor') return examineDevice()
  if (process.argv[2] === 'import') return importPackages()
  const config = await readAgentConfig(argument('--config') ?? DEFAULT_CONFIG_PATH)
  if (process.argv[2] === 'helper') return runHelper(config)
  const logger = createLogger({ name: 'agent', level: config.logLevel })
  const agent = await createAgent({
    config,
    version: AGENT_VERSION,
    clock: systemClock,
    logger,
    factsProgram: join(import.meta.dirname, `facts-main${extname(import.meta.filename)}`),
  })
  const stop = (signal: NodeJS.Signals) => {
    logger.info({ signal }, 'stopping')
    agent.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'stop failed')
        process.exit(1)
      },
    )
  }
  process.once('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'nobody handled this')
    process.exit(1)
  })
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  await agent.start()
}

/** What is wrong with this device, for whoever stands before it; see doctor/. */
async function examineDevice(): Promise<void> {
  const { runDoctor } = await import('./doctor/doctor.ts')
  const { text, exitCode } = await runDoctor({
    arguments: process.argv.slice(3),
    language: terminalLanguage(),
    agentVersion: AGENT_VERSION,
    isRoot: process.geteuid?.() === 0,
  })
  const stream = exitCode === 2 ? process.stderr : process.stdout
  stream.write(text, () => process.exit(exitCode))
}

/** Packages from a folder that somebody brought; see import-command.ts. */
async function importPackages(): Promise<void> {
  const { runImport } = await import('./import-command.ts')
  process.exitCode = await runImport({
    arguments: process.argv.slice(3),
    language: terminalLanguage(),
    agentVersion: AGENT_VERSION,
    becomeAgentUser,
    print: (line) => void process.stdout.write(`${line}\n`),
  })
}

/** Root stays root only where the state folder is root's, or is not there yet. */
async function becomeAgentUser({ stateDir, dockerSocket }: AgentConfig): Promise<number> {
  const mine = process.geteuid?.() ?? 0
  const owner = await stat(stateDir).catch(() => undefined)
  if (mine !== 0 || owner === undefined || owner.uid === 0) return mine
  const socket = await stat(dockerSocket).catch(() => undefined)
  process.setgroups?.(socket ? [owner.gid, socket.gid] : [owner.gid])
  process.setgid?.(owner.gid)
  process.setuid?.(owner.uid)
  return owner.uid
}

const terminalLanguage = () =>
  /^ko/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '') ? 'ko' : 'en'

/** The part that takes root, apart from what faces the network; see privileged/. */
async function runHelper(config: AgentConfig): Promise<void> {
  const logger = createLogger({ name: 'helper', level: config.logLevel })
  const { startHelper } = await import('./privileged/agent-privileges.ts')
  const helper = await startHelper({ config, clock: systemClock, logger })
  const stop = () => {
    helper.stop()
    process.exit(0)
  }
  process.once('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'nobody handled this')
    process.exit(1)
  })
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  logger.info({ version: AGENT_VERSION }, 'helper started')
}

main().catch(async (error: unknown) => {
  const { explainFault } = await import('./explain-fault.ts')
  console.error(explainFault(error, terminalLanguage()))
  process.exit(1)
})
