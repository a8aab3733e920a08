// The one logger: pino with the fields of a process and the redaction of every secret we know a name for.
import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger }

const SECRET_KEYS = [
  'authorization',
  'cookie',
  'token',
  'accessToken',
  'joinToken',
  'joinSecret',
  'secret',
  'password',
  'privateKey',
  'signature',
]

// pino redacts by path: the key itself and one or two levels below, which is as deep as our fields go.
const REDACTED_PATHS = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`])

export interface LoggerOptions {
  /** The process: `hub`, `agent`, `trial`. */
  name: string
  level?: string | undefined
  /** Where lines go; standard output when left out. */
  destination?: DestinationStream | undefined
}

export function createLogger({ name, level = 'info', destination }: LoggerOptions): Logger {
  const options = {
    name,
    level,
    redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  return destination ? pino(options, destination) : pino(options)
}

/** Swallows everything: for tests that do not look at logs. */
export const silentLogger = (): Logger => pino({ level: 'silent' })
