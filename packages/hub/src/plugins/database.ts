// The connection to the database: the guarantees every write asks for, readiness, and what counts as "not there".
// Nothing here or anywhere in the hub depends on which server speaks the MongoDB protocol.
import { type Clock, CodedError, createBackoff, type Logger, messageOf } from '@bongsu/foundation'
import mongoose, { type Connection } from 'mongoose'

export type { Connection }

export interface Database {
  readonly connection: Connection
  /** Whether a request that needs the database can be served now. */
  isReady(): boolean
  /**
   * Connects, trying again until it works or `signal` aborts, then makes the indexes.
   * @throws CodedError HUB_DATABASE_STANDALONE, which no waiting cures
   */
  connect(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

export interface DatabaseOptions {
  readonly uri: string
  readonly clock: Clock
  readonly logger: Logger
}

const SERVER_SELECTION_MS = 5_000

export function createDatabase({ uri, clock, logger }: DatabaseOptions): Database {
  // Not connected yet: models are defined on it first. What is asked before it stands fails at once.
  const connection = mongoose.createConnection()
  connection.set('bufferCommands', false)
  connection.set('strictQuery', 'throw')
  let indexed = false
  let closing = false

  const connectOnce = async () => {
    await connection.openUri(uri, {
      // Never left to the server's or the address's default: an acknowledged write survives a crash.
      writeConcern: { w: 'majority', journal: true },
      readConcern: { level: 'majority' },
      retryWrites: true,
      autoIndex: false,
      autoCreate: false,
      serverSelectionTimeoutMS: SERVER_SELECTION_MS,
      appName: 'bongsu-hub',
    })
    await refuseStandalone(connection)
    for (const model of Object.values(connection.models)) await model.createIndexes()
    indexed = true
  }

  return {
    connection,
    isReady: () => indexed && connection.readyState === mongoose.ConnectionStates.connected,
    async connect(signal) {
      const backoff = createBackoff({ firstMs: 200, maximumMs: 5_000 })
      for (;;) {
        try {
          return await connectOnce()
        } catch (error) {
          if (closing || signal.aborted) return
          if (error instanceof CodedError) throw error
          logger.warn({ attempt: backoff.attempts, reason: messageOf(error) }, 'database does not answer')
          await connection.close().catch(() => undefined)
          await clock.sleep(backoff.nextDelayMs() + 100, signal).catch(() => undefined)
        }
      }
    },
    async close() {
      closing = true
      await connection.close()
    },
  }
}

const INITIATE = "mongosh --eval 'rs.initiate()'"

/** Transactions and change streams need a replica set (or a mongos); a single member is enough. */
async function refuseStandalone(connection: Connection): Promise<void> {
  const hello = await connection.db?.admin().command({ hello: 1 })
  if (hello && (typeof hello.setName === 'string' || hello.msg === 'isdbgrid')) return
  // A set that is configured but not initiated says so.
  throw new CodedError('HUB_DATABASE_STANDALONE', { parameters: { command: INITIATE } })
}

const UNAVAILABLE = new Set([
  'MongoServerSelectionError',
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoClientClosedError',
  'MongoPoolClosedError',
  'MongoPoolClearedError',
  'PoolClearedOnNetworkError',
  'MongoWaitQueueTimeoutError',
  'MongoExpiredSessionError',
  'MongooseServerSelectionError',
])

/** Whether an error says that the database was not there, as opposed to a refusal of what was asked. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (UNAVAILABLE.has(error.name)) return true
  if (error instanceof mongoose.mongo.MongoServerError) {
    return error.hasErrorLabel('RetryableWriteError') || error.hasErrorLabel('TransientTransactionError')
  }
  return (
    error instanceof mongoose.MongooseError &&
    /bufferCommands|initial connection|not connected/i.test(error.message)
  )
}
