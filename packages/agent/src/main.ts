// The service bongsu-agent: the only reader of arguments and signals. Crash-only: what nobody handled ends the process,
// and whoever runs it starts it again; launches do not notice.
import { extname, join } from 'node:path'
import { createLogger, systemClock } from '@bongsu/foundation'
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
  process.once('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'nobody handled this')
    process.exit(1)
  })
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  await agent.start()
}

main().catch(async (error: unknown) => {
  const language = /^ko/i.test(process.env.LC_ALL || process.env.LANG || '') ? 'ko' : 'en'
  const { explainFault } = await import('./explain-fault.ts')
  console.error(explainFault(error, language))
  process.exit(1)
})
