// The hub's configuration: one schema for its keys, defaults, and what is refused with its remedy.
// Where the values come from (the process environment) is `main.ts`'s knowledge.
import { join } from 'node:path'
import { CodedError } from '@bongsu/foundation'
import { isKnownErrorCode } from '@bongsu/protocol'

export type TlsConfig =
  | { readonly kind: 'off' }
  | { readonly kind: 'auto' }
  | { readonly kind: 'files'; readonly certFile: string; readonly keyFile: string }

/** Where the layers of images lie. */
export type ImageStoreConfig =
  | { readonly kind: 'folder' }
  | {
      readonly kind: 's3'
      readonly bucket: string
      /** What all names in the bucket begin with; empty, or ends in `/`. */
      readonly prefix: string
      /** Undefined for Amazon's own. */
      readonly endpoint: string | undefined
      readonly region: string
      readonly credentials: {
        readonly accessKeyId: string
        readonly secretAccessKey: string
        readonly sessionToken?: string | undefined
      }
    }

export interface HubConfig {
  /** Keys, archives, stills: everything that is not in the database. */
  readonly dataDir: string
  readonly host: string
  readonly port: number
  /** The address devices and browsers use; its host becomes a name in the hub's own certificate. */
  readonly publicUrl: URL | undefined
  readonly tls: TlsConfig
  readonly mongodbUri: string
  readonly adminTokenFile: string
  /** The built console; without it the hub shows how to build it. */
  readonly consoleDir: string | undefined
  readonly heartbeatIntervalMs: number
  /** Largest image archive taken. */
  readonly maxArchiveBytes: number
  /** Codes of findings that hold a version back, or `all`. */
  readonly gateBlock: readonly string[]
  readonly imageStore: ImageStoreConfig
  readonly logLevel: string
}

interface ConfigKey {
  readonly name: string
  readonly default: string
  readonly meaning: string
}

/** Every key with its default, in the order of the README's table; a test compares the two. */
export const CONFIG_KEYS: readonly ConfigKey[] = [
  { name: 'MONGODB_URI', default: '', meaning: 'database address; required' },
  { name: 'BONGSU_HUB_DATA_DIR', default: '/var/lib/bongsu', meaning: 'keys, image layers, stills' },
  { name: 'BONGSU_HUB_HOST', default: '127.0.0.1', meaning: 'address to listen on' },
  { name: 'BONGSU_HUB_PORT', default: '7443', meaning: 'port to listen on; 0 picks one' },
  { name: 'BONGSU_HUB_PUBLIC_URL', default: '', meaning: 'address that devices and browsers use' },
  { name: 'BONGSU_HUB_TLS', default: 'auto', meaning: '`auto` (own CA), `files`, or `off` (loopback only)' },
  { name: 'BONGSU_HUB_TLS_CERT_FILE', default: '', meaning: 'certificate chain (PEM) for `files`' },
  { name: 'BONGSU_HUB_TLS_KEY_FILE', default: '', meaning: 'private key (PEM) for `files`' },
  {
    name: 'BONGSU_HUB_ADMIN_TOKEN_FILE',
    default: '<data dir>/admin-token',
    meaning: 'made at the first start (0600)',
  },
  { name: 'BONGSU_HUB_CONSOLE_DIR', default: '', meaning: 'folder of the built console' },
  { name: 'BONGSU_HUB_HEARTBEAT_INTERVAL_MS', default: '15000', meaning: 'pace asked of devices' },
  { name: 'BONGSU_HUB_MAX_ARCHIVE_BYTES', default: '68719476736', meaning: 'largest image archive' },
  {
    name: 'BONGSU_HUB_GATE_BLOCK',
    default: '',
    meaning: 'codes of findings that hold a version back, or `all`; others only warn',
  },
  { name: 'BONGSU_HUB_IMAGE_STORE', default: 'folder', meaning: '`folder`, or `s3://BUCKET/PREFIX`' },
  {
    name: 'BONGSU_HUB_S3_ENDPOINT',
    default: '',
    meaning: 'address of an S3-compatible store; Amazon’s if empty',
  },
  { name: 'BONGSU_HUB_S3_REGION', default: 'us-east-1', meaning: 'region of the bucket' },
  { name: 'AWS_ACCESS_KEY_ID', default: '', meaning: 'required by `s3://`' },
  { name: 'AWS_SECRET_ACCESS_KEY', default: '', meaning: 'required by `s3://`; never logged' },
  { name: 'AWS_SESSION_TOKEN', default: '', meaning: 'of temporary credentials' },
  { name: 'BONGSU_HUB_LOG_LEVEL', default: 'info', meaning: '`debug`, `info`, `warn` or `error`' },
]

type Environment = Readonly<Record<string, string | undefined>>

