// The service bongsu-agent: the only reader of arguments and signals. Crash-only: what nobody handled ends the process,
// and whoever runs it starts it again; launches do not notice.
import { extname, join } from 'node:path'
import { createLogger, isCodedError, systemClock } from '@bongsu/foundation'
import { explain } from '@bongsu/protocol'
import { createAgent } from './agent.ts'
import { DEFAULT_CONFIG_PATH, readAgentConfig } from './config.ts'
import { AGENT_VERSION } from './version.ts'

function argument(name: string): string | undefined {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : process.argv[at + 1]
}

async function main(): Promise<void> {
  if (process.argv.includes('--version')) return console.log(AGENT_VERSION)
  const config = await readAgentConfig(argument('--config') ?? DEFAULT_CONFIG_PATH)
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
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  await agent.start()
}

main().catch((error: unknown) => {
  const reason = isCodedError(error) ? error.toReason() : undefined
  const language = /^ko/i.test(process.env.LC_ALL || process.env.LANG || '') ? 'ko' : 'en'
  const told = reason ? explain(reason, language) : undefined
  console.error(told ? `${reason?.code}: ${told.title}\n${told.remedy}` : error)
  process.exit(1)
})
