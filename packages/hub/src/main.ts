// The hub as a process: configuration from the environment, signals, exit codes. The only reader of `process`.
import { CodedError, createLogger, isCodedError, messageOf, systemErrorCode } from '@bongsu/foundation'
import { explain, type Language } from '@bongsu/protocol'
import { buildHub, type Hub } from './app.ts'
import { type HubConfig, readConfig } from './config.ts'

/** Requests and sessions get this long to end by themselves. */
const STOP_WITHIN_MS = 60_000

/** In both languages: whoever starts a server by hand has set no language for it. */
function explainFailure(error: unknown): string {
  const coded = toStartError(error)
  const lines = (['en', 'ko'] satisfies Language[]).map((language) => {
    const { title, remedy } = explain(coded.toReason(), language)
    return `${title} ${remedy}`
  })
  return [coded.code, ...lines, ...(coded.code === 'HUB_INTERNAL' ? [messageOf(error)] : [])].join('\n')
}

function toStartError(error: unknown): CodedError {
  if (isCodedError(error)) return error
  const code = systemErrorCode(error)
  if (code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL') {
    const problem = `cannot be used (${messageOf(error)})`
    return new CodedError('HUB_CONFIG_INVALID', { parameters: { path: 'BONGSU_HUB_PORT', problem } })
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') return new CodedError('HUB_STORAGE_FULL')
  return new CodedError('HUB_INTERNAL', { parameters: { requestId: '-' }, cause: error })
}

async function run(config: HubConfig): Promise<void> {
  const logger = createLogger({ name: 'hub', level: config.logLevel })
  const hub = await buildHub(config, { logger })
  const ending = new AbortController()
  const stopOnce = stopper(hub, ending)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      logger.info({ signal }, 'stopping')
      stopOnce().then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ err: error }, 'did not stop cleanly')
          process.exit(1)
        },
      )
    })
  }
  try {
    // Listening first: a supervisor sees a living process that is not ready yet, with the reason.
    const address = await hub.server.listen({ host: config.host, port: config.port })
    logger.info({ address, hubId: hub.identity.hubId, fingerprint: hub.identity.fingerprint }, 'listening')
    await hub.start(ending.signal)
    if (!ending.signal.aborted) logger.info({ database: 'connected' }, 'ready')
  } catch (error) {
    // What went wrong first is what is told.
    await stopOnce().catch(() => undefined)
    throw error
  }
}

function stopper(hub: Hub, ending: AbortController): () => Promise<void> {
  let stopping: Promise<void> | undefined
  return () => {
    if (!stopping) {
      ending.abort()
      setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref()
      stopping = hub.stop()
    }
    return stopping
  }
}

try {
  await run(readConfig(process.env))
} catch (error) {
  process.stderr.write(`${explainFailure(error)}\n`)
  process.exit(1)
}