/** @throws CodedError HUB_CONFIG_INVALID naming the key and what is wrong with it */
export function readConfig(environment: Environment): HubConfig {
  const unknown = Object.keys(environment).find(
    (name) => name.startsWith('BONGSU_HUB_') && !CONFIG_KEYS.some((key) => key.name === name),
  )
  if (unknown) throw invalid(unknown, 'is not a key of the hub')
  const read = (name: string) =>
    environment[name] || CONFIG_KEYS.find((key) => key.name === name)?.default || ''
  const dataDir = read('BONGSU_HUB_DATA_DIR')
  const named = read('BONGSU_HUB_HOST')
  // One name for one socket: `localhost` may mean two addresses.
  const host = named === 'localhost' ? '127.0.0.1' : named
  return {
    dataDir,
    host,
    port: readInteger(read, 'BONGSU_HUB_PORT', { minimum: 0, maximum: 65_535 }),
    publicUrl: readUrl(read, 'BONGSU_HUB_PUBLIC_URL'),
    tls: readTls(read, host),
    mongodbUri: readMongodbUri(read('MONGODB_URI')),
    adminTokenFile: environment.BONGSU_HUB_ADMIN_TOKEN_FILE || join(dataDir, 'admin-token'),
    consoleDir: read('BONGSU_HUB_CONSOLE_DIR') || undefined,
    heartbeatIntervalMs: readInteger(read, 'BONGSU_HUB_HEARTBEAT_INTERVAL_MS', {
      minimum: 100,
      maximum: 3_600_000,
    }),
    maxArchiveBytes: readInteger(read, 'BONGSU_HUB_MAX_ARCHIVE_BYTES', {
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
    }),
    gateBlock: readCodes(read, 'BONGSU_HUB_GATE_BLOCK'),
    imageStore: readImageStore(read),
    logLevel: readLogLevel(read('BONGSU_HUB_LOG_LEVEL')),
  }
}

const invalid = (path: string, problem: string) =>
  new CodedError('HUB_CONFIG_INVALID', { parameters: { path, problem } })

function readCodes(read: (name: string) => string, name: string): string[] {
  const codes = read(name)
    .split(/[\s,]+/)
    .filter(Boolean)
  const unknown = codes.find((code) => code !== 'all' && !isKnownErrorCode(code))
  if (unknown !== undefined) throw invalid(name, `names ${unknown.slice(0, 80)}, which is no code`)
  return codes
}

function readInteger(
  read: (name: string) => string,
  name: string,
  { minimum, maximum }: { minimum: number; maximum: number },
): number {
  const text = read(name)
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= minimum && value <= maximum)) {
    throw invalid(name, `must be a whole number from ${minimum} to ${maximum}`)
  }
  return value
}

function readUrl(read: (name: string) => string, name: string): URL | undefined {
  const text = read(name)
  if (text === '') return undefined
  const url = URL.parse(text)
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw invalid(name, 'must be an http or https address')
  }
  return url
}

function readMongodbUri(text: string): string {
  if (/^mongodb(\+srv)?:\/\/./.test(text)) return text
  throw invalid(
    'MONGODB_URI',
    'must name the database, such as mongodb://127.0.0.1:27017/bongsu?replicaSet=rs0',
  )
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error']

function readLogLevel(text: string): string {
  if (!LOG_LEVELS.includes(text))
    throw invalid('BONGSU_HUB_LOG_LEVEL', `must be one of ${LOG_LEVELS.join(', ')}`)
  return text
}

/** Whether only this machine can reach a listener on that address. */
export const isLoopback = (host: string): boolean => /^(127(\.\d{1,3}){3}|::1)$/.test(host)

function readTls(read: (name: string) => string, host: string): TlsConfig {
  const kind = read('BONGSU_HUB_TLS')
  if (kind === 'auto') return { kind }
  if (kind === 'off') {
    if (isLoopback(host)) return { kind }
    throw invalid(
      'BONGSU_HUB_TLS',
      `cannot be off while the hub listens on ${host}: tokens would travel in clear`,
    )
  }
  if (kind !== 'files') throw invalid('BONGSU_HUB_TLS', 'must be auto, files or off')
  const certFile = read('BONGSU_HUB_TLS_CERT_FILE')
  const keyFile = read('BONGSU_HUB_TLS_KEY_FILE')
  if (certFile === '')
    throw invalid('BONGSU_HUB_TLS_CERT_FILE', 'must name a file when BONGSU_HUB_TLS is files')
  if (keyFile === '')
    throw invalid('BONGSU_HUB_TLS_KEY_FILE', 'must name a file when BONGSU_HUB_TLS is files')
  return { kind, certFile, keyFile }
}

/** Source: Amazon S3 user guide, bucket naming rules. The prefix is kept to what needs no escaping anywhere. */
const S3_STORE =
  /^s3:\/\/(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?<prefix>(\/[A-Za-z0-9_.-]{1,100}){0,8})\/?$/

function readImageStore(read: (name: string) => string): ImageStoreConfig {
  const text = read('BONGSU_HUB_IMAGE_STORE')
  if (text === 'folder') return { kind: 'folder' }
  const { bucket, prefix = '' } = S3_STORE.exec(text)?.groups ?? {}
  if (bucket === undefined) throw invalid('BONGSU_HUB_IMAGE_STORE', 'must be folder or s3://BUCKET/PREFIX')
  const required = (name: string) => {
    const value = read(name)
    if (value === '') throw invalid(name, `is needed when BONGSU_HUB_IMAGE_STORE is ${text}`)
    return value
  }
  const sessionToken = read('AWS_SESSION_TOKEN') || undefined
  return {
    kind: 's3',
    bucket,
    prefix: prefix === '' ? '' : `${prefix.slice(1)}/`,
    endpoint: readUrl(read, 'BONGSU_HUB_S3_ENDPOINT')?.href,
    region: read('BONGSU_HUB_S3_REGION'),
    credentials: {
      accessKeyId: required('AWS_ACCESS_KEY_ID'),
      secretAccessKey: required('AWS_SECRET_ACCESS_KEY'),
      ...(sessionToken !== undefined && { sessionToken }),
    },
  }
}
